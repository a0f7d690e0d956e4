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

constexpr std::size_t timestamp_digits = 13;
constexpr auto extensions = std::to_array<std::string_view>({".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"});

bool is_script(std::string_view file) {
  return !file.ends_with(".d.ts") && std::any_of(extensions.begin(), extensions.end(),
                                                 [&](std::string_view extension) { return file.ends_with(extension); });
}

/// The class that `typeorm migration:create` writes to a file: AddUser1700000000001 in 1700000000001-add-user.ts.
/// Returns nullopt for other names.
std::optional<std::string> generated_class(std::string_view file) {
  const std::string_view time = leading_digits(file);
  if (time.size() != timestamp_digits || file.substr(time.size(), 1) != "-") return std::nullopt;
  const std::string_view suffix = file.substr(time.size() + 1, file.rfind('.') - time.size() - 1);
  std::string name;
  bool at_word_start = true;
  for (const char c : suffix) {
    const bool is_separator = c == '-' || c == '_' || c == ' ';
    if (!is_separator) name += at_word_start && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    at_word_start = is_separator;
  }
  return name + std::string(time);
}

/// The migrations in a script. If it has no recognizable class, its name determines the class.
std::vector<NamedMigration> read_script(const std::string& path) {
  std::vector<std::string> names = migration_classes(read_text(path));
  if (names.empty()) {
    if (auto name = generated_class(base_name(path))) names.push_back(std::move(*name));
  }
  std::vector<NamedMigration> found;
  for (const std::string& name : names) {
    if (!ends_in_13_digits(name)) {
      throw UsageError(
          fmt::format("{}: TypeORM rejects the name {}: it must end in 13 digits", sanitize(path), sanitize(name)));
    }
    found.push_back({name, name});
  }
  return found;
}

/// A source and its compiled script in the same folder, with the same name, are one migration.
std::vector<NamedMigration> read_folder(const std::string& folder) {
  std::vector<NamedMigration> all;
  std::unordered_map<std::string, std::string> stems;
  for (const FolderEntry& entry : list_folder(folder)) {
    if (entry.is_folder || !is_script(entry.name)) continue;
    const std::string stem = entry.name.substr(0, entry.name.rfind('.'));
    for (NamedMigration& one : read_script(join_path(folder, entry.name))) {
      const auto [first, is_new] = stems.emplace(one.id, stem);
      if (is_new || first->second != stem) all.push_back(std::move(one));
    }
  }
  return all;
}

std::optional<NamedMigration> parse_line(std::string_view line) {
  auto name = parse_file_name(line);
  if (!name) return std::nullopt;
  if (is_script(*name)) name = generated_class(*name);
  return name && ends_in_13_digits(*name) ? std::optional(NamedMigration{*name, *name}) : std::nullopt;
}

NamedMigration parse_row(const std::string& text) { return {text, text}; }

constexpr NamingRules naming_rules{
    .read_folder = read_folder,
    .parse_line = parse_line,
    .expected_files = "files such as 1700000000001-AddUser.ts, each with a class whose name ends in 13 digits",
    .expected_line = "AddUser1700000000001",
};

/// Orders by the timestamp at the end of the name.
bool is_earlier(const NamedMigration& a, const NamedMigration& b) {
  const auto time = [](const NamedMigration& one) {
    return std::string_view(one.id).substr(one.id.size() - timestamp_digits);
  };
  return std::tuple(time(a), a.id) < std::tuple(time(b), b.id);
}

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  std::vector<NamedMigration> expected;
  for (const MigrationSource& source : sources) {
    const bool is_bundle = is_script(source.path) && !is_folder(source.path);
    std::vector<NamedMigration> found =
        is_bundle ? read_script(source.path) : read_named_migrations({source}, naming_rules);
    if (found.empty())
      throw UsageError(fmt::format("{} contains no class whose name ends in 13 digits", sanitize(source.path)));
    std::move(found.begin(), found.end(), std::back_inserter(expected));
  }
  std::stable_sort(expected.begin(), expected.end(), is_earlier);
  return std::make_unique<NamedMigrations>(std::move(expected), parse_row);
}

constexpr auto columns = std::to_array<std::string_view>({"name", "timestamp"});

}  // namespace

extern const MigrationTool typeorm_tool;
const MigrationTool typeorm_tool{
    .name = "typeorm",
    .path = "dist/migrations",
    .files =
        "the classes in .js, .mjs, .cjs, .ts, .mts and .cts files, but not .d.ts. PATH can also be one such file, for "
        "example from a bundler. The id is the class's field name, or else the name of the class; it ends in 13 "
        "digits",
    .table = "migrations",
    .columns = columns,
    .order = "id",
    .read = read,
};

}  // namespace hale
