#include "net/fd_watcher.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <span>
#include <system_error>
#include <utility>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/posix/basic_stream_descriptor.hpp>
#include <asio/use_awaitable.hpp>

// Why a private epoll.
//
// asio owns the descriptors it watches: it registers each in its epoll once, edge-triggered, and closes it at the end.
// The descriptors here belong to a library. It opens and closes them when it likes, and says so late or not at all:
// when libcurl stops waiting for a socket, it may have closed it already, and the kernel may have given the number to
// the next connection. A registration that asio still has under that number is then about another file: events get
// lost, or asio closes a socket of the library.
//
// A duplicate for each wait (as in fd_ready.cpp) would be safe, but these libraries change what they wait for all the
// time, and each change would cost three system calls.
//
// So the library's descriptors and a timerfd are in an epoll of our own, level-triggered and without ownership, where a
// closed descriptor disappears by itself. An epoll is readable when one of its descriptors is ready, so asio watches
// one descriptor, this epoll, whatever the library does.
//
// The run ends when the loop has nothing left to wait for. serve() therefore only waits between start() and stop().

namespace hale {
namespace {

[[noreturn]] void throw_errno() { throw std::system_error(errno, std::generic_category()); }

}  // namespace

FdWatcher::FdWatcher(Loop& loop, std::function<void(int, bool, bool)> on_ready, std::function<void()> on_timer)
    : loop_(loop),
      on_ready_(std::move(on_ready)),
      on_timer_(std::move(on_timer)),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      timer_(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)) {
  if (!epoll_.is_open() || !timer_.is_open()) throw_errno();
  watch(timer_.get(), true, false);
}

void FdWatcher::watch(int descriptor, bool readable, bool writable) {
  if (!readable && !writable) {
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr);
    return;
  }
  epoll_event event{};
  event.events = (readable ? EPOLLIN : 0U) | (writable ? EPOLLOUT : 0U);
  event.data.fd = descriptor;
  // A number that was closed and opened again is no longer in the epoll.
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, descriptor, &event) != 0)
    epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event);
}

void FdWatcher::set_timer(std::optional<std::chrono::milliseconds> delay) {
  itimerspec expiry{};
  if (delay) {
    expiry.it_value.tv_sec = delay->count() / 1000;
    expiry.it_value.tv_nsec = delay->count() % 1000 * 1'000'000;
    // Zero would stop the timer.
    if (delay->count() <= 0) expiry.it_value.tv_nsec = 1;
  }
  timerfd_settime(timer_.get(), 0, &expiry, nullptr);
}

void FdWatcher::start() {
  ++users_;
  if (serving_) return;
  serving_ = true;
  asio::co_spawn(loop_.io(), serve(), asio::detached);
}

void FdWatcher::stop() {
  // The last stop() wakes serve(), so that it ends.
  if (--users_ == 0) set_timer(std::chrono::milliseconds(0));
}

Task<void> FdWatcher::serve() {
  // asio closes what it watches, so it gets a duplicate, one for all waits.
  Fd duplicate(fcntl(epoll_.get(), F_DUPFD_CLOEXEC, 3));
  if (!duplicate.is_open()) throw_errno();
  asio::posix::basic_stream_descriptor<Executor> events(loop_.executor(), duplicate.release());
  const asio::use_awaitable_t<Executor> awaiting;
  while (users_ > 0) {
    co_await events.async_wait(events.wait_read, awaiting);
    handle_events();
  }
  serving_ = false;
}

void FdWatcher::handle_events() {
  std::array<epoll_event, 64> events{};
  const int count = epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), 0);
  for (const epoll_event& event : std::span(events.data(), static_cast<std::size_t>(count < 0 ? 0 : count))) {
    if (event.data.fd == timer_.get()) {
      std::uint64_t expirations = 0;
      if (read(timer_.get(), &expirations, sizeof expirations) == sizeof expirations && users_ > 0) on_timer_();
    } else {
      const bool failed = (event.events & (EPOLLERR | EPOLLHUP)) != 0;
      on_ready_(event.data.fd, failed || (event.events & EPOLLIN) != 0, failed || (event.events & EPOLLOUT) != 0);
    }
  }
}

}  // namespace hale
