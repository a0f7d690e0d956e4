#include "migrations/history.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {
namespace {

std::vector<std::string_view> tool_names() {
  std::vector<std::string_view> names;
  for (const MigrationTool* tool : migration_tools()) names.push_back(tool->name);
  return names;
}

const MigrationTool* find_tool(std::string_view name) {
  const auto tools = migration_tools();
  const auto found =
      std::find_if(tools.begin(), tools.end(), [&](const MigrationTool* tool) { return tool->name == name; });
  return found == tools.end() ? nullptr : *found;
}

const MigrationTool& tool_named(std::string_view name) {
  if (const MigrationTool* tool = find_tool(name)) return *tool;
  const std::vector<std::string_view> names = tool_names();
  const std::string_view meant = closest_match(lower(name), names);
  if (!meant.empty())
    throw UsageError(fmt::format("there is no migration tool {}; did you mean {}?", sanitize(name), meant));
  throw UsageError(fmt::format("there is no migration tool {}; write {}", sanitize(name), join_with_or(names)));
}

bool is_label(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
  });
}

/// TOOL:[LABEL=]PATH
std::pair<const MigrationTool*, MigrationSource> read_source(std::string_view words) {
  const std::size_t colon = words.find(':');
  if (colon == std::string_view::npos)
    throw UsageError(
        "no tool stands before the path; write --migrations TOOL:PATH, such as django:/app/shop/migrations");
  const MigrationTool& tool = tool_named(words.substr(0, colon));
  std::string_view path = words.substr(colon + 1);
  MigrationSource source;
  const std::size_t sign = path.find('=');
  if (tool.has_labels && sign != std::string_view::npos && is_label(path.substr(0, sign))) {
    source.label = path.substr(0, sign);
    path.remove_prefix(sign + 1);
  }
  if (path.empty())
    throw UsageError(fmt::format("no path stands behind the tool; write --migrations {}:{}", tool.name, tool.path));
  source.path = path;
  return {&tool, source};
}

/// [SCHEMA.]TABLE, each as it is or in double quotes, within which two of them stand for one.
TableName read_table_name(std::string_view words) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const char c = words[i];
    if (quoted && words.substr(i).starts_with("\"\"")) {
      parts.back() += words[i++];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == '.' && !quoted) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  const bool whole = !quoted && parts.size() <= 2 &&
                     std::none_of(parts.begin(), parts.end(), [](const auto& part) { return part.empty(); });
  if (!whole)
    throw UsageError(fmt::format("--migrations-table {}: no name of a table; write SCHEMA.TABLE", sanitize(words)));
  return parts.size() == 1 ? TableName{"", parts[0]} : TableName{parts[0], parts[1]};
}

/// The tools' tables by [TOOL:][SCHEMA.]TABLE.
void name_table(std::string_view words, std::vector<MigrationHistory>& histories) {
  const std::size_t colon = words.find(':');
  const MigrationTool* tool = colon == std::string_view::npos ? nullptr : &tool_named(words.substr(0, colon));
  if (tool == nullptr && histories.size() > 1) {
    throw UsageError(fmt::format("--migrations-table {0}: which tool's? Write --migrations-table {1}:{0}",
                                 sanitize(words), histories.front().tool->name));
  }
  const auto history = std::find_if(histories.begin(), histories.end(),
                                    [&](const MigrationHistory& one) { return tool == nullptr || one.tool == tool; });
  if (history == histories.end())
    throw UsageError(tool == nullptr ? "--migrations-table without --migrations; write --migrations TOOL:PATH too"
                                     : fmt::format("--migrations-table {} without --migrations {}:PATH",
                                                   sanitize(words), tool->name));
  history->table = read_table_name(tool == nullptr ? words : words.substr(colon + 1));
  if (history->tool->table_is_fixed && history->table.table != history->tool->table) {
    throw UsageError(
        fmt::format("--migrations-table {}: the table of {} is always {}; write --migrations-table SCHEMA.{}",
                    sanitize(words), history->tool->name, history->tool->table, history->tool->table));
  }
}

