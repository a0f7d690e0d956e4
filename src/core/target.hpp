#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/condition.hpp"
#include "core/kind.hpp"
#include "core/range.hpp"
#include "core/secret.hpp"
#include "core/state.hpp"

namespace hale {

/// An option as the user gave it, by its long name.
struct OptionValue {
  std::string option;
  std::string value;
};

/// What the user demands, and what state it costs when it does not hold.
struct Expectation {
  Condition condition;
  State otherwise = State::critical;
};

/// The ranges the user set for one measure.
struct Threshold {
  std::string metric;
  std::optional<Range> warning{};
  std::optional<Range> critical{};
};

/// Which addresses of a name count.
enum class Family : std::uint8_t { any, ipv4, ipv6 };

/// What the user named, with everything decided that can be decided before the first packet.
struct Target {
  const Kind* kind = nullptr;
  std::string typed_address;           ///< as typed, secrets and all: for `Kind::make` alone
  std::vector<OptionValue> options{};  ///< the kind's own
  std::string name{};                  ///< shown in every report
  std::string address{};               ///< shown in every report, without secrets
  std::vector<Secret> secrets{};       ///< struck out of whatever is shown
  Duration timeout = std::chrono::seconds(10);
  State timeout_state = State::critical;
  Family family = Family::any;
  std::string host{};         ///< what the probe looks up to get there; empty when there is no one such name
  bool each_address = false;  ///< each address of `host` is probed for itself
  std::vector<Expectation> expectations{};
  std::vector<Threshold> thresholds{};

  /// The last value given for the kind's own option `option`.
  std::optional<std::string_view> value(std::string_view option) const {
    const auto last = std::find_if(options.rbegin(), options.rend(),
                                   [&](const OptionValue& given) { return given.option == option; });
    return last == options.rend() ? std::nullopt : std::optional<std::string_view>(last->value);
  }

  /// Every value given for `option`, in the order typed.
  std::vector<std::string_view> values(std::string_view option) const {
    std::vector<std::string_view> all;
    for (const OptionValue& given : options) {
      if (given.option == option) all.push_back(given.value);
    }
    return all;
  }

  /// True when the switch `option` is given.
  bool has(std::string_view option) const { return value(option).has_value(); }

  /// The facts and measures that the user's conditions and ranges speak of.
  std::vector<std::string_view> requested() const {
    std::vector<std::string_view> names;
    for (const Expectation& expectation : expectations) names.push_back(expectation.condition.name);
    for (const Threshold& threshold : thresholds) names.push_back(threshold.metric);
    return names;
  }
};

}  // namespace hale
