#pragma once

#include <string>
#include <string_view>

namespace hale {

/// The contents of the file at `path`. Throws UsageError when it cannot be read, with `option` and the path in front:
/// "--data @body.json: No such file or directory" for the option "--data @".
std::string read_option_file(std::string_view option, const std::string& path);

/// The value of the option `name`: `text`, or if it begins with @, the contents of that file without the final line
/// break. Throws UsageError when the file cannot be read.
std::string text_or_file(std::string_view name, std::string_view text);

}  // namespace hale
