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

const MigrationTool& find_tool(std::string_view name) {
  for (const MigrationTool* tool : migration_tools()) {
    if (tool->name == name) return *tool;
  }
  const std::vector<std::string_view> names = tool_names();
  const std::string_view closest = closest_match(lower(name), names);
  if (!closest.empty())
    throw UsageError(fmt::format("unknown migration tool {}; did you mean {}?", sanitize(name), closest));
  throw UsageError(fmt::format("unknown migration tool {}; use {}", sanitize(name), join_with_or(names)));
}

bool is_label(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
  });
}

/// Parses TOOL:[LABEL=]PATH.
std::pair<const MigrationTool*, MigrationSource> parse_source(std::string_view value) {
  const std::size_t colon = value.find(':');
  if (colon == std::string_view::npos)
    throw UsageError("missing tool; use --migrations TOOL:PATH, such as django:/app/shop/migrations");
  const MigrationTool& tool = find_tool(value.substr(0, colon));
  std::string_view path = value.substr(colon + 1);
  MigrationSource source;
  const std::size_t equals = path.find('=');
  // A path may contain '=' too, so the part before it counts as a label only if it can be one.
  if (tool.has_labels && equals != std::string_view::npos && is_label(path.substr(0, equals))) {
    source.label = path.substr(0, equals);
    path.remove_prefix(equals + 1);
  }
  if (path.empty()) throw UsageError(fmt::format("missing path; use --migrations {}:{}", tool.name, tool.path));
  source.path = path;
  return {&tool, source};
}

/// Parses [SCHEMA.]TABLE. Either part may be in double quotes, in which "" is one quote, as in SQL; unlike in SQL,
/// unquoted names keep their case.
TableName parse_table_name(std::string_view value) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (quoted && value.substr(i).starts_with("\"\"")) {
      parts.back() += value[i++];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == '.' && !quoted) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  const bool valid = !quoted && parts.size() <= 2 &&
                     std::none_of(parts.begin(), parts.end(), [](const auto& part) { return part.empty(); });
  if (!valid)
    throw UsageError(fmt::format("--migrations-table {}: not a table name; use SCHEMA.TABLE", sanitize(value)));
  return parts.size() == 1 ? TableName{"", parts[0]} : TableName{parts[0], parts[1]};
}

/// Applies a value of --migrations-table, [TOOL:][SCHEMA.]TABLE, to the history of its tool.
void set_table(std::string_view value, std::vector<MigrationHistory>& histories) {
  const std::size_t colon = value.find(':');
  const MigrationTool* tool = colon == std::string_view::npos ? nullptr : &find_tool(value.substr(0, colon));
  if (tool == nullptr && histories.size() > 1) {
    throw UsageError(fmt::format("--migrations-table {0}: name the tool, as in --migrations-table {1}:{0}",
                                 sanitize(value), histories.front().tool->name));
  }
  const auto history = std::find_if(histories.begin(), histories.end(),
                                    [&](const MigrationHistory& one) { return tool == nullptr || one.tool == tool; });
  if (history == histories.end())
    throw UsageError(
        tool == nullptr ? "--migrations-table needs --migrations TOOL:PATH"
                        : fmt::format("--migrations-table {} needs --migrations {}:PATH", sanitize(value), tool->name));
  history->table = parse_table_name(tool == nullptr ? value : value.substr(colon + 1));
  if (history->tool->table_is_fixed && history->table.table != history->tool->table) {
    throw UsageError(
        fmt::format("--migrations-table {}: the table of {} is always {}; use --migrations-table SCHEMA.{}",
                    sanitize(value), history->tool->name, history->tool->table, history->tool->table));
  }
}

bool contains(const std::vector<std::string>& columns, std::string_view name) {
  return std::find(columns.begin(), columns.end(), name) != columns.end();
}

/// Which of `alternatives`, such as "MigrationId|migration_id", is among `columns`.
std::optional<std::string> find_column(std::string_view alternatives, const std::vector<std::string>& columns) {
  for (const std::string_view name : split(alternatives, '|')) {
    if (contains(columns, name)) return std::string(name);
  }
  return std::nullopt;
}

/// How many columns `tool` reads if `columns` has all of them, else 0.
std::size_t match_score(const MigrationTool& tool, const std::vector<std::string>& columns) {
  const auto& all = tool.columns;
  const bool complete =
      std::all_of(all.begin(), all.end(), [&](std::string_view one) { return find_column(one, columns).has_value(); });
  return complete ? all.size() : 0;
}

}  // namespace

std::optional<std::string> MigrationHistory::find_mismatch(const std::vector<std::string>& columns) const {
  // rails, dbmate, golang-migrate and ecto all call their table schema_migrations, and all have a column "version". A
  // tool with more columns in the table is more likely to have created it, so the best score wins.
  const std::size_t own_score = match_score(*tool, columns);
  std::vector<std::string_view> better;
  std::size_t best_score = own_score;
  for (const MigrationTool* other : migration_tools()) {
    const std::size_t score = other->table == tool->table ? match_score(*other, columns) : 0;
    if (score > best_score) better.clear();
    if (score > own_score && score >= best_score) better.push_back(other->name);
    best_score = std::max(best_score, score);
  }
  const std::string described = fmt::format("{} with the columns {}", table.to_string(), format_ids(columns));
  if (!better.empty()) return fmt::format("{} belongs to {}, not to {}", described, join_with_or(better), tool->name);
  if (own_score > 0) return std::nullopt;
  return fmt::format("{} does not belong to {}, which has {}", described, tool->name, fmt::join(tool->columns, ", "));
}

std::vector<std::string> MigrationHistory::select_columns(const std::vector<std::string>& columns) const {
  std::vector<std::string> names;
  for (const std::string_view one : tool->columns) names.push_back(find_column(one, columns).value_or(""));
  return names;
}

MigrationFindings MigrationHistory::compare_without_table() const {
  MigrationFindings findings = expected->compare({});
  findings.absence = fmt::format("the table {} does not exist", table.to_string());
  return findings;
}

MigrationFindings MigrationHistory::compare(const std::vector<MigrationRow>& rows, bool locked) const {
  MigrationFindings findings = expected->compare(rows);
  if (rows.empty() && !findings.pending.empty())
    findings.absence = fmt::format("the table {} is empty", table.to_string());
  if (locked) {
    findings.errors.push_back(
        fmt::format("{}{} is locked: a migration is running or was interrupted", table.table, tool->lock_suffix));
  }
  return findings;
}

std::vector<MigrationHistory> read_histories(const std::vector<std::string_view>& migrations,
                                             const std::vector<std::string_view>& tables) {
  std::vector<MigrationHistory> histories;
  std::map<const MigrationTool*, std::vector<MigrationSource>> sources;
  for (const std::string_view value : migrations) {
    try {
      const auto [tool, source] = parse_source(value);
      if (!sources.contains(tool)) histories.push_back({tool, {"", std::string(tool->table)}, nullptr});
      sources[tool].push_back(source);
    } catch (const UsageError& error) {
      throw UsageError(fmt::format("--migrations {}: {}", sanitize(value), error.what()));
    }
  }
  for (const std::string_view value : tables) set_table(value, histories);
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
