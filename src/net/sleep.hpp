#pragma once

#include <asio/use_awaitable.hpp>

#include "net/context.hpp"
#include "net/timer.hpp"

namespace hale {

/// Waits for `duration`, where a peer can only be polled. Throws std::system_error at the deadline.
inline Task<void> sleep_for(ProbeContext& context, Duration duration) {
  Timer timer(context.executor(), duration);
  co_await timer.async_wait(asio::use_awaitable_t<Executor>());
}

}  // namespace hale
