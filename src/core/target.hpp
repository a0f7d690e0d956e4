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

/// A condition of the user, and the target's state when it does not hold.
struct Expectation {
  Condition condition;
  State otherwise = State::critical;
};

/// The ranges that the user set for one metric.
struct Threshold {
  std::string metric;
  std::optional<Range> warning{};
  std::optional<Range> critical{};
};

/// Which addresses of a host may be used.
enum class Family : std::uint8_t { any, ipv4, ipv6 };

/// A target to probe, with everything that can be decided before the first packet.
struct Target {
  const Kind* kind = nullptr;
  std::string typed_address;           ///< as typed, with secrets: only for `Kind::make`
  std::vector<OptionValue> options{};  ///< those of its kind
  std::string name{};                  ///< shown in every report
  std::string address{};               ///< shown in every report, without secrets
  std::vector<Secret> secrets{};       ///< redacted in everything that is shown
  Duration timeout = std::chrono::seconds(10);
  State timeout_state = State::critical;
  Family family = Family::any;
  std::string host{};          ///< the name that the probe resolves; empty when it resolves none or several
  bool each_address = false;   ///< probe each address of `host` on its own
  bool host_required = false;  ///< an option given for this target alone needs `host`
  std::vector<Expectation> expectations{};
  std::vector<Threshold> thresholds{};

  /// The last value given for `option`, an option of the kind.
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

  /// The facts and metrics that the user's conditions and ranges are about.
  std::vector<std::string_view> requested() const {
    std::vector<std::string_view> names;
    for (const Expectation& expectation : expectations) names.push_back(expectation.condition.name);
    for (const Threshold& threshold : thresholds) names.push_back(threshold.metric);
    return names;
  }
};

}  // namespace hale
