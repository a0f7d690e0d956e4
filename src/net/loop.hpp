#pragma once

#include <memory>
#include <typeindex>
#include <unordered_map>

#include "net/task.hpp"

namespace hale {

/// What all probes of one run share: the event loop, and one object of each type that is kept for the whole run.
class Loop {
 public:
  Loop() = default;
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  asio::io_context& io() { return io_; }
  Executor executor() { return io_.get_executor(); }

  /// Runs until nothing is left to do or the io_context is stopped.
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
  asio::io_context io_{1};  ///< last: what it destroys may refer to what is shared
};

}  // namespace hale
