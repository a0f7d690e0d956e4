#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hale {

/// `text` broken at blanks into lines of at most `width` columns. A longer word gets its own line.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

/// `text` as a paragraph of at most 80 columns, with `indent` blanks before each line.
std::string paragraph(std::string_view text, std::size_t indent = 0);

/// `lead` followed by `text`, whose further lines are aligned with its start; without a final newline.
std::string hanging(std::string_view lead, std::string_view text);

/// `left`, and `right` from `column` on, wrapped at column 80. `right` starts on the next line if `left` is too long.
std::string two_columns(std::string_view left, std::string_view right, std::size_t column);

}  // namespace hale
