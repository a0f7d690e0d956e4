#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "health/body_report.hpp"
#include "health/keys.hpp"
#include "health/words.hpp"

namespace hale::health {
namespace {

std::string_view prefix_until(std::string_view text, std::string_view ends) {
  return text.substr(0, text.find_first_of(ends));
}

/// A state word and the text after it; without a state word, everything is the message.
struct SplitText {
  std::string_view word;
  std::string_view message;
};

/// "failed", "unavailable: Database error" or "PASSED Schema version: 2015 (0.003s)"
SplitText split_word(std::string_view text) {
  for (const std::string_view word : {text, prefix_until(text, ":"), prefix_until(text, " \t")}) {
    if (meaning(word) == Meaning::none) continue;
    const std::string_view rest = trim(text.substr(word.size()));
    return {word, trim(rest.starts_with(':') ? rest.substr(1) : rest)};
  }
  return {{}, text};
}

void add_line(std::string_view name, State state, std::string word, std::string_view message,
              ComponentSet& components) {
  components.add_state(state);
  components.add({join_path("", name), state, std::move(word), abbreviate_message(message)});
}

/// "[+]ping ok", "[-]etcd failed: reason withheld"
bool read_bracket_line(std::string_view line, ComponentSet& components) {
  if (!line.starts_with("[+]") && !line.starts_with("[-]")) return false;
  const bool good = line[1] == '+';
  const std::string_view rest = trim(line.substr(3));
  const std::string_view name = prefix_until(rest, " \t");
  const SplitText split = split_word(trim(rest.substr(name.size())));
  if (!name.empty())
    add_line(name, good ? State::ok : State::critical, good ? "ok" : "failed", split.message, components);
  return true;
}

/// "database: PASSED Schema version: 2015 (0.003s)"
void read_named_line(std::string_view line, ComponentSet& components) {
  const std::size_t colon = line.find(": ");
  if (colon == std::string_view::npos) return;
  const std::string_view name = trim(line.substr(0, colon));
  const SplitText split = split_word(trim(line.substr(colon + 1)));
  const auto state = state_of(meaning(split.word));
  if (!state || name.empty() || is_message_like(name) || is_truth_value(split.word)) return;
  add_line(name, *state, abbreviate_word(split.word), split.message, components);
}

/// R11: WARNING at most. Services that write such lines report by the HTTP code whether a failure matters.
std::optional<State> state_of_lines(const ComponentSet& components) {
  const auto worst = components.worst();
  return worst && is_failing(*worst) ? State::warning : worst;
}

}  // namespace

BodyReport state_only(State state, std::string overall) { return {state, state, std::move(overall), {}, {}}; }

BodyReport read_line(std::string_view line) {
  line = trim(line);
  if (line.find('\n') != std::string_view::npos) return {};
  if (const auto state = state_of(meaning(line))) return state_only(*state, abbreviate_word(line));
  const std::size_t end = std::min(line.find(':'), line.find(" - "));
  if (end == std::string_view::npos) return {};
  const auto state = state_of(meaning(line.substr(0, end)));
  return state ? state_only(*state, abbreviate_message(line)) : BodyReport();
}

BodyReport read_text(std::string_view text) {
  BodyReport report = read_line(text);
  if (report.state) return report;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!read_bracket_line(trim(line), report.components)) read_named_line(trim(line), report.components);
  }
  report.state = state_of_lines(report.components);
  return report;
}

}  // namespace hale::health
