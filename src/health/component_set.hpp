#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/state.hpp"

namespace hale::health {

/// A component as the body reports it.
struct ReportedComponent {
  std::string name;  ///< its path: "broker/us2"
  State state = State::ok;
  std::string word;     ///< its state in the body's own words, in lower case: "down"
  std::string message;  ///< the reason that the body gives; may be empty
};

/// The components of a body in their order there, each name once.
class ComponentSet {
 public:
  /// Of two components with the same name, keeps the one with the worse state, or the first. If that one has no
  /// message, it takes the other's, unless the other is OK.
  void add(ReportedComponent component);

  /// Counts the state of a component for worst(), whether or not the component itself is added.
  void add_state(State state) { worst_ = hale::worst(worst_.value_or(State::ok), state); }

  /// The worst of the states added by add_state(); nothing without any.
  std::optional<State> worst() const { return worst_; }

  const std::vector<ReportedComponent>& all() const { return all_; }

 private:
  std::vector<ReportedComponent> all_;
  std::map<std::string, std::size_t, std::less<>> positions_;
  std::optional<State> worst_;
};

/// True for WARNING and CRITICAL: a message names only the components in these states as failing.
constexpr bool is_failing(State state) { return state >= State::warning; }

/// "PATH/NAME", both truncated: otherwise the total length of all names could grow with the square of the document's.
std::string join_path(std::string_view path, std::string_view name);

/// The first line of a state word, truncated, in lower case.
std::string abbreviate_word(std::string_view text);

/// The first line of a message, truncated.
std::string abbreviate_message(std::string_view text);

}  // namespace hale::health
