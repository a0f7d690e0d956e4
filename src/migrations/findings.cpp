#include "migrations/findings.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

#include <fmt/format.h>

namespace hale {
namespace {

constexpr std::size_t most_ids = 5;
constexpr std::size_t most_errors = 3;

std::string counted(std::string_view word, const std::vector<std::string>& ids) {
  return fmt::format("{} {}: {}", word, ids.size(), first_ids(ids));
}

std::string behind(const std::vector<std::string>& remarks) {
  std::string text;
  for (const std::string& remark : remarks) text += "; " + remark;
  return text;
}

std::string first_errors(const std::vector<std::string>& errors) {
  const std::size_t reported = std::min(errors.size(), most_errors);
  const auto end = errors.begin() + static_cast<std::ptrdiff_t>(reported);
  const std::string text = fmt::format("{}", fmt::join(errors.begin(), end, "; "));
  return errors.size() == reported ? text : fmt::format("{}; and {} more", text, errors.size() - reported);
}

}  // namespace

std::string_view word(MigrationState state) {
  constexpr std::array<std::string_view, 5> words{"ok", "ahead", "pending", "none", "error"};
  return words.at(static_cast<std::size_t>(state));
}

std::string first_ids(const std::vector<std::string>& ids) {
  const std::size_t shown = std::min(ids.size(), most_ids);
  const std::string text =
      fmt::format("{}", fmt::join(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
  return ids.size() == shown ? text : fmt::format("{} and {} more", text, ids.size() - shown);
}

MigrationState MigrationFindings::state() const {
  if (!errors.empty()) return MigrationState::error;
  if (!absence.empty()) return MigrationState::none;
  if (!pending.empty()) return MigrationState::pending;
  return ahead.empty() ? MigrationState::ok : MigrationState::ahead;
}

std::string MigrationFindings::message() const {
  switch (state()) {
    case MigrationState::error: return "error: " + first_errors(errors);
    case MigrationState::none: return fmt::format("none: {}, {} expected", absence, pending.size());
    case MigrationState::pending:
      return counted("pending", pending) + (ahead.empty() ? "" : fmt::format(" ({})", counted("ahead", ahead))) +
             behind(remarks);
    case MigrationState::ahead: return counted("ahead", ahead) + behind(remarks);
    case MigrationState::ok: break;
  }
  return fmt::format("ok ({} applied)", applied) + behind(remarks);
}

MigrationFindings compare_ids(const std::vector<std::string>& expected, const std::vector<std::string>& applied) {
  MigrationFindings findings;
  const std::unordered_set<std::string_view> done(applied.begin(), applied.end());
  for (const std::string& id : expected) {
    if (done.contains(id)) {
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
