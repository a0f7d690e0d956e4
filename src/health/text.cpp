#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "health/keys.hpp"
#include "health/statement.hpp"
#include "health/words.hpp"

namespace hale::health {
namespace {

std::string_view until(std::string_view text, std::string_view ends) {
  return text.substr(0, text.find_first_of(ends));
}

/// A state word and what follows it; without a word all is message.
struct Said {
  std::string_view word;
  std::string_view message;
};

/// "failed", "unavailable: Database error" or "PASSED Schema version: 2015 (0.003s)"
Said split_word(std::string_view text) {
  for (const std::string_view word : {text, until(text, ":"), until(text, " \t")}) {
    if (meaning(word) == Meaning::none) continue;
    const std::string_view rest = trim(text.substr(word.size()));
    return {word, trim(rest.starts_with(':') ? rest.substr(1) : rest)};
  }
  return {{}, text};
}

void add_line(std::string_view name, State state, std::string word, std::string_view message, Parts& parts) {
  parts.weigh(state);
  parts.add({below("", name), state, std::move(word), told_message(message)});
}

/// "[+]ping ok", "[-]etcd failed: reason withheld"
bool read_bracket_line(std::string_view line, Parts& parts) {
  if (!line.starts_with("[+]") && !line.starts_with("[-]")) return false;
  const bool good = line[1] == '+';
  const std::string_view rest = trim(line.substr(3));
  const std::string_view name = until(rest, " \t");
  const Said said = split_word(trim(rest.substr(name.size())));
  if (!name.empty()) add_line(name, good ? State::ok : State::critical, good ? "ok" : "failed", said.message, parts);
  return true;
}

/// "database: PASSED Schema version: 2015 (0.003s)"
void read_named_line(std::string_view line, Parts& parts) {
  const std::size_t colon = line.find(": ");
  if (colon == std::string_view::npos) return;
  const std::string_view name = trim(line.substr(0, colon));
  const Said said = split_word(trim(line.substr(colon + 1)));
  const auto state = state_of(meaning(said.word));
  if (!state || name.empty() || is_message_like(name) || is_truth_value(said.word)) return;
  add_line(name, *state, told_word(said.word), said.message, parts);
}

/// A failing line is a warning at most: whoever writes such lines says by the HTTP code whether it matters.
std::optional<State> state_of_lines(const Parts& parts) {
  const auto worst = parts.worst();
  return worst && is_failing(*worst) ? State::warning : worst;
}

}  // namespace

Statement state_only(State state, std::string whole) { return {state, state, std::move(whole), {}, {}}; }

Statement read_line(std::string_view line) {
  line = trim(line);
  if (line.find('\n') != std::string_view::npos) return {};
  if (const auto state = state_of(meaning(line))) return state_only(*state, told_word(line));
  const std::size_t end = std::min(line.find(':'), line.find(" - "));
  if (end == std::string_view::npos) return {};
  const auto state = state_of(meaning(line.substr(0, end)));
  return state ? state_only(*state, told_message(line)) : Statement();
}

Statement read_text(std::string_view text) {
  Statement statement = read_line(text);
  if (statement.state) return statement;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!read_bracket_line(trim(line), statement.parts)) read_named_line(trim(line), statement.parts);
  }
  statement.state = state_of_lines(statement.parts);
  return statement;
}

}  // namespace hale::health
