#include "net/fd_watcher.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <span>
#include <system_error>
#include <utility>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/posix/basic_stream_descriptor.hpp>
#include <asio/use_awaitable.hpp>

namespace hale {
namespace {

void add(int events, int descriptor) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = descriptor;
  epoll_ctl(events, EPOLL_CTL_ADD, descriptor, &event);
}

}  // namespace

FdWatcher::FdWatcher(Loop& loop, std::function<void(int, bool, bool)> on_ready, std::function<void()> on_time)
    : loop_(loop),
      on_ready_(std::move(on_ready)),
      on_time_(std::move(on_time)),
      events_(epoll_create1(EPOLL_CLOEXEC)),
      timer_(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)) {
  if (events_ < 0 || timer_ < 0) throw std::system_error(errno, std::generic_category());
  add(events_, timer_);
}

FdWatcher::~FdWatcher() {
  close(events_);
  close(timer_);
}

void FdWatcher::want(int descriptor, bool readable, bool writable) {
  if (!readable && !writable) {
    epoll_ctl(events_, EPOLL_CTL_DEL, descriptor, nullptr);
    return;
  }
  epoll_event event{};
  event.events = (readable ? EPOLLIN : 0U) | (writable ? EPOLLOUT : 0U);
  event.data.fd = descriptor;
  // The library may have closed and opened the same number since.
  if (epoll_ctl(events_, EPOLL_CTL_MOD, descriptor, &event) != 0) epoll_ctl(events_, EPOLL_CTL_ADD, descriptor, &event);
}

void FdWatcher::set_timer(std::optional<std::chrono::milliseconds> delay) {
  itimerspec due{};
  if (delay) {
    due.it_value.tv_sec = delay->count() / 1000;
    due.it_value.tv_nsec = delay->count() % 1000 * 1'000'000;
    // Zero would stop the timer.
    if (delay->count() <= 0) due.it_value.tv_nsec = 1;
  }
  timerfd_settime(timer_, 0, &due, nullptr);
}

void FdWatcher::start() {
  ++holders_;
  if (serving_) return;
  serving_ = true;
  asio::co_spawn(loop_.io(), serve(), asio::detached);
}

void FdWatcher::stop() {
  // The last holder wakes serve() so that it can end.
  if (--holders_ == 0) set_timer(std::chrono::milliseconds(0));
}

Task<void> FdWatcher::serve() {
  // One duplicate for all waits: asio closes what it watches.
  const int duplicate = fcntl(events_, F_DUPFD_CLOEXEC, 3);
  if (duplicate < 0) throw std::system_error(errno, std::generic_category());
  asio::posix::basic_stream_descriptor<Executor> events(loop_.executor(), duplicate);
  const asio::use_awaitable_t<Executor> awaiting;
  while (holders_ > 0) {
    co_await events.async_wait(events.wait_read, awaiting);
    handle_events();
  }
  serving_ = false;
}

void FdWatcher::handle_events() {
  std::array<epoll_event, 64> found{};
  const int count = epoll_wait(events_, found.data(), static_cast<int>(found.size()), 0);
  for (const epoll_event& event : std::span(found.data(), static_cast<std::size_t>(count < 0 ? 0 : count))) {
    if (event.data.fd == timer_) {
      std::uint64_t times = 0;
      if (read(timer_, &times, sizeof times) == sizeof times && holders_ > 0) on_time_();
    } else {
      const bool broken = (event.events & (EPOLLERR | EPOLLHUP)) != 0;
      on_ready_(event.data.fd, broken || (event.events & EPOLLIN) != 0, broken || (event.events & EPOLLOUT) != 0);
    }
  }
}

}  // namespace hale
