#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "health/components.hpp"
#include "health/keys.hpp"
#include "health/statement.hpp"
#include "health/verdict.hpp"
#include "health/words.hpp"

namespace hale::health {
namespace {

/// The member in the overall place that says nothing known (P4): null, a number that is no code, an empty object.
const Node* find_unknown_word(const Node& root, bool has_components) {
  for (const Node& member : root) {
    const auto rank = verdict_rank(member.key);
    if (rank && expects_word(*rank) && !(member.is_container() && has_components)) return &member;
  }
  return nullptr;
}

std::string record_unknown_word(const Node& member) {
  const std::string key = told_message(member.key);
  switch (member.kind) {
    case Node::Kind::null: return fmt::format("{} is null", key);
    case Node::Kind::text:
      return trim(member.text).empty() ? fmt::format("{} is empty", key)
                                       : fmt::format("unknown state \"{}\"", told_message(member.text));
    case Node::Kind::number: return fmt::format("{} is a number", key);
    default: return fmt::format("{} has no state", key);
  }
}

std::string record_verdict(const Verdict& verdict) {
  const Node& by = *verdict.by;
  if (verdict.saying == Weight::unknown_word) return record_unknown_word(by);
  const bool is_word = by.kind == Node::Kind::text && !is_truth_value(by.text);
  if (is_word || by.key.empty()) return word_of(by);
  const std::string key = told_message(by.key);
  if (by.kind == Node::Kind::boolean) return fmt::format("{} is {}", key, by.truth);
  return fmt::format("{} is {}", key, word_of(by));
}

/// R5 for the whole, P4
void hear_whole(const Node& root, const Verdict& verdict, Statement& statement) {
  if (verdict.saying != Weight::nothing) {
    if (verdict.saying != Weight::neutral) statement.whole_state = verdict.state;
    statement.whole = record_verdict(verdict);
    if (verdict.state != State::ok) statement.reason = message_of(root);
  } else if (const Node* unknown_word = find_unknown_word(root, !statement.parts.all().empty())) {
    statement.whole_state = State::unknown;
    statement.whole = record_unknown_word(*unknown_word);
  }
}

/// P2: a good word over a bad component is a warning. P3: without a word that is known the worst component decides.
std::optional<State> combine(std::optional<State> whole, std::optional<State> parts) {
  if (!whole) return parts;
  if (*whole == State::unknown) return worst(*whole, parts.value_or(State::ok));
  const bool hides_trouble = *whole == State::ok && parts && is_failing(*parts);
  return hides_trouble ? State::warning : *whole;
}

bool is_empty(const Node& value) {
  switch (value.kind) {
    case Node::Kind::null: return true;
    case Node::Kind::boolean: return !value.truth;
    case Node::Kind::number: return value.number == 0;
    case Node::Kind::text: return trim(value.text).empty();
    case Node::Kind::array:
    case Node::Kind::object: break;
  }
  return value.size == 1;
}

/// The first text in `value`, which has something in it.
std::string_view first_text(const Node& value) {
  const Node* end = &value + value.size;
  const Node* found = std::find_if(&value, end, [](const Node& node) { return node.kind == Node::Kind::text; });
  return found == end ? std::string_view() : found->text;
}

/// R10
void hear_errors(const Node& root, Statement& statement) {
  for (const Node& member : root) {
    if (!is_error(member.key) || is_empty(member)) continue;
    statement.state = State::critical;
    const std::string_view words = first_text(member);
    statement.whole = words.empty() ? told_word(member.key) : told_message(words);
    return;
  }
}

/// R9: an object that has a state of its own is told of as a component already.
void name_failed(const Node& map, const Verdicts& verdicts, State state, Parts& parts) {
  if (map.kind != Node::Kind::object || verdicts.of(map).saying != Weight::nothing) return;
  for (const Node& member : map) {
    if (is_message_like(member.key) || verdict_rank(member.key)) continue;
    const bool is_component = member.kind == Node::Kind::object && verdicts.of(member).saying != Weight::nothing;
    if (!is_component) parts.add({below("", member.key), state, "failed", message_of(member)});
  }
}

/// R9: what the whole's other texts name when the HTTP code is bad and nothing else says why.
void name_texts(const Node& root, State code, Parts& parts) {
  for (const Node& member : root) {
    if (member.kind != Node::Kind::text || trim(member.text).empty() || is_message_like(member.key)) continue;
    const Meaning said = meaning(member.text);
    if (said == Meaning::ok || said == Meaning::neutral || is_truth_value(member.text)) continue;
    parts.add({below("", member.key), code, "failed", told_message(member.text)});
  }
}

/// R9
void name_more(const Node& root, const Verdicts& verdicts, State code, Statement& statement) {
  const State overall = worst(code, statement.state.value_or(State::ok));
  if (!is_failing(overall)) return;
  for (const Node& member : root) {
    if (is_error_map(member.key)) name_failed(member, verdicts, overall, statement.parts);
  }
  const auto& parts = statement.parts.all();
  const bool nobody_failed =
      std::none_of(parts.begin(), parts.end(), [](const Part& part) { return is_failing(part.state); });
  if (is_failing(code) && !statement.whole_state && nobody_failed) name_texts(root, code, statement.parts);
}

Statement read_value(const Node& root) {
  if (root.kind == Node::Kind::text) return read_line(root.text);
  if (root.kind == Node::Kind::boolean)
    return state_only(root.truth ? State::ok : State::critical, root.truth ? "true" : "false");
  return {};
}

}  // namespace

Statement read_json(std::string_view json, State code) {
  const Document document(json);
  if (!document.trouble().empty()) {
    // R3: a body that only calls itself JSON may still be one word.
    const auto state = state_of(meaning(json));
    return state ? state_only(*state, told_word(json)) : state_only(State::unknown, document.trouble());
  }
  const Node& root = document.root();
  if (!root.is_container()) return read_value(root);
  const Verdicts verdicts(document);
  Statement statement;
  statement.parts = find_components(document, verdicts);
  if (root.kind == Node::Kind::object) hear_whole(root, verdicts.of(root), statement);
  statement.state = combine(statement.whole_state, statement.parts.worst());
  if (root.kind == Node::Kind::object) {
    if (!statement.state) hear_errors(root, statement);
    name_more(root, verdicts, code, statement);
  }
  return statement;
}

}  // namespace hale::health
