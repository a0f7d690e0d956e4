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

/// The result of a step whose failure does not end the probe.
template <typename T>
struct TimedResult {
  std::optional<T> value;
  std::string error{};     ///< without a value: the phase and the reason, "connect: Connection refused"
  bool timed_out = false;  ///< without a value: the time limit was reached
};

/// Runs `task`, which uses `context`, for at most `limit`; then cancels it as the probe's deadline would. The result
/// has the value, or the error that `task` threw. At the probe's own deadline it throws std::system_error.
template <typename T>
Task<TimedResult<T>> with_time_limit(ProbeContext& context, Duration limit, Task<T> task) {
  asio::cancellation_signal stop;
  const OneShotTimer timer(context.executor(), limit, [&stop] { stop.emit(asio::cancellation_type::terminal); });
  // co_spawn connects the task to `stop` only, so a cancellation of the probe has to be forwarded.
  asio::cancellation_state probe_state = co_await asio::this_coro::cancellation_state_t();
  if (probe_state.slot().is_connected())
    probe_state.slot().assign([&stop](asio::cancellation_type type) { stop.emit(type); });
  auto cancellable = asio::bind_cancellation_slot(stop.slot(), asio::use_awaitable_t<Executor>());
  std::string reason;
  bool timed_out = false;
  try {
    T value = co_await asio::co_spawn(context.executor(), std::move(task), cancellable);
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
