#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "migrations/tool.hpp"

namespace hale::testing {

/// A row of `texts`, in which "NULL" is nullopt.
MigrationRow row(std::initializer_list<std::string_view> texts);

/// The message for `sources` and `rows`, followed by the counts: "pending 1: 2 [1 applied, 1 pending, 0 ahead]".
std::string report(const std::vector<std::string>& sources, const std::vector<MigrationRow>& rows);

/// The UsageError that reading `sources` throws, with FOLDER instead of `folder`; "no error" when it throws none.
std::string read_error(const std::vector<std::string>& sources, const std::string& folder);

}  // namespace hale::testing
