#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "migrations/named.hpp"

namespace hale {

// Numbers are kept as decimal digits: rails and ecto have versions that do not fit into 64 bits.

/// The digits that `text` begins with.
std::string_view leading_digits(std::string_view text);

/// "42" for "0042", "0" for "000" and for "".
std::string strip_leading_zeros(std::string_view digits);

/// True when the number `a` is smaller than `b`; both without leading zeros.
bool is_smaller_number(std::string_view a, std::string_view b);

/// Sorts migrations whose ids are numbers without leading zeros.
void sort_by_number(std::vector<NamedMigration>& migrations);

/// Parses the name of a file that begins with a number, alone or followed by '_' or '.'. The id is the number without
/// leading zeros; the name is the rest up to the last '.'.
std::optional<NamedMigration> parse_numbered(std::string_view file);

/// Parses a line of a manifest, a number or a path whose last component begins with one, as parse_numbered() does.
std::optional<NamedMigration> parse_numbered_line(std::string_view line);

/// Parses a column that contains a number. Other text stays as it is.
NamedMigration parse_numbered_row(const std::string& text);

}  // namespace hale
