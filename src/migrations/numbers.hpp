#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "migrations/named.hpp"

namespace hale {

/// The digits that `text` begins with.
std::string_view leading_digits(std::string_view text);

/// Digits as the number that they are, without leading zeros: "0042" is "42", "000" and "" are "0".
std::string plain_number(std::string_view digits);

/// True when the first of two plain numbers, of any length, is smaller.
bool smaller(std::string_view one, std::string_view other);

/// Puts migrations whose ids are plain numbers into their order.
void sort_by_number(std::vector<NamedMigration>& migrations);

/// The number that the name of a file begins with, alone or with '_' or '.' behind it, as id and as shown; the rest up
/// to the last '.' is the name beside it.
std::optional<NamedMigration> numbered(std::string_view file);

/// The same of a line in a manifest: what `ls` prints of a folder is one.
std::optional<NamedMigration> numbered_line(std::string_view line);

/// What a row says that holds a number, as id and as shown.
NamedMigration numbered_row(const std::string& text);

}  // namespace hale
