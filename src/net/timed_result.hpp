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

/// What came of a step that may fail without ending the probe.
template <typename T>
struct Attempt {
  std::optional<T> result;
  std::string trouble{};  ///< without a result: the phase and why, "connect: Connection refused"
  bool late = false;      ///< without a result: its time was over
};

/// Runs `task`, whose view of the world is `part`, for `limit` at most; one that takes longer is cancelled as if its
/// probe's time were up. The end of the probe's own time is no failed attempt: it throws.
template <typename T>
Task<Attempt<T>> attempt(Net& part, Duration limit, Task<T> task) {
  asio::cancellation_signal stop;
  const Alarm alarm(part.executor(), limit, [&stop] { stop.emit(asio::cancellation_type::terminal); });
  // The task listens to `stop` alone, so the end of the probe's own time is passed on.
  asio::cancellation_state own = co_await asio::this_coro::cancellation_state_t();
  if (own.slot().is_connected()) own.slot().assign([&stop](asio::cancellation_type type) { stop.emit(type); });
  auto stoppable = asio::bind_cancellation_slot(stop.slot(), asio::use_awaitable_t<Executor>());
  std::string trouble;
  bool late = false;
  try {
    T result = co_await asio::co_spawn(part.executor(), std::move(task), stoppable);
    co_return Attempt<T>{std::move(result)};
  } catch (const Unhealthy& unhealthy) {
    trouble = unhealthy.what();
  } catch (const std::system_error& error) {
    const bool cancelled = error.code() == asio::error::operation_aborted;
    if (cancelled && !alarm.rang()) throw;
    late = cancelled;
    trouble = cancelled ? fmt::format("no answer within {}", for_person(limit)) : error.code().message();
  }
  const std::string_view phase = part.phase();
  co_return Attempt<T>{std::nullopt, fmt::format("{}{}{}", phase, phase.empty() ? "" : ": ", trouble), late};
}

}  // namespace hale
