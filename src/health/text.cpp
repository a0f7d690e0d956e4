#include "core/text.hpp"

#include <algorithm>

#include "health/keys.hpp"
#include "health/statement.hpp"
#include "health/words.hpp"

namespace hale::health {
namespace {

std::size_t first_blank(std::string_view text) { return std::min(text.find_first_of(" \t"), text.size()); }

/// "[+]ping ok", "[-]etcd failed: reason withheld"
bool read_bracket_line(std::string_view line, Parts& parts) {
  if (!line.starts_with("[+]") && !line.starts_with("[-]")) return false;
  const bool good = line[1] == '+';
  const std::string_view rest = trim(line.substr(3));
  const std::string_view name = rest.substr(0, first_blank(rest));
  if (name.empty()) return true;
  const State state = good ? State::ok : State::critical;
  parts.weigh(state);
  parts.add({below("", name), state, good ? "ok" : "failed", told_message(rest.substr(name.size()))});
  return true;
}

/// "database: PASSED Schema version: 2015 (0.003s)"
void read_named_line(std::string_view line, Parts& parts) {
  const std::size_t colon = line.find(": ");
  if (colon == std::string_view::npos) return;
  const std::string_view name = trim(line.substr(0, colon));
  const std::string_view said = trim(line.substr(colon + 1));
  if (name.empty() || is_message_like(name)) return;
  std::string_view word = said;
  if (meaning(word) == Meaning::none) word = said.substr(0, said.find(':'));
  if (meaning(word) == Meaning::none) word = said.substr(0, first_blank(said));
  const auto state = state_of(meaning(word));
  if (!state || is_truth_value(word)) return;
  parts.weigh(*state);
  parts.add({below("", name), *state, told_word(word), told_message(said.substr(word.size()))});
}

/// A failing line is a warning at most: whoever writes such lines says by the HTTP code whether it matters.
std::optional<State> state_of_lines(const Parts& parts) {
  const auto worst = parts.worst();
  return worst && is_failing(*worst) ? State::warning : worst;
}

}  // namespace

Statement state_only(State state, std::string whole) { return {state, state, std::move(whole), {}}; }

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
