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

/// A component as a body tells of it.
struct Part {
  std::string name;  ///< its path: "broker/us2"
  State state = State::ok;
  std::string word;     ///< what it says of itself, in lower case: "down"
  std::string message;  ///< the reason, when the body gives one
};

/// Components in the order told, each name once.
class Parts {
 public:
  /// Of two parts with one name the worse counts, or the first; when it gives no reason, the other's trouble does.
  void add(Part part);

  /// A state that a component has, whether or not it is told of.
  void weigh(State state) { worst_ = hale::worst(worst_.value_or(State::ok), state); }

  /// The worst of what was weighed; nothing when nothing was.
  std::optional<State> worst() const { return worst_; }

  const std::vector<Part>& all() const { return all_; }

 private:
  std::vector<Part> all_;
  std::map<std::string, std::size_t, std::less<>> positions_;
  std::optional<State> worst_;
};

/// True for WARNING and CRITICAL: only these are named as failing.
constexpr bool is_failing(State state) { return state >= State::warning; }

/// `name` below `path`, shortened so that a deep document cannot make long names dear.
std::string below(std::string_view path, std::string_view name);

/// A word or a message as it is told: the first line, shortened; a word in lower case.
std::string told_word(std::string_view text);
std::string told_message(std::string_view text);

}  // namespace hale::health
