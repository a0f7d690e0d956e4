#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hale {

/// The names of the TypeORM migrations in a script in JavaScript or TypeScript, as written, compiled or bundled, in the
/// order of the script. A migration is a class whose field `name`, or else whose own name, ends in 13 digits; that is
/// its name.
std::vector<std::string> migration_classes(std::string_view script);

/// True when `name` ends in a timestamp in milliseconds, as TypeORM requires for the name of a migration.
bool ends_in_13_digits(std::string_view name);

}  // namespace hale
