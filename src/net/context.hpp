#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "core/target.hpp"
#include "net/clock.hpp"
#include "net/loop.hpp"
#include "net/task.hpp"

namespace hale {

/// What a probe knows of its surroundings: the loop, its deadline, its address family, and the record of its phases.
class ProbeContext {
 public:
  /// The probe's time is counted from `begin`; at `end` it is cancelled.
  ProbeContext(Loop& loop, Family family, Clock::time_point begin, Clock::time_point end)
      : loop_(loop), family_(family), begin_(begin), end_(end) {}

  Loop& loop() const { return loop_; }
  Executor executor() const { return loop_.executor(); }
  Family family() const { return family_; }

  /// Begins the phase `name` and ends the one before. Does nothing when that phase is under way already.
  void enter(std::string_view name);

  /// The phase under way; empty before the first.
  std::string_view phase() const { return phases_.empty() ? std::string_view() : phases_.back().name; }

  /// The phases so far, the last one ending now.
  std::vector<Phase> phases() const;

  /// From now on resolve() returns `addresses` for `host` and does not ask the system.
  void override_host(const std::string& host, std::vector<std::string> addresses) {
    overrides_[host] = std::move(addresses);
  }

  /// What override_host() set for `host`; null when it set nothing.
  const std::vector<std::string>* overridden_addresses(const std::string& host) const;

  /// Records that `endpoint` did not answer, and why.
  void note_failed_address(const std::string& endpoint, const std::string& reason);

  /// Records that `endpoint` answered. When others failed before it, that is the probe's fallback.
  void note_connected(const std::string& endpoint);

  /// "127.0.0.1:80 answered, [::1]:80: Connection refused"; empty when the first address answered.
  const std::string& fallback() const { return fallback_; }

  /// Since the probe began.
  Duration elapsed() const { return Clock::now() - begin_; }

  /// Until the deadline; never below zero.
  Duration remaining() const;

  /// A fair share of the time remaining for one of `steps` steps that are tried in turn.
  Duration remaining_share(std::size_t steps) const;

  /// A context for a step that may take `limit` at most, with phases of its own; with_time_limit() enforces it.
  ProbeContext sub_context(Duration limit) const;

 private:
  Loop& loop_;
  Family family_;
  Clock::time_point begin_;
  Clock::time_point end_;
  std::vector<Phase> phases_;
  std::map<std::string, std::vector<std::string>> overrides_;
  std::string failed_addresses_;
  std::string fallback_;
};

}  // namespace hale
