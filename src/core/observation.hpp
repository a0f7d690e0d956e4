#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/quantity.hpp"
#include "core/range.hpp"
#include "core/state.hpp"

namespace hale {

/// A named number that a probe saw. It may carry ranges of the peer's own (perfdata of a plugin) or of the kind's; each
/// is shown unless the user sets one for the measure.
struct Metric {
  std::string name;
  Quantity quantity;
  std::optional<Range> warning{};
  std::optional<Range> critical{};
  bool binding = false;  ///< these ranges count for the target's state, as the user's would
};

/// A named text that a probe saw.
struct Fact {
  std::string name;
  std::string text;
};

/// A part of the target that has a state of its own.
struct Component {
  std::string name;
  State state = State::ok;
  std::string message;
};

/// The state that the target's answer speaks of. A condition of the user's on the fact or measure `about` replaces it.
struct Claim {
  State state = State::ok;
  std::string message;
  std::string about{};
};

/// Why a measure or a fact that the kind may see is not there.
struct Note {
  std::string about;  ///< its name
  std::string why;
};

/// What a probe saw. Texts are as the peer sent them: a report makes them harmless.
struct Observation {
  std::string summary;  ///< what to say when all is well
  std::vector<Metric> metrics;
  std::vector<Fact> facts;
  std::vector<Component> components;
  std::vector<Claim> claims;
  std::vector<Note> notes;
};

}  // namespace hale
