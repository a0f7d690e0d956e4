#include "migrations/flyway_files.hpp"

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

std::string replaced(std::string_view text, char from, char to) {
  std::string all(text);
  std::replace(all.begin(), all.end(), from, to);
  return all;
}

/// What the name of a file, V2_1__add_users.sql, says; nothing for one that Flyway passes over, also an undo script.
std::optional<FlywayScript> read_name(std::string_view name) {
  const std::size_t slash = name.rfind('/');
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  constexpr std::array<std::string_view, 4> suffixes{".sql", ".java", ".class", ".kt"};
  const auto suffix =
      std::find_if(suffixes.begin(), suffixes.end(), [&](std::string_view end) { return name.ends_with(end); });
  // V2__Users$1.class is a class within a migration.
  if (suffix == suffixes.end() || name.find('$') != std::string_view::npos) return std::nullopt;
  name.remove_suffix(suffix->size());
  const std::size_t end = std::min(name.find(separator), name.size());
  if (end == 0) return std::nullopt;
  const std::string_view number = name.substr(1, end - 1);
  const std::string_view description = name.substr(std::min(end + separator.size(), name.size()));
  if (name[0] == 'R' && number.empty())
    return FlywayScript{FlywayScript::Kind::repeatable, replaced(description, '_', ' ')};
  const auto version = read_flyway_version(number);
  if ((name[0] != 'V' && name[0] != 'B') || !version) return std::nullopt;
  return FlywayScript{name[0] == 'V' ? FlywayScript::Kind::versioned : FlywayScript::Kind::baseline,
                      replaced(number, '_', '.'), *version};
}

/// Flyway's checksum of an SQL file: of its lines without line ends and byte order mark. That of a repeatable one is
/// made after values were put in for its placeholders.
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
  const std::size_t before = scripts.size();
  for (const std::string& file : files_below(path)) {
    auto script = read_name(file);
    if (!script) continue;
    if (file.ends_with(".sql")) script->checksum = checksum_of(read_text(path_in(path, file)), script->kind);
    scripts.push_back(std::move(*script));
  }
  if (scripts.size() == before) {
    throw UsageError(fmt::format(
        "{} holds no migration; there should be files such as V2_1__add_users.sql or R__views.sql", sanitize(path)));
  }
}

/// Lines are names of files, or versions.
void add_manifest(const std::string& path, std::vector<FlywayScript>& scripts) {
  for (const std::string& line : read_manifest(path)) {
    const std::size_t name = line.rfind('/') + 1;
    auto script = read_name(line);
    const auto version = read_flyway_version(line);
    if (!script && version) script = FlywayScript{FlywayScript::Kind::versioned, replaced(line, '_', '.'), *version};
    const bool undo = line[std::min(name, line.size() - 1)] == 'U' && line.find(separator) != std::string::npos;
    if (!script && !undo) {
      throw UsageError(fmt::format(
          "{}: '{}' is neither a migration's file nor a version; write lines such as V2_1__add_users.sql or 2.1",
          sanitize(path), truncate_bytes(sanitize(line), 60)));
    }
    if (script) scripts.push_back(std::move(*script));
  }
}

bool before(const FlywayScript& one, const FlywayScript& other) {
  const auto rank = [](const FlywayScript& script) {
    constexpr std::array<int, 3> ranks{0, 2, 1};
    return ranks.at(static_cast<std::size_t>(script.kind));
  };
  if (rank(one) != rank(other)) return rank(one) < rank(other);
  return one.kind == FlywayScript::Kind::repeatable ? one.id < other.id : one.version < other.version;
}

}  // namespace

std::optional<FlywayVersion> read_flyway_version(std::string_view text) {
  FlywayVersion version;
  const std::string dotted = replaced(text, '_', '.');
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
  std::stable_sort(scripts.begin(), scripts.end(), before);
  return scripts;
}

}  // namespace hale
