#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <typeindex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "core/target.hpp"
#include "net/clock.hpp"
#include "net/task.hpp"

namespace hale {

/// What all probes of one run share: the loop, and one object of each type that a door or a probe keeps for the whole
/// run.
class Loop {
 public:
  Loop() = default;
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  asio::io_context& context() { return context_; }

  /// Runs until nothing is left to do or the context is stopped.
  void run();

  /// The run's only T, made from the loop at the first call. It outlives every coroutine of the loop, and has no timer,
  /// socket or descriptor of asio's as a member.
  template <typename T>
  T& shared() {
    std::shared_ptr<void>& slot = shared_[typeid(T)];
    if (!slot) slot = std::make_shared<T>(*this);
    return *static_cast<T*>(slot.get());
  }

 private:
  std::unordered_map<std::type_index, std::shared_ptr<void>> shared_;
  asio::io_context context_{1};  ///< last: what it destroys may hold on to what is shared
};

/// One probe's view of the world: the loop, its deadline, its address family, and the record of its phases.
class Net {
 public:
  /// `begin` is the zero of the probe's time axis; nothing goes on after `end`.
  Net(Loop& loop, Family family, Clock::time_point begin, Clock::time_point end)
      : loop_(loop), family_(family), begin_(begin), end_(end) {}

  Loop& loop() const { return loop_; }
  Executor executor() const { return loop_.context().get_executor(); }
  Family family() const { return family_; }

  /// Begins the phase `name` and ends the one before; says nothing when that phase is running already.
  void enter(std::string_view name);

  /// The phase that is running; empty before the first.
  std::string_view phase() const { return phases_.empty() ? std::string_view() : phases_.back().name; }

  /// The phases so far, the last one ending now.
  std::vector<Phase> phases() const;

  /// From now on resolve() knows `host` by `addresses` alone, whatever the system says.
  void know(const std::string& host, std::vector<std::string> addresses) { known_[host] = std::move(addresses); }

  /// What was said by know(); null when nothing was.
  const std::vector<std::string>* known(const std::string& host) const;

  /// Notes that the address `place` did not answer, and why.
  void missed(const std::string& place, const std::string& reason);

  /// Notes that `place` answered; when others had not, that is the probe's detour.
  void reached(const std::string& place);

  /// "127.0.0.1:80 answered, [::1]:80: Connection refused"; empty when the first address answered.
  const std::string& detour() const { return detour_; }

  /// A fair part of the time left for one of `steps` steps that are tried in turn.
  Duration share(std::size_t steps) const;

  /// The view of a step that may take no longer than `limit`: with phases of its own. `attempt` ends it.
  Net part(Duration limit) const;

 private:
  Loop& loop_;
  Family family_;
  Clock::time_point begin_;
  Clock::time_point end_;
  std::vector<Phase> phases_;
  std::map<std::string, std::vector<std::string>> known_;
  std::string missed_;
  std::string detour_;
};

}  // namespace hale
