#pragma once

#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/error.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include "core/error.hpp"
#include "net/context.hpp"
#include "net/one_shot_timer.hpp"

namespace hale {

/// The result of a step that may fail without ending the probe.
template <typename T>
struct TimedResult {
  std::optional<T> value;
  std::string error{};     ///< without a value: the phase and the reason, "connect: Connection refused"
  bool timed_out = false;  ///< without a value: the time limit was reached
};

/// Runs `task`, which uses `context`, for `limit` at most; then it is cancelled as if its probe's time were up. The end
/// of the probe's own time is not a failed step: it throws.
template <typename T>
Task<TimedResult<T>> with_time_limit(ProbeContext& context, Duration limit, Task<T> task) {
  asio::cancellation_signal stop;
  const OneShotTimer timer(context.executor(), limit, [&stop] { stop.emit(asio::cancellation_type::terminal); });
  // The task listens to `stop` alone, so the end of the probe's own time is passed on.
  asio::cancellation_state own = co_await asio::this_coro::cancellation_state_t();
  if (own.slot().is_connected()) own.slot().assign([&stop](asio::cancellation_type type) { stop.emit(type); });
  auto stoppable = asio::bind_cancellation_slot(stop.slot(), asio::use_awaitable_t<Executor>());
  std::string reason;
  bool timed_out = false;
  try {
    T value = co_await asio::co_spawn(context.executor(), std::move(task), stoppable);
    co_return TimedResult<T>{std::move(value)};
  } catch (const Unhealthy& unhealthy) {
    reason = unhealthy.what();
  } catch (const std::system_error& error) {
    timed_out = error.code() == asio::error::operation_aborted;
    if (timed_out && !timer.expired()) throw;
    reason = timed_out ? fmt::format("no answer within {}", format_human(limit)) : error.code().message();
  }
  const std::string_view phase = context.phase();
  co_return TimedResult<T>{std::nullopt, fmt::format("{}{}{}", phase, phase.empty() ? "" : ": ", reason), timed_out};
}

}  // namespace hale
