#pragma once

#include <poll.h>

#include <chrono>
#include <optional>
#include <span>

#include "net/clock.hpp"

// Where the threads of fake servers wait. What they wait for is noted, so that a fake clock can tell when nobody in the
// process has anything left to do.
namespace hale::testing {

/// poll(2) on descriptors of which none is ready until somebody else does something. A `limit` is by the machine's
/// clock.
int wait_for(std::span<pollfd> polled, std::optional<std::chrono::milliseconds> limit = std::nullopt);

/// Waits for `pause`, by the fake clock when there is one; true when `stop` can be read from before it is over.
bool stopped_within(int stop, std::chrono::milliseconds pause);

// For the fake clock.

/// Tells the threads what time it is; nothing: that there is no fake clock.
void record_time(std::optional<Clock::time_point> now);

/// True when every thread but the calling one waits, what it waits for has not come, and nothing that was said by TCP
/// is still under way. A thread that waits elsewhere, as for an answer of the system's, is at work.
bool all_wait();

/// When the first pause of a thread is over; nothing when none pauses.
std::optional<Clock::time_point> next_pause_end();

}  // namespace hale::testing
