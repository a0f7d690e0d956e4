#pragma once

#include <memory>
#include <typeindex>
#include <unordered_map>

#include "net/task.hpp"

namespace hale {

/// What all probes of a run share: the event loop, and one object of each type that is kept for the whole run.
class Loop {
 public:
  Loop() = default;
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  asio::io_context& io() { return io_; }
  Executor executor() { return io_.get_executor(); }

  /// Runs until there is nothing left to wait for, or the io_context is stopped.
  void run();

  /// The run's only object of type T, constructed from this loop by the first call: a cache or a manager that probes
  /// share. It outlives every coroutine of the loop. T must not have a member with an asio timer, socket or descriptor:
  /// those have to be destroyed before the io_context.
  template <typename T>
  T& shared() {
    std::shared_ptr<void>& slot = shared_[typeid(T)];
    if (!slot) slot = std::make_shared<T>(*this);
    return *static_cast<T*>(slot.get());
  }

 private:
  std::unordered_map<std::type_index, std::shared_ptr<void>> shared_;
  asio::io_context io_{1};  ///< declared last, so destroyed first: the coroutines that it destroys use shared objects
};

}  // namespace hale
