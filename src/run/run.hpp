#pragma once

#include <memory>
#include <string>

#include "core/result.hpp"
#include "plan/plan.hpp"

namespace hale {

/// One run over all targets of a plan.
class Run {
 public:
  /// `plan` is the caller's, and outlives the run.
  explicit Run(Plan& plan);
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run();

  /// Probes every target once, or each of its addresses, all at the same time, as many at once as descriptors allow.
  /// Returns within 50 ms of the last deadline, whatever a target, a name server or a child does, and leaves no child
  /// behind. SIGINT and SIGTERM end the run: what is not done by then is UNKNOWN. To be called once.
  ///
  /// What is still under way at the deadline of the whole run ends with this object, or with the process, which is
  /// faster.
  Outcome outcome();

 private:
  class Scheduler;
  std::unique_ptr<Scheduler> scheduler_;
};

/// What is known of a run that never began on the machine `host`: when, where and which hale.
Outcome nothing_run(std::string host);

}  // namespace hale
