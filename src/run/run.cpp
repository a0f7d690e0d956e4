#include "run/run.hpp"

#include <algorithm>
#include <csignal>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/signal_set.hpp>

#include "core/version.hpp"
#include "net/child.hpp"
#include "net/context.hpp"
#include "net/resolve.hpp"
#include "net/timer.hpp"
#include "run/descriptors.hpp"
#include "run/result_builder.hpp"

namespace hale {
namespace {

using Addresses = std::vector<std::string>;

/// A probe that is running, or the look-up for a target with --each-address.
struct ActiveProbe {
  ActiveProbe(Loop& loop, Planned& target, Clock::time_point start, Clock::time_point latest)
      : planned(target),
        end(latest),
        context(loop, target.target.family, start, latest),
        timer(loop.executor(), latest) {}

  /// Continues after the look-up of all addresses, with one of them: same phases, same end.
  ActiveProbe(const ActiveProbe& lookup, const std::string& address)
      : planned(lookup.planned), end(lookup.end), context(lookup.context), timer(context.executor(), lookup.end) {
    context.override_host(planned.target.host, {address});
  }

  const Target& target() const { return planned.target; }
  ProbeTiming timing() const { return ProbeTiming{context.elapsed(), context.phases(), context.fallback()}; }

  Planned& planned;
  Clock::time_point end;
  ProbeContext context;
  Timer timer;
  asio::cancellation_signal cancel;
  std::optional<Result> cancelled;  ///< the result of a probe that was cancelled
};

/// Something to start: a target, or one address of a target with --each-address.
struct Job {
  Planned& planned;
  std::shared_ptr<ActiveProbe> lookup{};  ///< that found the address; null for a whole target
  std::string address{};
  std::vector<std::size_t> addresses{};  ///< the indexes of the jobs for its addresses, after the look-up
};

std::string signal_name(int signal) { return signal == SIGINT ? "SIGINT" : "SIGTERM"; }

std::size_t required_descriptors(const Plan& plan) {
  std::size_t count = 0;
  for (const Planned& planned : plan.targets) count += planned.target.kind->descriptors;
  return count;
}

}  // namespace

/// Starts jobs as descriptors allow, and ends them at their timeouts, at the deadline of the run or at a signal.
/// result_builder makes the results.
///
/// Everything runs on one thread in one event loop. Each active probe has a coroutine, a timer and a cancellation
/// signal, which its handlers keep alive by a shared_ptr: a timer can fire after the coroutine has ended, and a
/// cancelled coroutine still needs a few turns of the loop to close its connection. `active_` says which jobs still
/// have no result; a handler that comes too late finds its job finished and does nothing.
class Run::Scheduler {
 public:
  explicit Scheduler(Plan& plan)
      : plan_(plan),
        results_(plan.targets.size()),
        active_(plan.targets.size()),
        descriptors_(required_descriptors(plan)),
        deadline_(loop_.executor()),
        signals_(loop_.io(), SIGINT, SIGTERM) {
    for (Planned& planned : plan.targets) jobs_.push_back(Job{planned});
  }

  std::vector<Result> run() {
    // Without --deadline only the timeouts of the targets end the run.
    run_end_ = plan_.deadline ? Clock::now() + *plan_.deadline : Clock::time_point::max();
    deadline_.expires_at(run_end_);
    deadline_.async_wait([this](std::error_code error) {
      if (!error) on_deadline();
    });
    signals_.async_wait([this](std::error_code error, int signal) {
      if (!error) on_signal(signal);
    });
    start_jobs();
    loop_.run();
    reap_children(loop_);
    return results_in_order();
  }

  const std::string& host() const { return plan_.host; }

  /// Says that not all targets could be probed at the same time, and why; empty when they could.
  std::string notice() const {
    if (!descriptors_exhausted_) return "";
    return fmt::format("at most {} of {} targets were probed at a time: only {} files may be open (ulimit -n)",
                       most_active_, plan_.targets.size(), descriptors_.limit());
  }

 private:
  /// The results in the order typed; those of a target's addresses, in the system's order, replace the target's.
  std::vector<Result> results_in_order() {
    std::vector<Result> results;
    for (std::size_t index = 0; index < plan_.targets.size(); ++index) {
      if (results_[index]) results.push_back(std::move(*results_[index]));
      for (const std::size_t job : jobs_[index].addresses) {
        results.push_back(std::move(*results_[job]));
        results.back().name += fmt::format(" [{}]", jobs_[job].address);
      }
    }
    return results;
  }

  void start_jobs() {
    while (next_ < jobs_.size()) {
      if (Clock::now() >= run_end_) {
        skip_pending(State::critical,
                     fmt::format("not reached within the deadline of {}", format_human(*plan_.deadline)));
        break;
      }
      if (!descriptors_.reserve(jobs_[next_].planned.target.kind->descriptors)) {
        descriptors_exhausted_ = true;
        break;
      }
      start(next_++);
    }
    stop_when_done();
  }

  void start(std::size_t index) {
    const Job& job = jobs_[index];
    Planned& planned = job.planned;
    const Clock::time_point now = Clock::now();
    const auto probe = job.lookup ? std::make_shared<ActiveProbe>(*job.lookup, job.address)
                                  : std::make_shared<ActiveProbe>(loop_, planned, now,
                                                                  std::min(now + planned.target.timeout, run_end_));
    active_[index] = probe;
    most_active_ = std::max(most_active_, ++active_count_);
    probe->timer.async_wait([this, probe](std::error_code error) {
      if (!error) on_timeout(*probe);
    });
    if (planned.target.each_address && !job.lookup) {
      asio::co_spawn(loop_.io(), resolve(probe->context, planned.target.host),
                     asio::bind_cancellation_slot(
                         probe->cancel.slot(), [this, probe, index](std::exception_ptr failure, Addresses addresses) {
                           expand_addresses(index, probe, failure, addresses);
                         }));
      return;
    }
    asio::co_spawn(loop_.io(), planned.probe->observe(probe->context),
                   asio::bind_cancellation_slot(
                       probe->cancel.slot(), [this, probe, index](std::exception_ptr failure, Observation observation) {
                         on_done(index, *probe, failure, std::move(observation));
                       }));
  }

