#pragma once

#include <memory>
#include <string>

#include "core/result.hpp"
#include "plan/plan.hpp"

namespace hale {

/// One run over all targets of a plan.
class Run {
 public:
  /// `plan` must outlive the run.
  explicit Run(Plan& plan);
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run();

  /// Probes every target, or each of its addresses, once: all at the same time, as far as descriptors allow. Returns at
  /// most 50 ms after the last deadline, whatever a target, a name server or a child does, and leaves no child behind.
  /// SIGINT and SIGTERM end the run: targets without a result are then UNKNOWN. Call it once.
  ///
  /// Probes that are still active at the deadline of the run are destroyed with this object. Ending the process is
  /// faster.
  Outcome outcome();

 private:
  class Scheduler;
  std::unique_ptr<Scheduler> scheduler_;
};

/// The outcome of a run that did not start on the machine `host`: the time, the host and hale's version.
Outcome nothing_run(std::string host);

}  // namespace hale
