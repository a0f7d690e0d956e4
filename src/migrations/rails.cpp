#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "migrations/numbers.hpp"

namespace hale {
namespace {

constexpr std::string_view ending = ".rb";

/// As db:migrate:status shows a version: at least three digits.
NamedMigration version(std::string_view digits, std::string name) {
  const std::string number = plain_number(digits);
  return {number, fmt::format("{:0>3}", number), std::move(name)};
}

bool is_name(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

/// The class that Rails looks for in the file: "create_users" is CreateUsers.
std::string class_name(std::string_view name) {
  std::string camels;
  bool hump = true;
  for (const char c : name) {
    if (c != '_') camels += hump && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    hump = c == '_';
  }
  return camels;
}

/// NUMBER_NAME.rb or NUMBER_NAME.ENGINE.rb, as ActiveRecord::Migration::MigrationFilenameRegexp has it; `path` is told
/// in the complaint about any other.
std::optional<NamedMigration> in_file(const std::string& path) {
  const std::string_view file = last_part(path);
  const std::string_view digits = leading_digits(file);
  // What Rails looks at is [0-9]*_*.rb.
  if (digits.empty() || !file.ends_with(ending) || file.find('_') == std::string_view::npos) return std::nullopt;
  const std::string_view words = file.substr(digits.size(), file.size() - digits.size() - ending.size());
  const std::size_t dot = std::min(words.find('.'), words.size());
  if (!words.starts_with('_') || !is_name(words.substr(0, dot)) ||
      (dot < words.size() && !is_name(words.substr(dot + 1)))) {
    throw UsageError(fmt::format("{}: Rails refuses this name; write NUMBER_NAME.rb, with only a-z, 0-9 and _ in NAME",
                                 sanitize(path)));
  }
  return version(digits, class_name(words.substr(1, dot - 1)));
}

std::vector<NamedMigration> in_folder(const std::string& folder) { return named_files(folder, in_file, true); }

std::optional<NamedMigration> on_line(std::string_view line) {
  const auto number = numbered_line(line);
  if (!number) return std::nullopt;
  const auto file = in_file(std::string(line));
  return file ? file : version(number->id, "");
}

/// As Rails' to_i takes it: what is no number is 0.
NamedMigration in_row(const std::string& text) { return {plain_number(leading_digits(text)), text}; }

class RailsMigrations : public NamedMigrations {
 public:
  explicit RailsMigrations(const std::vector<NamedMigration>& expected) : NamedMigrations(expected, in_row) {
    std::vector<NamedMigration> named;
    std::copy_if(expected.begin(), expected.end(), std::back_inserter(named),
                 [](const NamedMigration& one) { return !one.name.empty(); });
    twice_ = doubles(named, &NamedMigration::name);
  }

  MigrationFindings compare(const std::vector<MigrationRow>& rows) const override {
    MigrationFindings findings = NamedMigrations::compare(rows);
    if (!twice_.empty())
      findings.errors.push_back(fmt::format("two migrations have the same name: {}", first_ids(twice_)));
    return findings;
  }

 private:
  std::vector<std::string> twice_;
};

constexpr Naming naming{
    .in_folder = in_folder,
    .on_line = on_line,
    .wanted = "files such as 20240131093000_create_users.rb",
    .wanted_line = "20240131093000_create_users.rb or 20240131093000",
};

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  std::vector<NamedMigration> expected = read_named(sources, naming);
  sort_by_number(expected);
  return std::make_unique<RailsMigrations>(expected);
}

constexpr std::array<std::string_view, 1> columns{"version"};

}  // namespace

extern const MigrationTool rails_tool;
const MigrationTool rails_tool{
    .name = "rails",
    .path = "db/migrate",
    .files =
        "NUMBER_NAME.rb and NUMBER_NAME.ENGINE.rb, in folders below too; the id is the number, leading zeros do not "
        "count",
    .table = "schema_migrations",
    .columns = columns,
    .order = "version",
    .read = read,
};

}  // namespace hale
