#pragma once

#include <optional>
#include <system_error>
#include <utility>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/error.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include "net/alarm.hpp"
#include "net/net.hpp"

namespace hale {

/// What `task` comes to; nothing when `limit` passed first: then the step it awaited has thrown and it is over. What it
/// throws otherwise, and the end of the probe's own time, is thrown.
template <typename T>
Task<std::optional<T>> within(Net& net, Duration limit, Task<T> task) {
  asio::cancellation_signal stop;
  const Alarm alarm(net.executor(), limit, [&stop] { stop.emit(asio::cancellation_type::terminal); });
  // The task listens to `stop` alone, so the end of the probe's own time is passed on.
  asio::cancellation_state own = co_await asio::this_coro::cancellation_state_t();
  if (own.slot().is_connected()) own.slot().assign([&stop](asio::cancellation_type type) { stop.emit(type); });
  auto stoppable = asio::bind_cancellation_slot(stop.slot(), asio::use_awaitable_t<Executor>());
  try {
    T result = co_await asio::co_spawn(net.executor(), std::move(task), stoppable);
    co_return std::move(result);
  } catch (const std::system_error& error) {
    if (error.code() != asio::error::operation_aborted || !alarm.rang()) throw;
  }
  co_return std::nullopt;
}

}  // namespace hale
