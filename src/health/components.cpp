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

/// The worst state of the components in a part of the document; nothing when there are none.
using Found = std::optional<State>;

Found worst_found(Found a, Found b) {
  if (!a || !b) return a ? a : b;
  return worst(*a, *b);
}

/// Where R7 takes texts for components.
enum class Position : std::uint8_t { top, part_map, elsewhere };

/// OK, in doubt, failing.
int trouble(State state) { return state == State::ok ? 0 : is_failing(state) ? 2 : 1; }

/// R6: the name that an array's element has for itself.
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

/// Walks the document. It calls itself once a level, and a document has few.
class Walk {
 public:
  Walk(const Verdicts& verdicts, Parts& parts) : verdicts_(verdicts), parts_(parts) {}

  Found members(const Node& object, const std::string& path, Position position) {
    const Verdict& own = verdicts_.of(object);
    Found found;
    for (const Node& member : object) {
      if (is_opaque(member.key)) continue;
      const bool is_verdict = own.saying != Weight::nothing && verdict_rank(member.key) == own.rank;
      found = worst_found(found, is_verdict ? within_verdict(member, path) : this->member(member, path, position));
    }
    return found;
  }

  /// R6: an element's name is its own, else its array's, else its index.
  Found elements(const Node& array, const std::string& path) {
    const std::string_view shared = is_generic(array.key) ? std::string_view() : array.key;
    Found found;
    std::size_t index = 0;
    for (const Node& element : array) {
      if (element.kind == Node::Kind::array) found = worst_found(found, elements(element, path));
      if (element.kind == Node::Kind::object) {
        const std::string_view own = own_name(element);
        const std::string_view name = own.empty() ? shared : own;
        found = worst_found(found, name.empty() ? nameless(element, path, index) : named(element, path, name));
      }
      ++index;
    }
    return found;
  }

 private:
  /// The object that holds a verdict, as in status.overall.level, is no component, but others may stand beside it.
  Found within_verdict(const Node& member, const std::string& path) {
    if (member.kind == Node::Kind::object) return members(member, path, Position::elsewhere);
    return member.kind == Node::Kind::array ? elements(member, path) : Found();
  }

  Found member(const Node& member, const std::string& path, Position position) {
    switch (member.kind) {
      case Node::Kind::object: return named(member, path, member.key);
      case Node::Kind::array: return elements(member, path);
      case Node::Kind::text: return position == Position::elsewhere ? Found() : text(member, path, position);
      case Node::Kind::boolean: return boolean(member, path, position);
      case Node::Kind::null:
      case Node::Kind::number: break;
    }
    return {};
  }

  Found named(const Node& object, const std::string& path, std::string_view name) {
    if (verdicts_.of(object).saying == Weight::nothing) {
      return members(object, path, is_part_map(object.key) ? Position::part_map : Position::elsewhere);
    }
    const std::string own_path = below(path, name);
    return component(object, own_path, members(object, own_path, Position::elsewhere));
  }

  /// An index is a name only for want of a better one below.
  Found nameless(const Node& object, const std::string& path, std::size_t index) {
    const Found inside = members(object, path, Position::elsewhere);
    if (verdicts_.of(object).saying == Weight::nothing) return inside;
    return component(object, below(path, fmt::format("#{}", index)), inside);
  }

  /// `inside` are the components within this one: when they tell of as much trouble, they are enough.
  Found component(const Node& object, const std::string& name, Found inside) {
    const Verdict& own = verdicts_.of(object);
    if (own.saying != Weight::neutral) parts_.weigh(own.state);
    if (!inside || trouble(own.state) > trouble(*inside))
      parts_.add({name, own.state, word_of(*own.by), message_of(object)});
    return worst_found(inside, own.state);
  }

  /// R7
  Found text(const Node& member, const std::string& path, Position position) {
    if (is_message_like(member.key) || (position == Position::top && is_truth_value(member.text))) return {};
    const Meaning said = leading_meaning(member.text);
    if (position == Position::part_map && said == Meaning::neutral) {
      parts_.add({below(path, member.key), State::ok, word_of(member), {}});
    }
    return simple(member, path, state_of(said));
  }

  /// R7, R8
  Found boolean(const Node& member, const std::string& path, Position position) {
    if (position == Position::part_map) return simple(member, path, member.truth ? State::ok : State::critical);
    const Flag* flag = position == Position::top ? find_flag(member.key) : nullptr;
    if (flag == nullptr) return {};
    const State state = member.truth == flag->bad ? flag->state : State::ok;
    parts_.weigh(state);
    parts_.add({below(path, member.key), state, member.truth ? "true" : "false", {}});
    return state;
  }

  Found simple(const Node& member, const std::string& path, std::optional<State> state) {
    if (!state) return {};
    parts_.weigh(*state);
    const std::size_t colon = meaning(member.text) == Meaning::none ? member.text.find(':') : std::string_view::npos;
    const bool has_message = colon != std::string_view::npos;
    parts_.add({below(path, member.key), *state,
                has_message ? told_word(member.text.substr(0, colon)) : word_of(member),
                has_message ? told_message(member.text.substr(colon + 1)) : std::string()});
    return state;
  }

  const Verdicts& verdicts_;
  Parts& parts_;
};

}  // namespace

Parts find_components(const Document& document, const Verdicts& verdicts) {
  Parts parts;
  Walk walk(verdicts, parts);
  if (document.root().kind == Node::Kind::object) walk.members(document.root(), "", Position::top);
  if (document.root().kind == Node::Kind::array) walk.elements(document.root(), "");
  return parts;
}

std::string word_of(const Node& value) {
  if (value.kind == Node::Kind::boolean) return value.truth ? "ok" : "failed";
  if (value.kind == Node::Kind::number) return fmt::format("{}", value.number);
  const std::string word = told_word(value.text);
  return word.empty() ? "without a word" : word;
}

std::string message_of(const Node& value) {
  if (value.kind == Node::Kind::text) return told_message(value.text);
  std::string_view message;
  std::size_t best = SIZE_MAX;
  const auto consider = [&](const Node& member, std::size_t later) {
    if (member.kind != Node::Kind::text || trim(member.text).empty()) return;
    const auto rank = message_rank(member.key);
    if (!rank || *rank + later >= best) return;
    best = *rank + later;
    message = member.text;
  };
  constexpr std::size_t after_own = 1000;
  for (const Node& member : value) {
    consider(member, 0);
    if (member.kind != Node::Kind::object || !holds_messages(member.key)) continue;
    for (const Node& inner : member) consider(inner, after_own);
  }
  return told_message(message);
}

}  // namespace hale::health
