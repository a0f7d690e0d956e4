#pragma once

#include <asio/use_awaitable.hpp>

#include "net/context.hpp"
#include "net/timer.hpp"

namespace hale {

/// Waits for `length`, for a peer that can only be asked again. Throws at the end of the probe's own time.
inline Task<void> pause(ProbeContext& context, Duration length) {
  Timer timer(context.executor(), length);
  co_await timer.async_wait(asio::use_awaitable_t<Executor>());
}

}  // namespace hale
