#include "net/context.hpp"

#include <algorithm>
#include <string>

namespace hale {

void Loop::run() {
  if (Clock::source == nullptr) {
    context_.run();
  } else {
    Clock::source->run(context_);
  }
}

void Net::enter(std::string_view name) {
  if (phase() == name) return;
  const Duration now = Clock::now() - begin_;
  if (!phases_.empty()) phases_.back().length = now - phases_.back().start;
  phases_.push_back(Phase{std::string(name), now, Duration::zero()});
}

std::vector<Phase> Net::phases() const {
  std::vector<Phase> all = phases_;
  if (!all.empty()) all.back().length = Clock::now() - begin_ - all.back().start;
  return all;
}

const std::vector<std::string>* Net::known(const std::string& host) const {
  const auto found = known_.find(host);
  return found == known_.end() ? nullptr : &found->second;
}

void Net::missed(const std::string& place, const std::string& reason) { missed_ += ", " + place + ": " + reason; }

void Net::reached(const std::string& place) {
  if (missed_.empty()) return;
  if (!detour_.empty()) detour_ += ", ";
  detour_ += place + " answered" + std::exchange(missed_, {});
}

Duration Net::share(std::size_t steps) const {
  const Duration left = std::max<Duration>(end_ - Clock::now(), Duration::zero());
  return left / static_cast<Duration::rep>(std::max<std::size_t>(steps, 1));
}

Net Net::part(Duration limit) const {
  const Clock::time_point now = Clock::now();
  return Net(loop_, family_, now, std::min(end_, now + std::chrono::duration_cast<Clock::duration>(limit)));
}

}  // namespace hale
