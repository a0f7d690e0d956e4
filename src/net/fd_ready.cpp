#include "net/fd_ready.hpp"

#include <fcntl.h>

#include <cerrno>
#include <system_error>

#include <asio/posix/basic_stream_descriptor.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include "base/fd.hpp"
#include "net/one_shot_timer.hpp"

namespace hale {
namespace {

using Descriptor = asio::posix::basic_stream_descriptor<Executor>;

}  // namespace

Task<bool> wait_ready(ProbeContext& context, int descriptor, FdEvent event, std::optional<Duration> limit) {
  // asio closes what it watches, and its epoll would miss a descriptor that the library closes and opens again.
  Fd duplicate(fcntl(descriptor, F_DUPFD_CLOEXEC, 3));
  if (!duplicate.is_open()) throw std::system_error(errno, std::generic_category());
  Descriptor watched(context.executor(), duplicate.release());
  std::optional<OneShotTimer> timer;
  if (limit) timer.emplace(context.executor(), *limit, [&watched] { watched.cancel(); });
  const auto wait = event == FdEvent::readable ? Descriptor::wait_read : Descriptor::wait_write;
  std::error_code error;
  co_await watched.async_wait(wait, asio::redirect_error(asio::use_awaitable_t<Executor>(), error));
  if (error && timer && timer->expired()) co_return false;
  if (error) throw std::system_error(error);
  co_return true;
}

}  // namespace hale
