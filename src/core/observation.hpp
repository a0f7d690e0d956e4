#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/quantity.hpp"
#include "core/range.hpp"
#include "core/state.hpp"

namespace hale {

/// A named number. It may carry ranges of the peer (perfdata of a plugin) or of the kind. A range is shown unless the
/// user sets one for this metric.
struct Metric {
  std::string name;
  Quantity quantity;
  std::optional<Range> warning{};
  std::optional<Range> critical{};
  bool binding = false;  ///< the ranges decide the target's state, as the user's would
};

/// A named text.
struct Fact {
  std::string name;
  std::string text;
};

/// A part of the target with its own state.
struct Component {
  std::string name;
  State state = State::ok;
  std::string message;
};

/// A state that the answer of the target implies. A condition or range of the user for `about` replaces it.
struct Claim {
  State state = State::ok;
  std::string message;
  std::string about{};  ///< a fact or a metric; empty when nothing replaces the claim
};

/// Why a metric or a fact that the kind may report is missing.
struct Note {
  std::string about;  ///< its name
  std::string why;
};

/// What a probe observed. Texts are as the peer sent them; the reports sanitize them.
struct Observation {
  std::string summary;  ///< the message when everything is OK
  std::vector<Metric> metrics;
  std::vector<Fact> facts;
  std::vector<Component> components;
  std::vector<Claim> claims;
  std::vector<Note> notes;
};

}  // namespace hale
