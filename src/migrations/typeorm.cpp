#include <algorithm>
#include <array>
#include <tuple>
#include <unordered_map>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "migrations/files.hpp"
#include "migrations/named.hpp"
#include "migrations/numbers.hpp"
#include "migrations/script/classes.hpp"

namespace hale {
namespace {

constexpr std::size_t digits_of_a_time = 13;
constexpr std::array<std::string_view, 6> endings{".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"};

bool is_script(std::string_view file) {
  return !file.ends_with(".d.ts") &&
         std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return file.ends_with(ending); });
}

/// The class that `typeorm migration:create` makes in the file: 1700000000001-add-user.ts has AddUser1700000000001.
std::string class_in(std::string_view file) {
  const std::string_view time = leading_digits(file);
  if (time.size() != digits_of_a_time || file.substr(time.size(), 1) != "-") return "";
  const std::string_view words = file.substr(time.size() + 1, file.rfind('.') - time.size() - 1);
  std::string name;
  bool hump = true;
  for (const char c : words) {
    const bool joint = c == '-' || c == '_' || c == ' ';
    if (!joint) name += hump && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    hump = joint;
  }
  return name + std::string(time);
}

/// What a script holds; when it shows no class, what its name promises.
std::vector<NamedMigration> in_script(const std::string& path) {
  std::vector<std::string> names = migration_classes(read_text(path));
  if (names.empty()) {
    if (std::string promised = class_in(last_part(path)); !promised.empty()) names.push_back(std::move(promised));
  }
  std::vector<NamedMigration> found;
  for (const std::string& name : names) {
    if (!ends_in_13_digits(name)) {
      throw UsageError(fmt::format("{}: TypeORM refuses the name {}: a migration's ends in 13 digits", sanitize(path),
                                   sanitize(name)));
    }
    found.push_back({name, name});
  }
  return found;
}

/// A migration may lie beside what was compiled of it.
std::vector<NamedMigration> in_folder(const std::string& folder) {
  std::vector<NamedMigration> all;
  std::unordered_map<std::string, std::string> stems;
  for (const FolderEntry& entry : list_folder(folder)) {
    if (entry.is_folder || !is_script(entry.name)) continue;
    const std::string stem = entry.name.substr(0, entry.name.rfind('.'));
    for (NamedMigration& one : in_script(path_in(folder, entry.name))) {
      const auto [known, is_new] = stems.emplace(one.id, stem);
      if (is_new || known->second != stem) all.push_back(std::move(one));
    }
  }
  return all;
}

std::optional<NamedMigration> on_line(std::string_view line) {
  auto name = plain_name(line);
  if (!name) return std::nullopt;
  if (is_script(*name)) name = class_in(*name);
  return ends_in_13_digits(*name) ? std::optional(NamedMigration{*name, *name}) : std::nullopt;
}

NamedMigration in_row(const std::string& text) { return {text, text}; }

constexpr Naming naming{
    .in_folder = in_folder,
    .on_line = on_line,
    .wanted = "files such as 1700000000001-AddUser.ts, each with a class whose name ends in 13 digits",
    .wanted_line = "AddUser1700000000001",
};

/// By the time in which the names end.
bool earlier(const NamedMigration& a, const NamedMigration& b) {
  const auto time = [](const NamedMigration& one) {
    return std::string_view(one.id).substr(one.id.size() - digits_of_a_time);
  };
  return std::tuple(time(a), a.id) < std::tuple(time(b), b.id);
}

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  std::vector<NamedMigration> expected;
  for (const MigrationSource& source : sources) {
    const bool bundle = is_script(source.path) && !is_folder(source.path);
    std::vector<NamedMigration> found = bundle ? in_script(source.path) : read_named({source}, naming);
    if (found.empty())
      throw UsageError(fmt::format("{} holds no class whose name ends in 13 digits", sanitize(source.path)));
    std::move(found.begin(), found.end(), std::back_inserter(expected));
  }
  std::stable_sort(expected.begin(), expected.end(), earlier);
  return std::make_unique<NamedMigrations>(std::move(expected), in_row);
}

constexpr std::array<std::string_view, 2> columns{"name", "timestamp"};

}  // namespace

extern const MigrationTool typeorm_tool;
const MigrationTool typeorm_tool{
    .name = "typeorm",
    .path = "dist/migrations",
    .files =
        "the classes in .js, .mjs, .cjs, .ts, .mts and .cts files, .d.ts left out; PATH may also be one such file, "
        "as a bundler makes it. The id is the class's field name, else the name of the class; it ends in 13 digits",
    .table = "migrations",
    .columns = columns,
    .order = "id",
    .read = read,
};

}  // namespace hale
