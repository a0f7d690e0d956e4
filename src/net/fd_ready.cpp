#include "net/fd_ready.hpp"

#include <fcntl.h>

#include <cerrno>
#include <system_error>

#include <asio/posix/basic_stream_descriptor.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include "net/one_shot_timer.hpp"

namespace hale {
namespace {

using Descriptor = asio::posix::basic_stream_descriptor<Executor>;

}  // namespace

Task<bool> ready(ProbeContext& context, int descriptor, Readiness readiness, std::optional<Duration> limit) {
  const int duplicate = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
  if (duplicate < 0) throw std::system_error(errno, std::generic_category());
  Descriptor watched(context.executor(), duplicate);
  std::optional<OneShotTimer> alarm;
  if (limit) alarm.emplace(context.executor(), *limit, [&watched] { watched.cancel(); });
  const auto wait = readiness == Readiness::readable ? Descriptor::wait_read : Descriptor::wait_write;
  std::error_code error;
  co_await watched.async_wait(wait, asio::redirect_error(asio::use_awaitable_t<Executor>(), error));
  if (error && alarm && alarm->expired()) co_return false;
  if (error) throw std::system_error(error);
  co_return true;
}

}  // namespace hale
