#pragma once

#include <poll.h>

#include <chrono>
#include <optional>
#include <span>

#include "net/clock.hpp"

// Where the threads of fake servers wait. Each wait is recorded, so that a fake clock knows when no thread of the
// process has anything left to do.
namespace hale::testing {

/// poll(2) on descriptors that become ready only when another thread does something. `limit` is real time.
int wait_for(std::span<pollfd> polled, std::optional<std::chrono::milliseconds> limit = std::nullopt);

/// Waits for `pause`, by the fake clock if there is one. True when `stop` becomes readable first.
bool stopped_within(int stop, std::chrono::milliseconds pause);

// For the fake clock.

/// Sets the fake time that the threads see; nothing means that there is no fake clock.
void record_time(std::optional<Clock::time_point> now);

/// True when every other thread waits, nothing that it waits for has happened, and no TCP data is in flight. A thread
/// that waits elsewhere, for example in a system call, counts as busy.
bool all_wait();

/// When the first pause of a thread ends; nothing when no thread pauses.
std::optional<Clock::time_point> next_pause_end();

}  // namespace hale::testing
