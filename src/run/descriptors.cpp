#include "run/descriptors.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <limits>

namespace hale {
namespace {

/// Not for probes: the standard streams, the event loop, libraries and name look-ups.
constexpr std::size_t overhead = 32;

}  // namespace

Descriptors::Descriptors(std::size_t wanted) : limit_(std::numeric_limits<std::size_t>::max()) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  if (limit.rlim_cur < wanted + overhead) {
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, wanted + overhead);
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
  }
  limit_ = limit.rlim_cur;
}

bool Descriptors::reserve(std::size_t count) {
  const bool is_only_one = reserved_ == 0;
  const std::size_t left = limit_ - std::min(limit_, reserved_ + overhead);
  if (!is_only_one && left < count) return false;
  reserved_ += count;
  return true;
}

}  // namespace hale
