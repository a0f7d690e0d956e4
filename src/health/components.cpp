#include "health/components.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "base/text.hpp"
#include "health/keys.hpp"
#include "health/words.hpp"

namespace hale::health {
namespace {

/// The worst state of the components in one value of the document; nothing when it has none.
using WorstState = std::optional<State>;

WorstState worst_of(WorstState a, WorstState b) {
  if (!a || !b) return a ? a : b;
  return worst(*a, *b);
}

/// Where a member is: R7 and R8 apply only in some positions.
enum class Position : std::uint8_t { top, component_map, elsewhere };

/// OK, UNKNOWN and failing, in increasing order.
int severity(State state) { return state == State::ok ? 0 : is_failing(state) ? 2 : 1; }

/// R6: the name that an array's element gives itself; may be empty.
std::string_view own_name(const Node& element) {
  std::string_view name;
  std::size_t best = SIZE_MAX;
  for (const Node& member : element) {
    if (member.kind != Node::Kind::text || member.text.empty()) continue;
    const auto rank = name_rank(member.key);
    if (!rank || *rank >= best) continue;
    best = *rank;
    name = member.text;
  }
  return name;
}

/// Finds the components below a value, and returns their worst state. Recurses once a level; Document limits the
/// levels.
class ComponentFinder {
 public:
  ComponentFinder(const Verdicts& verdicts, ComponentSet& components) : verdicts_(verdicts), components_(components) {}

  WorstState members(const Node& object, const std::string& path, Position position) {
    const Verdict& own = verdicts_.of(object);
    WorstState worst;
    for (const Node& member : object) {
      if (is_opaque(member.key)) continue;
      const bool is_verdict = own.weight != Weight::nothing && verdict_rank(member.key) == own.rank;
      worst = worst_of(worst, is_verdict ? within_verdict(member, path) : this->member(member, path, position));
    }
    return worst;
  }

  /// R6: an element's name is its own, else its array's, else its index.
  WorstState elements(const Node& array, const std::string& path) {
    const std::string_view array_name = is_generic(array.key) ? std::string_view() : array.key;
    WorstState worst;
    std::size_t index = 0;
    for (const Node& element : array) {
      if (element.kind == Node::Kind::array) worst = worst_of(worst, elements(element, path));
      if (element.kind == Node::Kind::object) {
        const std::string_view own = own_name(element);
        const std::string_view name = own.empty() ? array_name : own;
        worst = worst_of(worst, name.empty() ? unnamed(element, path, index) : named(element, path, name));
      }
      ++index;
    }
    return worst;
  }

 private:
  /// The object that holds a verdict, as in status.overall.level, is not a component, but its other members may be.
  WorstState within_verdict(const Node& member, const std::string& path) {
    if (member.kind == Node::Kind::object) return members(member, path, Position::elsewhere);
    return member.kind == Node::Kind::array ? elements(member, path) : WorstState();
  }

  WorstState member(const Node& member, const std::string& path, Position position) {
    switch (member.kind) {
      case Node::Kind::object: return named(member, path, member.key);
      case Node::Kind::array: return elements(member, path);
      case Node::Kind::text: return position == Position::elsewhere ? WorstState() : text(member, path, position);
      case Node::Kind::boolean: return boolean(member, path, position);
      case Node::Kind::null:
      case Node::Kind::number: break;
    }
    return {};
  }

  WorstState named(const Node& object, const std::string& path, std::string_view name) {
    if (verdicts_.of(object).weight == Weight::nothing) {
      return members(object, path, is_component_map(object.key) ? Position::component_map : Position::elsewhere);
    }
    const std::string own_path = join_path(path, name);
    return component(object, own_path, members(object, own_path, Position::elsewhere));
  }

  /// An index is the name of last resort: it is not part of the path of the components in the element.
  WorstState unnamed(const Node& object, const std::string& path, std::size_t index) {
    const WorstState inner = members(object, path, Position::elsewhere);
    if (verdicts_.of(object).weight == Weight::nothing) return inner;
    return component(object, join_path(path, fmt::format("#{}", index)), inner);
  }

  /// `inner` is the worst state of the components within this one. When it is as severe, they are enough: this one is
  /// not added, but counted.
  WorstState component(const Node& object, const std::string& name, WorstState inner) {
    const Verdict& own = verdicts_.of(object);
    if (own.weight != Weight::neutral) components_.add_state(own.state);
    if (!inner || severity(own.state) > severity(*inner))
      components_.add({name, own.state, state_text(*own.source), find_message(object)});
    return worst_of(inner, own.state);
  }

  /// R7
  WorstState text(const Node& member, const std::string& path, Position position) {
    if (is_message_like(member.key) || (position == Position::top && is_truth_value(member.text))) return {};
    const Meaning word = leading_meaning(member.text);
    if (position == Position::component_map && word == Meaning::neutral) {
      components_.add({join_path(path, member.key), State::ok, state_text(member), {}});
    }
    return add_simple(member, path, state_of(word));
  }

  /// R7, R8
  WorstState boolean(const Node& member, const std::string& path, Position position) {
    if (position == Position::component_map)
      return add_simple(member, path, member.boolean ? State::ok : State::critical);
    const Flag* flag = position == Position::top ? find_flag(member.key) : nullptr;
    if (flag == nullptr) return {};
    const State state = member.boolean == flag->bad ? flag->state : State::ok;
    components_.add_state(state);
    components_.add({join_path(path, member.key), state, member.boolean ? "true" : "false", {}});
    return state;
  }

  WorstState add_simple(const Node& member, const std::string& path, std::optional<State> state) {
    if (!state) return {};
    components_.add_state(*state);
    const std::size_t colon = meaning(member.text) == Meaning::none ? member.text.find(':') : std::string_view::npos;
    const bool has_message = colon != std::string_view::npos;
    components_.add({join_path(path, member.key), *state,
                     has_message ? abbreviate_word(member.text.substr(0, colon)) : state_text(member),
                     has_message ? abbreviate_message(member.text.substr(colon + 1)) : std::string()});
    return state;
  }

  const Verdicts& verdicts_;
  ComponentSet& components_;
};

}  // namespace

ComponentSet find_components(const Document& document, const Verdicts& verdicts) {
  ComponentSet components;
  ComponentFinder finder(verdicts, components);
  if (document.root().kind == Node::Kind::object) finder.members(document.root(), "", Position::top);
  if (document.root().kind == Node::Kind::array) finder.elements(document.root(), "");
  return components;
}

std::string state_text(const Node& value) {
  if (value.kind == Node::Kind::boolean) return value.boolean ? "ok" : "failed";
  if (value.kind == Node::Kind::number) return fmt::format("{}", value.number);
  const std::string word = abbreviate_word(value.text);
  return word.empty() ? "without a state" : word;
}

std::string find_message(const Node& value) {
  if (value.kind == Node::Kind::text) return abbreviate_message(value.text);
  std::string_view message;
  std::size_t best = SIZE_MAX;
  const auto consider = [&](const Node& member, std::size_t penalty) {
    if (member.kind != Node::Kind::text || trim(member.text).empty()) return;
    const auto rank = message_rank(member.key);
    if (!rank || *rank + penalty >= best) return;
    best = *rank + penalty;
    message = member.text;
  };
  constexpr std::size_t inner_penalty = 1000;  // after all ranks of the value's own members
  for (const Node& member : value) {
    consider(member, 0);
    if (member.kind != Node::Kind::object || !holds_messages(member.key)) continue;
    for (const Node& inner : member) consider(inner, inner_penalty);
  }
  return abbreviate_message(message);
}

}  // namespace hale::health