bool has(const std::vector<std::string>& columns, std::string_view name) {
  return std::find(columns.begin(), columns.end(), name) != columns.end();
}

/// The name among `columns` that "MigrationId|migration_id" stands for; empty when there is none.
std::string choose(std::string_view alternatives, const std::vector<std::string>& columns) {
  for (const std::string_view name : split(alternatives, '|')) {
    if (has(columns, name)) return std::string(name);
  }
  return "";
}

/// How many of its columns a table with `columns` has; 0 unless it has all of them.
std::size_t match_score(const MigrationTool& tool, const std::vector<std::string>& columns) {
  const auto& all = tool.columns;
  const bool whole =
      std::none_of(all.begin(), all.end(), [&](std::string_view one) { return choose(one, columns).empty(); });
  return whole ? all.size() : 0;
}

}  // namespace

std::string MigrationHistory::mistaken(const std::vector<std::string>& columns) const {
  const std::size_t ours = match_score(*tool, columns);
  // Several tools call their table schema_migrations: who has more of its own columns in it made it.
  std::vector<std::string_view> likelier;
  std::size_t most = ours;
  for (const MigrationTool* other : migration_tools()) {
    const std::size_t theirs = other->table == tool->table ? match_score(*other, columns) : 0;
    if (theirs > most) likelier.clear();
    if (theirs > ours && theirs >= most) likelier.push_back(other->name);
    most = std::max(most, theirs);
  }
  const std::string described = fmt::format("{} with the columns {}", table.shown(), first_ids(columns));
  if (!likelier.empty()) return fmt::format("{} is of {}, not of {}", described, join_with_or(likelier), tool->name);
  return ours > 0 ? ""
                  : fmt::format("{} is not of {}, which has {}", described, tool->name, fmt::join(tool->columns, ", "));
}

std::vector<std::string> MigrationHistory::chosen(const std::vector<std::string>& columns) const {
  std::vector<std::string> names;
  for (const std::string_view one : tool->columns) names.push_back(choose(one, columns));
  return names;
}

MigrationFindings MigrationHistory::without_table() const {
  MigrationFindings findings = expected->compare({});
  findings.absence = fmt::format("there is no table {}", table.shown());
  return findings;
}

MigrationFindings MigrationHistory::compare(const std::vector<MigrationRow>& rows, bool locked) const {
  MigrationFindings findings = expected->compare(rows);
  if (rows.empty() && !findings.pending.empty()) findings.absence = fmt::format("the table {} is empty", table.shown());
  if (locked) {
    findings.errors.push_back(
        fmt::format("{}{} is taken: a migration is running or was cut off", table.table, tool->lock_suffix));
  }
  return findings;
}

std::vector<MigrationHistory> read_histories(const std::vector<std::string_view>& migrations,
                                             const std::vector<std::string_view>& tables) {
  std::vector<MigrationHistory> histories;
  std::map<const MigrationTool*, std::vector<MigrationSource>> sources;
  for (const std::string_view words : migrations) {
    try {
      const auto [tool, source] = read_source(words);
      if (!sources.contains(tool)) histories.push_back({tool, {"", std::string(tool->table)}, nullptr});
      sources[tool].push_back(source);
    } catch (const UsageError& error) {
      throw UsageError(fmt::format("--migrations {}: {}", sanitize(words), error.what()));
    }
  }
  for (const std::string_view words : tables) name_table(words, histories);
  for (MigrationHistory& history : histories) {
    try {
      history.expected = history.tool->read(sources[history.tool]);
    } catch (const UsageError& error) {
      throw UsageError(fmt::format("--migrations {}: {}", history.tool->name, error.what()));
    }
  }
  return histories;
}

}  // namespace hale
