#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hale {

/// The names that TypeORM knows the migrations by that are classes of a script in JavaScript or TypeScript, compiled,
/// bundled or as it was written: the text that each sets its field `name` to, else the name of the class; only those
/// where one of the two ends in 13 digits. In the order of the script.
std::vector<std::string> migration_classes(std::string_view script);

/// True for a name that TypeORM takes for a migration's.
bool ends_in_13_digits(std::string_view name);

}  // namespace hale
