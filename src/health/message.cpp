#include "health/message.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace hale::health {
namespace {

constexpr std::size_t named_at_most = 5;

std::string with_reason(std::string words, const std::string& reason) {
  return reason.empty() ? words : fmt::format("{}: {}", words, reason);
}

/// Those in at least the state `least`, the worst first. A single one gives its reason.
std::string name_parts(const std::vector<Part>& parts, State least) {
  std::vector<const Part*> named;
  for (const Part& part : parts) {
    if (part.state >= least) named.push_back(&part);
  }
  std::stable_sort(named.begin(), named.end(), [](const Part* a, const Part* b) { return a->state > b->state; });
  std::string text;
  for (std::size_t i = 0; i < std::min(named.size(), named_at_most); ++i)
    text += fmt::format("{}{} {}", i > 0 ? ", " : "", named[i]->name, named[i]->word);
  if (named.size() > named_at_most) text += fmt::format(" and {} more", named.size() - named_at_most);
  return named.size() == 1 ? with_reason(text, named[0]->message) : text;
}

}  // namespace

std::string tell(const Statement& statement) {
  const bool in_doubt = statement.state == State::unknown && !statement.whole_state;
  std::string named = name_parts(statement.parts.all(), in_doubt ? State::unknown : State::warning);
  if (!named.empty() && statement.whole.empty()) return named;
  if (!named.empty())
    return fmt::format("{}{}{}", statement.whole, statement.whole_state == State::ok ? ", but " : ": ", named);
  if (statement.whole.empty() && statement.state) return std::string(word(*statement.state));
  return with_reason(statement.whole, statement.reason);
}

}  // namespace hale::health