  /// The look-up for a target with --each-address has ended: every address becomes a job.
  void expand_addresses(std::size_t index, const std::shared_ptr<ActiveProbe>& probe, std::exception_ptr failure,
                        const Addresses& addresses) {
    if (is_finished(index)) return;
    probe->timer.cancel();
    if (failure || probe->cancelled) {
      finish(index, build_failed(*probe, failure));
    } else {
      for (const std::string& address : addresses) {
        jobs_[index].addresses.push_back(jobs_.size());
        jobs_.push_back(Job{probe->planned, probe, address});
      }
      results_.resize(jobs_.size());
      active_.resize(jobs_.size());
      active_[index].reset();
      --active_count_;
    }
    descriptors_.release(probe->target().kind->descriptors);
    start_jobs();
  }

  void on_done(std::size_t index, ActiveProbe& probe, std::exception_ptr failure, Observation observation) {
    if (is_finished(index)) return;
    probe.timer.cancel();
    finish(index, failure ? build_failed(probe, failure)
                          : build_result(probe.target(), std::move(observation), probe.timing()));
    descriptors_.release(probe.target().kind->descriptors);
    start_jobs();
  }

  static Result build_failed(const ActiveProbe& probe, const std::exception_ptr& failure) {
    if (!probe.cancelled) return build_failure(probe.target(), failure, probe.timing());
    Result result = *probe.cancelled;
    // Cancelling took time, too.
    result.length = probe.context.elapsed();
    result.phases = probe.context.phases();
    return result;
  }

  void finish(std::size_t index, Result result) {
    results_[index] = std::move(result);
    active_[index].reset();
    --active_count_;
  }

  /// True when the job has a result: the deadline of the run gives one to a probe that goes on running.
  bool is_finished(std::size_t index) const { return !active_[index]; }

  void on_timeout(ActiveProbe& probe) {
    if (probe.end >= run_end_) return;  // on_deadline() follows
    const Target& target = probe.target();
    cancel(probe, target.timeout_state, fmt::format("no answer within {}", format_human(target.timeout)));
  }

  /// Ten thousand probes cannot be cancelled one by one within the promised 50 ms. Only those that would leave traces
  /// are; the others get their results and are abandoned: the process ends soon, and with it their connections.
  void on_deadline() {
    const std::string length = format_human(*plan_.deadline);
    skip_pending(State::critical, fmt::format("not reached within the deadline of {}", length));
    const std::string message = fmt::format("no answer within the deadline of {}", length);
    for (std::size_t index = 0; index < active_.size(); ++index) {
      const std::shared_ptr<ActiveProbe> probe = active_[index];
      if (!probe) continue;
      const Target& target = probe->target();
      if (target.kind->leaves_traces) {
        cancel(*probe, target.timeout_state, message);
      } else {
        finish(index, probe->cancelled ? *probe->cancelled
                                       : build_cancelled(target, target.timeout_state, message, probe->timing()));
      }
    }
    stop_when_done();
  }

  /// Results stay as they are; targets without one become UNKNOWN.
  void on_signal(int signal) {
    const std::string message = fmt::format("interrupted by {}", signal_name(signal));
    skip_pending(State::unknown, message);
    for (const std::shared_ptr<ActiveProbe>& probe : active_) {
      if (probe) cancel(*probe, State::unknown, message);
    }
  }

  /// Only the first reason counts, with the phase at that time.
  static void cancel(ActiveProbe& probe, State state, const std::string& message) {
    if (probe.cancelled) return;
    probe.cancelled = build_cancelled(probe.target(), state, message, probe.timing());
    probe.cancel.emit(asio::cancellation_type::terminal);
  }

  /// Starts no more jobs.
  void skip_pending(State state, const std::string& message) {
    for (; next_ < jobs_.size(); ++next_) results_[next_] = build_skipped(jobs_[next_].planned.target, state, message);
  }

  void stop_when_done() {
    if (active_count_ == 0 && next_ == jobs_.size()) loop_.io().stop();
  }

  Plan& plan_;
  Loop loop_;
  std::vector<Job> jobs_;                             ///< first those of the targets, then those of addresses
  std::vector<std::optional<Result>> results_;        ///< by job
  std::vector<std::shared_ptr<ActiveProbe>> active_;  ///< by job; null before and after
  Descriptors descriptors_;
  Timer deadline_;
  asio::signal_set signals_;
  std::size_t active_count_ = 0;
  std::size_t most_active_ = 0;
  bool descriptors_exhausted_ = false;
  std::size_t next_ = 0;  ///< the first job that was not started
  Clock::time_point run_end_;
};

Outcome nothing_run(std::string host) {
  return Outcome{std::chrono::system_clock::now(), Duration::zero(), std::move(host), std::string(version()), {}};
}

Run::Run(Plan& plan) : scheduler_(std::make_unique<Scheduler>(plan)) {}
Run::~Run() = default;

Outcome Run::outcome() {
  Outcome outcome = nothing_run(scheduler_->host());
  const Clock::time_point begin = Clock::now();
  outcome.results = scheduler_->run();
  outcome.notice = scheduler_->notice();
  outcome.length = Clock::now() - begin;
  return outcome;
}

}  // namespace hale
