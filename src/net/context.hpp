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

/// What a probe gets from the run: the loop, its deadline, its address family and its name overrides. Records the
/// probe's phases and the addresses that failed.
class ProbeContext {
 public:
  /// `begin` is where elapsed() and the phases start from; `end` is the deadline, at which the run cancels the probe.
  ProbeContext(Loop& loop, Family family, Clock::time_point begin, Clock::time_point end)
      : loop_(loop), family_(family), begin_(begin), end_(end) {}

  Loop& loop() const { return loop_; }
  Executor executor() const { return loop_.executor(); }
  Family family() const { return family_; }

  /// Begins the phase `name`, which ends the phase before it. Does nothing when `name` is the current phase.
  void enter(std::string_view name);

  /// The current phase; empty before the first enter().
  std::string_view phase() const { return phases_.empty() ? std::string_view() : phases_.back().name; }

  /// All phases so far; the current one ends now.
  std::vector<Phase> phases() const;

  /// From now on resolve() returns `addresses` for `host` without a lookup.
  void override_host(const std::string& host, std::vector<std::string> addresses) {
    overrides_[host] = std::move(addresses);
  }

  /// The addresses that override_host() set for `host`; null when there are none. Valid until the next override_host().
  const std::vector<std::string>* overridden_addresses(const std::string& host) const;

  /// Records that connecting to `endpoint` failed, and why.
  void note_failed_address(const std::string& endpoint, const std::string& reason);

  /// Records that `endpoint` answered. If others failed before it, that becomes part of fallback().
  void note_connected(const std::string& endpoint);

  /// "127.0.0.1:80 answered, [::1]:80: Connection refused"; empty when the first address answered.
  const std::string& fallback() const { return fallback_; }

  /// The time since the probe began.
  Duration elapsed() const { return Clock::now() - begin_; }

  /// The time until the deadline, zero after it.
  Duration remaining() const;

  /// The time remaining divided by `steps`: a fair limit for the first of `steps` attempts.
  Duration remaining_share(std::size_t steps) const;

  /// A context for a step that may take at most `limit`, with an empty record of phases. The caller enforces the limit,
  /// usually with with_time_limit(). Name overrides are not copied.
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
