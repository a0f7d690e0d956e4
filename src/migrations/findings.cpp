#include "migrations/findings.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

#include <fmt/format.h>

namespace hale {
namespace {

constexpr std::size_t max_ids = 5;
constexpr std::size_t max_errors = 3;

std::string format_count(std::string_view state, const std::vector<std::string>& ids) {
  return fmt::format("{} {}: {}", state, ids.size(), format_ids(ids));
}

std::string format_remarks(const std::vector<std::string>& remarks) {
  std::string text;
  for (const std::string& remark : remarks) text += "; " + remark;
  return text;
}

std::string format_errors(const std::vector<std::string>& errors) {
  const std::size_t count = std::min(errors.size(), max_errors);
  const auto end = errors.begin() + static_cast<std::ptrdiff_t>(count);
  const std::string text = fmt::format("{}", fmt::join(errors.begin(), end, "; "));
  return errors.size() == count ? text : fmt::format("{}; and {} more", text, errors.size() - count);
}

}  // namespace

std::string_view to_string(MigrationState state) {
  constexpr auto names = std::to_array<std::string_view>({"ok", "ahead", "pending", "none", "error"});
  return names.at(static_cast<std::size_t>(state));
}

std::string format_ids(const std::vector<std::string>& ids) {
  const std::size_t count = std::min(ids.size(), max_ids);
  const std::string text =
      fmt::format("{}", fmt::join(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(count), ", "));
  return ids.size() == count ? text : fmt::format("{} and {} more", text, ids.size() - count);
}

MigrationState MigrationFindings::state() const {
  if (!errors.empty()) return MigrationState::error;
  if (!absence.empty()) return MigrationState::none;
  if (!pending.empty()) return MigrationState::pending;
  return ahead.empty() ? MigrationState::ok : MigrationState::ahead;
}

std::string MigrationFindings::message() const {
  switch (state()) {
    case MigrationState::error: return "error: " + format_errors(errors);
    case MigrationState::none: return fmt::format("none: {}, {} expected", absence, pending.size());
    case MigrationState::pending:
      return format_count("pending", pending) +
             (ahead.empty() ? "" : fmt::format(" ({})", format_count("ahead", ahead))) + format_remarks(remarks);
    case MigrationState::ahead: return format_count("ahead", ahead) + format_remarks(remarks);
    case MigrationState::ok: break;
  }
  return fmt::format("ok ({} applied)", applied) + format_remarks(remarks);
}

MigrationFindings compare_ids(const std::vector<std::string>& expected, const std::vector<std::string>& applied) {
  MigrationFindings findings;
  const std::unordered_set<std::string_view> applied_ids(applied.begin(), applied.end());
  for (const std::string& id : expected) {
    if (applied_ids.contains(id)) {
      ++findings.applied;
    } else {
      findings.pending.push_back(id);
    }
  }
  std::unordered_set<std::string_view> known(expected.begin(), expected.end());
  for (const std::string& id : applied) {
    if (known.insert(id).second) findings.ahead.push_back(id);
  }
  return findings;
}

}  // namespace hale
