#include "migrations/flyway/scripts.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "migrations/digest.hpp"
#include "migrations/files.hpp"

namespace hale {
namespace {

constexpr std::string_view separator = "__";
constexpr std::string_view digits = "0123456789";

std::string replace_all(std::string_view text, char from, char to) {
  std::string copy(text);
  std::replace(copy.begin(), copy.end(), from, to);
  return copy;
}

/// Parses the name of a file, such as V2_1__add_users.sql. Returns nullopt for undo scripts and for files that Flyway
/// ignores.
std::optional<FlywayScript> parse_name(std::string_view name) {
  const std::size_t slash = name.rfind('/');
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  constexpr auto suffixes = std::to_array<std::string_view>({".sql", ".java", ".class", ".kt"});
  const auto suffix =
      std::find_if(suffixes.begin(), suffixes.end(), [&](std::string_view end) { return name.ends_with(end); });
  // V2__Users$1.class is a nested class of a migration.
  if (suffix == suffixes.end() || name.find('$') != std::string_view::npos) return std::nullopt;
  name.remove_suffix(suffix->size());
  const std::size_t end = std::min(name.find(separator), name.size());
  if (end == 0) return std::nullopt;
  const std::string_view number = name.substr(1, end - 1);
  const std::string_view description = name.substr(std::min(end + separator.size(), name.size()));
  if (name[0] == 'R' && number.empty())
    return FlywayScript{FlywayScript::Kind::repeatable, replace_all(description, '_', ' ')};
  const auto version = parse_flyway_version(number);
  if ((name[0] != 'V' && name[0] != 'B') || !version) return std::nullopt;
  return FlywayScript{name[0] == 'V' ? FlywayScript::Kind::versioned : FlywayScript::Kind::baseline,
                      replace_all(number, '_', '.'), *version};
}

/// Flyway's checksum of an SQL file (org.flywaydb.core.internal.resolver.ChecksumCalculator): the CRC-32 of its lines
/// in UTF-8 without line ends and byte order mark. Repeatable scripts are summed after their placeholders were
/// replaced, and other encodings are configuration: nullopt for both.
std::optional<std::int32_t> checksum_of(std::string_view text, FlywayScript::Kind kind) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (kind == FlywayScript::Kind::repeatable && text.find("${") != std::string_view::npos) return std::nullopt;
  if (!is_utf8(text)) return std::nullopt;
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  std::uint32_t sum = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    sum = crc32(text.substr(0, end), sum);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return static_cast<std::int32_t>(sum);
}

void add_folder(const std::string& path, std::vector<FlywayScript>& scripts) {
  const std::size_t count_before = scripts.size();
  for (const std::string& file : files_under(path)) {
    auto script = parse_name(file);
    if (!script) continue;
    if (file.ends_with(".sql")) script->checksum = checksum_of(read_text(join_path(path, file)), script->kind);
    scripts.push_back(std::move(*script));
  }
  if (scripts.size() == count_before) {
    throw UsageError(fmt::format("{} contains no migration; expected files such as V2_1__add_users.sql or R__views.sql",
                                 sanitize(path)));
  }
}

/// Lines are file names or versions.
void add_manifest(const std::string& path, std::vector<FlywayScript>& scripts) {
  for (const std::string& line : read_manifest(path)) {
    const std::size_t name_offset = line.rfind('/') + 1;
    auto script = parse_name(line);
    const auto version = parse_flyway_version(line);
    if (!script && version) script = FlywayScript{FlywayScript::Kind::versioned, replace_all(line, '_', '.'), *version};
    const bool is_undo =
        line[std::min(name_offset, line.size() - 1)] == 'U' && line.find(separator) != std::string::npos;
    if (!script && !is_undo) {
      throw UsageError(fmt::format(
          "{}: '{}' is neither a migration file nor a version; use lines such as V2_1__add_users.sql or 2.1",
          sanitize(path), truncate_bytes(sanitize(line), 60)));
    }
    if (script) scripts.push_back(std::move(*script));
  }
}

bool is_before(const FlywayScript& a, const FlywayScript& b) {
  const auto rank = [](const FlywayScript& script) {
    constexpr std::array<int, 3> ranks{0, 2, 1};
    return ranks.at(static_cast<std::size_t>(script.kind));
  };
  if (rank(a) != rank(b)) return rank(a) < rank(b);
  return a.kind == FlywayScript::Kind::repeatable ? a.id < b.id : a.version < b.version;
}

}  // namespace

std::optional<FlywayVersion> parse_flyway_version(std::string_view text) {
  FlywayVersion version;
  const std::string dotted = replace_all(text, '_', '.');
  for (std::string_view part : split(dotted, '.')) {
    if (part.empty() || part.find_first_not_of(digits) != std::string_view::npos) return std::nullopt;
    part.remove_prefix(std::min(part.find_first_not_of('0'), part.size()));
    version.emplace_back(part.size(), part);
  }
  while (!version.empty() && version.back().first == 0) version.pop_back();
  return version;
}

std::vector<FlywayScript> read_flyway_scripts(const std::vector<MigrationSource>& sources) {
  std::vector<FlywayScript> scripts;
  for (const MigrationSource& source : sources)
    (is_folder(source.path) ? add_folder : add_manifest)(source.path, scripts);
  std::stable_sort(scripts.begin(), scripts.end(), is_before);
  return scripts;
}

}  // namespace hale
