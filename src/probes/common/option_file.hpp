#pragma once

#include <string>
#include <string_view>

namespace hale {

/// The whole file at `path`. Throws UsageError: "`option`PATH: No such file or directory".
std::string read_option_file(std::string_view option, const std::string& path);

/// The value of the option `name`: `text`, or with a leading @ the file of that name without its last line end.
std::string text_or_file(std::string_view name, std::string_view text);

}  // namespace hale
