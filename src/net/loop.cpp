#include "net/loop.hpp"

#include "net/clock.hpp"

// How a run ends.
//
// run() returns when no coroutine waits and no timer is pending; nothing stops the loop. So a probe has to wait for
// everything it started, and what is shared between probes must not wait on its own: an FdWatcher waits only between
// start() and stop(), and a name lookup counts only through the probes that wait for it.
//
// A deadline cancels the step that a coroutine awaits. The step throws, the destructors close and free, and the loop
// has nothing left to wait for. A coroutine that caught the exception and went on would delay the end of the whole run.
//
// Two things cannot be ended: getaddrinfo, which cannot be cancelled, and a killed process that hangs in a system call.
// The first has a detached thread, the second is left to the system (see child.cpp). Neither holds up the process,
// which ends without joining threads.

namespace hale {

void Loop::run() {
  if (Clock::source == nullptr) {
    io_.run();
  } else {
    Clock::source->run(io_);
  }
}

}  // namespace hale
