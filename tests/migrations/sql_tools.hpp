#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "migrations/tool.hpp"

namespace hale::testing {

/// A row of the texts; one that is "NULL" stands for nothing.
MigrationRow row(std::initializer_list<std::string_view> texts);

/// What hale says of --migrations `words` and the rows, with the counts: "pending 1: 2 [1 applied, 1 pending, 0
/// ahead]".
std::string reported(const std::vector<std::string>& words, const std::vector<MigrationRow>& rows);

/// The complaint about --migrations `words`, with `folder` in it written as FOLDER.
std::string refused(const std::vector<std::string>& words, const std::string& folder);

}  // namespace hale::testing
