#include "run/descriptors.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <limits>

namespace hale {
namespace {

/// The standard ones, the loop's, the libraries' and a name look-up or two.
constexpr std::size_t kept = 32;

}  // namespace

Descriptors::Descriptors(std::size_t wanted) : limit_(std::numeric_limits<std::size_t>::max()) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  if (limit.rlim_cur < wanted + kept) {
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, wanted + kept);
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
  }
  limit_ = limit.rlim_cur;
}

bool Descriptors::take(std::size_t count) {
  const bool alone = taken_ == 0;
  const std::size_t left = limit_ - std::min(limit_, taken_ + kept);
  if (!alone && left < count) return false;
  taken_ += count;
  return true;
}

}  // namespace hale
