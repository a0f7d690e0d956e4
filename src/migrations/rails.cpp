#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "migrations/numbers.hpp"

namespace hale {
namespace {

constexpr std::string_view extension = ".rb";

/// db:migrate:status prints versions with at least three digits.
NamedMigration to_migration(std::string_view digits, std::string name) {
  const std::string number = strip_leading_zeros(digits);
  return {number, fmt::format("{:0>3}", number), std::move(name)};
}

bool is_name(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

/// The class that Rails expects in the file: CreateUsers in create_users.
std::string to_class_name(std::string_view name) {
  std::string class_name;
  bool at_word_start = true;
  for (const char c : name) {
    if (c != '_') class_name += at_word_start && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    at_word_start = c == '_';
  }
  return class_name;
}

/// Parses NUMBER_NAME.rb or NUMBER_NAME.ENGINE.rb, the pattern ActiveRecord::Migration::MigrationFilenameRegexp. Rails
/// loads [0-9]*_*.rb and fails for a file of these that does not match, so that is a UsageError.
std::optional<NamedMigration> parse_file(const std::string& path) {
  const std::string_view file = base_name(path);
  const std::string_view digits = leading_digits(file);
  if (digits.empty() || !file.ends_with(extension) || file.find('_') == std::string_view::npos) return std::nullopt;
  const std::string_view suffix = file.substr(digits.size(), file.size() - digits.size() - extension.size());
  const std::size_t dot = std::min(suffix.find('.'), suffix.size());
  if (!suffix.starts_with('_') || !is_name(suffix.substr(0, dot)) ||
      (dot < suffix.size() && !is_name(suffix.substr(dot + 1)))) {
    throw UsageError(fmt::format("{}: Rails rejects this name; use NUMBER_NAME.rb, with only a-z, 0-9 and _ in NAME",
                                 sanitize(path)));
  }
  return to_migration(digits, to_class_name(suffix.substr(1, dot - 1)));
}

std::vector<NamedMigration> read_folder(const std::string& folder) { return parse_files(folder, parse_file, true); }

std::optional<NamedMigration> parse_line(std::string_view line) {
  const auto number = parse_numbered_line(line);
  if (!number) return std::nullopt;
  const auto file = parse_file(std::string(line));
  return file ? file : to_migration(number->id, "");
}

/// Rails converts versions with to_i, which gives 0 for text without leading digits.
NamedMigration parse_row(const std::string& text) { return {strip_leading_zeros(leading_digits(text)), text}; }

class RailsMigrations : public NamedMigrations {
 public:
  explicit RailsMigrations(const std::vector<NamedMigration>& expected) : NamedMigrations(expected, parse_row) {
    std::vector<NamedMigration> named;
    std::copy_if(expected.begin(), expected.end(), std::back_inserter(named),
                 [](const NamedMigration& one) { return !one.name.empty(); });
    duplicate_names_ = find_duplicates(named, &NamedMigration::name);
  }

  MigrationFindings compare(const std::vector<MigrationRow>& rows) const override {
    MigrationFindings findings = NamedMigrations::compare(rows);
    if (!duplicate_names_.empty())
      findings.errors.push_back(fmt::format("two migrations have the same name: {}", format_ids(duplicate_names_)));
    return findings;
  }

 private:
  std::vector<std::string> duplicate_names_;
};

constexpr NamingRules naming_rules{
    .read_folder = read_folder,
    .parse_line = parse_line,
    .expected_files = "files such as 20240131093000_create_users.rb",
    .expected_line = "20240131093000_create_users.rb or 20240131093000",
};

std::unique_ptr<Migrations> read(const std::vector<MigrationSource>& sources) {
  std::vector<NamedMigration> expected = read_named_migrations(sources, naming_rules);
  sort_by_number(expected);
  return std::make_unique<RailsMigrations>(expected);
}

constexpr auto columns = std::to_array<std::string_view>({"version"});

}  // namespace

extern const MigrationTool rails_tool;
const MigrationTool rails_tool{
    .name = "rails",
    .path = "db/migrate",
    .files = "NUMBER_NAME.rb and NUMBER_NAME.ENGINE.rb, also in subfolders. The id is the number without leading zeros",
    .table = "schema_migrations",
    .columns = columns,
    .order = "version",
    .read = read,
};

}  // namespace hale
