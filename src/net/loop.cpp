#include "net/loop.hpp"

#include "net/clock.hpp"

namespace hale {

void Loop::run() {
  if (Clock::source == nullptr) {
    io_.run();
  } else {
    Clock::source->run(io_);
  }
}

}  // namespace hale
