#include "net/context.hpp"

#include <algorithm>
#include <string>

namespace hale {

void ProbeContext::enter(std::string_view name) {
  if (phase() == name) return;
  const Duration now = elapsed();
  if (!phases_.empty()) phases_.back().length = now - phases_.back().start;
  phases_.push_back(Phase{std::string(name), now, Duration::zero()});
}

std::vector<Phase> ProbeContext::phases() const {
  std::vector<Phase> all = phases_;
  if (!all.empty()) all.back().length = elapsed() - all.back().start;
  return all;
}

const std::vector<std::string>* ProbeContext::overridden_addresses(const std::string& host) const {
  const auto found = overrides_.find(host);
  return found == overrides_.end() ? nullptr : &found->second;
}

void ProbeContext::note_failed_address(const std::string& endpoint, const std::string& reason) {
  failed_addresses_ += ", " + endpoint + ": " + reason;
}

void ProbeContext::note_connected(const std::string& endpoint) {
  if (failed_addresses_.empty()) return;
  if (!fallback_.empty()) fallback_ += ", ";
  fallback_ += endpoint + " answered" + std::exchange(failed_addresses_, {});
}

Duration ProbeContext::remaining() const { return std::max<Duration>(end_ - Clock::now(), Duration::zero()); }

Duration ProbeContext::remaining_share(std::size_t steps) const {
  return remaining() / static_cast<Duration::rep>(std::max<std::size_t>(steps, 1));
}

ProbeContext ProbeContext::sub_context(Duration limit) const {
  const Clock::time_point now = Clock::now();
  return ProbeContext(loop_, family_, now, std::min(end_, now + std::chrono::duration_cast<Clock::duration>(limit)));
}

}  // namespace hale
