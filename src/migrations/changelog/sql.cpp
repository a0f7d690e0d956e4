#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "migrations/changelog/changelog.hpp"

namespace hale {
namespace {

constexpr std::string_view blanks = " \t\r\f\v";

/// What stands behind "--" and `word` at the beginning of a line; nothing for another line.
std::optional<std::string_view> behind(std::string_view line, std::string_view word) {
  line = trim(line);
  if (!line.starts_with("--")) return std::nullopt;
  line = trim(line.substr(2));
  if (lower(line.substr(0, word.size())) != word) return std::nullopt;
  return line.substr(word.size());
}

/// The next text of `rest`, in double quotes or as far as none of `stops` stands there, taken from it.
std::string_view take(std::string_view& rest, std::string_view stops) {
  const bool quoted = rest.starts_with('"') && rest.find('"', 1) != std::string_view::npos;
  const std::size_t end = std::min(quoted ? rest.find('"', 1) : rest.find_first_of(stops), rest.size());
  const std::string_view text = quoted ? rest.substr(1, end - 1) : rest.substr(0, end);
  rest.remove_prefix(quoted ? end + 1 : end);
  return text;
}

/// Adds those of `line` that say which changesets there are: "dbms:postgresql" or "context:\"a and b\"". The last of
/// one name counts.
void add_attributes(std::string_view line, ChangelogAttributes& attributes) {
  constexpr std::array<std::string_view, 6> names{"dbms",   "context", "contextFilter",
                                                  "labels", "ignore",  "logicalFilePath"};
  const std::string small = lower(line);
  for (const std::string_view name : names) {
    const std::size_t found = small.rfind(lower(name) + ":");
    if (found == std::string::npos) continue;
    std::string_view rest = line.substr(found + name.size() + 1);
    if (const std::string_view value = take(rest, blanks); !value.empty()) attributes.emplace(name, value);
  }
}

/// AUTHOR:ID of a line behind the word changeset.
ChangelogEntry read_changeset(std::string_view words, std::size_t line) {
  std::string_view rest = trim(words);
  const std::string_view author = take(rest, ":");
  const bool divided = rest.starts_with(':');
  if (divided) rest.remove_prefix(1);
  const std::string_view id = take(rest, blanks);
  if (!divided || author.empty() || id.empty())
    throw UsageError(fmt::format("line {}: behind changeset stands AUTHOR:ID", line));
  ChangelogEntry entry{"changeSet", {{"author", std::string(author)}, {"id", std::string(id)}}};
  add_attributes(rest, entry.attributes);
  return entry;
}

/// Passes over the lines that `words`, which stand behind ignoreLines, name.
void ignore_lines(std::string_view words, const std::vector<std::string_view>& lines, std::size_t& line) {
  constexpr std::string_view until = "ignorelines:end";
  words = trim(words.substr(std::min<std::size_t>(1, words.size())));
  if (words == "start") {
    while (line < lines.size() && !behind(lines[line], until)) ++line;
    return;
  }
  std::size_t count = 0;
  std::from_chars(words.data(), words.data() + words.size(), count);
  line += std::min(count, lines.size() - line);
}

}  // namespace

std::optional<Changelog> read_sql_changelog(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  const auto words = behind(first_line(text), "liquibase");
  if (!words || !lower(trim(*words)).starts_with("formatted")) return std::nullopt;
  Changelog changelog;
  add_attributes(*words, changelog.attributes);
  const std::vector<std::string_view> lines = split(text, '\n');
  for (std::size_t line = 0; line < lines.size();) {
    const std::string_view one = lines[line++];
    if (const auto ignored = behind(one, "ignorelines")) ignore_lines(*ignored, lines, line);
    const auto changeset = behind(one, "changeset");
    if (changeset && (changeset->empty() || blanks.find(changeset->front()) != std::string_view::npos))
      changelog.entries.push_back(read_changeset(*changeset, line));
  }
  return changelog;
}

}  // namespace hale
