#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hale {

/// `text` broken at blanks into lines of at most `width` columns; a longer word has a line of its own.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

/// `text` as a paragraph of at most 80 columns, `indent` blanks before each line.
std::string paragraph(std::string_view text, std::size_t indent = 0);

/// `lead` and behind it `text`, whose further lines begin below its first one; without a line end.
std::string hanging(std::string_view lead, std::string_view text);

/// `left` and beside it, from `column` on, `right` broken to end before column 80; `right` begins below a `left` that
/// is too long for its column.
std::string two_columns(std::string_view left, std::string_view right, std::size_t column);

}  // namespace hale
