#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "health/body_report.hpp"
#include "health/components.hpp"
#include "health/keys.hpp"
#include "health/verdict.hpp"
#include "health/words.hpp"

namespace hale::health {
namespace {

/// P4: the member that should hold the overall state but holds none: null, a number that is not an HTTP code, an empty
/// object.
const Node* find_unknown_word(const Node& root, bool has_components) {
  for (const Node& member : root) {
    const auto rank = verdict_rank(member.key);
    if (rank && expects_word(*rank) && !(member.is_container() && has_components)) return &member;
  }
  return nullptr;
}

std::string describe_unknown_word(const Node& member) {
  const std::string key = abbreviate_message(member.key);
  switch (member.kind) {
    case Node::Kind::null: return fmt::format("{} is null", key);
    case Node::Kind::text:
      return trim(member.text).empty() ? fmt::format("{} is empty", key)
                                       : fmt::format("unknown state \"{}\"", abbreviate_message(member.text));
    case Node::Kind::number: return fmt::format("{} is a number", key);
    default: return fmt::format("{} has no state", key);
  }
}

std::string describe_verdict(const Verdict& verdict) {
  const Node& source = *verdict.source;
  if (verdict.weight == Weight::unknown_word) return describe_unknown_word(source);
  const bool is_word = source.kind == Node::Kind::text && !is_truth_value(source.text);
  if (is_word || source.key.empty()) return state_text(source);
  const std::string key = abbreviate_message(source.key);
  if (source.kind == Node::Kind::boolean) return fmt::format("{} is {}", key, source.boolean);
  return fmt::format("{} is {}", key, state_text(source));
}

/// R5 for the root object, P4
void read_overall(const Node& root, const Verdict& verdict, BodyReport& report) {
  if (verdict.weight != Weight::nothing) {
    if (verdict.weight != Weight::neutral) report.overall_state = verdict.state;
    report.overall = describe_verdict(verdict);
    if (verdict.state != State::ok) report.reason = find_message(root);
  } else if (const Node* unknown_word = find_unknown_word(root, !report.components.all().empty())) {
    report.overall_state = State::unknown;
    report.overall = describe_unknown_word(*unknown_word);
  }
}

/// P2 and P3: combines the overall state and the worst component.
std::optional<State> combine(std::optional<State> overall, std::optional<State> components) {
  if (!overall) return components;
  if (*overall == State::unknown) return worst(*overall, components.value_or(State::ok));
  const bool hides_failure = *overall == State::ok && components && is_failing(*components);
  return hides_failure ? State::warning : *overall;
}

bool is_empty(const Node& value) {
  switch (value.kind) {
    case Node::Kind::null: return true;
    case Node::Kind::boolean: return !value.boolean;
    case Node::Kind::number: return value.number == 0;
    case Node::Kind::text: return trim(value.text).empty();
    case Node::Kind::array:
    case Node::Kind::object: break;
  }
  return value.size == 1;
}

/// The first text in `value`; empty when there is none.
std::string_view first_text(const Node& value) {
  const Node* end = &value + value.size;
  const Node* found = std::find_if(&value, end, [](const Node& node) { return node.kind == Node::Kind::text; });
  return found == end ? std::string_view() : found->text;
}

/// R10
void read_errors(const Node& root, BodyReport& report) {
  for (const Node& member : root) {
    if (!is_error(member.key) || is_empty(member)) continue;
    report.state = State::critical;
    const std::string_view text = first_text(member);
    report.overall = text.empty() ? abbreviate_word(member.key) : abbreviate_message(text);
    return;
  }
}

/// R9: the members of a map of errors. Objects with a verdict are components already.
void add_failed_members(const Node& map, const Verdicts& verdicts, State state, ComponentSet& components) {
  if (map.kind != Node::Kind::object || verdicts.of(map).weight != Weight::nothing) return;
  for (const Node& member : map) {
    if (is_message_like(member.key) || verdict_rank(member.key)) continue;
    const bool is_component = member.kind == Node::Kind::object && verdicts.of(member).weight != Weight::nothing;
    if (!is_component) components.add({join_path("", member.key), state, "failed", find_message(member)});
  }
}

/// R9: the texts of the root object, for a bad HTTP code that nothing else explains.
void add_text_members(const Node& root, State code, ComponentSet& components) {
  for (const Node& member : root) {
    if (member.kind != Node::Kind::text || trim(member.text).empty() || is_message_like(member.key)) continue;
    const Meaning word = meaning(member.text);
    if (word == Meaning::ok || word == Meaning::neutral || is_truth_value(member.text)) continue;
    components.add({join_path("", member.key), code, "failed", abbreviate_message(member.text)});
  }
}

/// R9
void add_unnamed_failures(const Node& root, const Verdicts& verdicts, State code, BodyReport& report) {
  const State overall = worst(code, report.state.value_or(State::ok));
  if (!is_failing(overall)) return;
  for (const Node& member : root) {
    if (is_error_map(member.key)) add_failed_members(member, verdicts, overall, report.components);
  }
  const auto& components = report.components.all();
  const bool has_failed_component =
      std::any_of(components.begin(), components.end(),
                  [](const ReportedComponent& component) { return is_failing(component.state); });
  if (is_failing(code) && !report.overall_state && !has_failed_component)
    add_text_members(root, code, report.components);
}

BodyReport read_value(const Node& root) {
  if (root.kind == Node::Kind::text) return read_line(root.text);
  if (root.kind == Node::Kind::boolean)
    return state_only(root.boolean ? State::ok : State::critical, root.boolean ? "true" : "false");
  return {};
}

}  // namespace

BodyReport read_json(std::string_view json, State code) {
  const Document document(json);
  if (!document.error().empty()) {
    // R3: a body whose content type is JSON may still be one word.
    const auto state = state_of(meaning(json));
    return state ? state_only(*state, abbreviate_word(json)) : state_only(State::unknown, document.error());
  }
  const Node& root = document.root();
  if (!root.is_container()) return read_value(root);
  const Verdicts verdicts(document);
  BodyReport report;
  report.components = find_components(document, verdicts);
  if (root.kind == Node::Kind::object) read_overall(root, verdicts.of(root), report);
  report.state = combine(report.overall_state, report.components.worst());
  if (root.kind == Node::Kind::object) {
    if (!report.state) read_errors(root, report);
    add_unnamed_failures(root, verdicts, code, report);
  }
  return report;
}

}  // namespace hale::health
