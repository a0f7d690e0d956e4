#include "run/run.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <exception>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/error.hpp>
#include <asio/signal_set.hpp>

#include "core/error.hpp"
#include "core/phase.hpp"
#include "core/version.hpp"
#include "judge/judge.hpp"
#include "net/child.hpp"
#include "net/context.hpp"
#include "net/resolve.hpp"
#include "net/timer.hpp"
#include "run/descriptors.hpp"

namespace hale {
namespace {

using Addresses = std::vector<std::string>;

/// One probe under way.
struct Flight {
  Flight(Loop& loop, Planned& target, Clock::time_point start, Clock::time_point latest)
      : planned(target),
        begin(start),
        end(latest),
        net(loop, target.target.family, start, latest),
        timer(net.executor(), latest) {}

  /// Goes on from where the look-up of all addresses landed, and knows one of them.
  Flight(const Flight& lookup, const std::string& address)
      : planned(lookup.planned),
        begin(lookup.begin),
        end(lookup.end),
        net(lookup.net),
        timer(net.executor(), lookup.end) {
    net.know(planned.target.host, {address});
  }

  Planned& planned;
  Clock::time_point begin;
  Clock::time_point end;
  Net net;
  Timer timer;
  asio::cancellation_signal cancel;
  std::optional<Result> cut_short;  ///< why it was cancelled, when it was
};

/// What is waited for its start: a target, or one address of a target with --each-address.
struct Turn {
  Planned& planned;
  std::shared_ptr<Flight> lookup{};  ///< that found the address; null for a target as a whole
  std::string address{};
  std::vector<std::size_t> each{};  ///< the turns of the target's addresses, once they are known
};

std::string name_of_signal(int signal) { return signal == SIGINT ? "SIGINT" : "SIGTERM"; }

bool out_of_resources(const std::error_code& error) {
  // asio's category does not know std::errc.
  if (error.category() != asio::error::get_system_category() && error.category() != std::generic_category())
    return false;
  constexpr std::array<int, 5> shortages{EMFILE, ENFILE, ENOMEM, ENOBUFS, EAGAIN};
  return std::find(shortages.begin(), shortages.end(), error.value()) != shortages.end();
}

}  // namespace

class Run::Runner {
 public:
  explicit Runner(Plan& plan)
      : plan_(plan),
        results_(plan.targets.size()),
        flights_(plan.targets.size()),
        descriptors_(descriptors_of(plan)),
        deadline_(loop_.context().get_executor()),
        signals_(loop_.context(), SIGINT, SIGTERM) {
    for (Planned& planned : plan.targets) turns_.push_back(Turn{planned});
  }

  std::vector<Result> run() {
    const Clock::time_point now = Clock::now();
    // Without --deadline nothing but the targets' own time-outs ends the run.
    run_end_ = plan_.deadline ? now + *plan_.deadline : Clock::time_point::max();
    deadline_.expires_at(run_end_);
    deadline_.async_wait([this](std::error_code error) {
      if (!error) run_is_over();
    });
    signals_.async_wait([this](std::error_code error, int signal) {
      if (!error) interrupt(fmt::format("interrupted by {}", name_of_signal(signal)));
    });
    start_more();
    loop_.run();
    reap_children(loop_);
    return in_order_typed();
  }

  const std::string& host() const { return plan_.host; }

  /// That not all targets could be probed at once, and why; empty when they could.
  std::string notice() const {
    if (!descriptors_ran_out_) return "";
    return fmt::format("at most {} of {} targets were probed at a time: only {} files may be open (ulimit -n)",
                       most_flying_, plan_.targets.size(), descriptors_.limit());
  }

 private:
  /// The addresses of a target, in the system's order, stand where the target would.
  std::vector<Result> in_order_typed() {
    std::vector<Result> results;
    for (std::size_t index = 0; index < plan_.targets.size(); ++index) {
      if (results_[index]) results.push_back(std::move(*results_[index]));
      for (const std::size_t one : turns_[index].each) {
        results.push_back(std::move(*results_[one]));
        results.back().name += fmt::format(" [{}]", turns_[one].address);
      }
    }
    return results;
  }

  static std::size_t descriptors_of(const Plan& plan) {
    std::size_t count = 0;
    for (const Planned& planned : plan.targets) count += planned.target.kind->descriptors;
    return count;
  }

  void start_more() {
    while (next_ < turns_.size()) {
      if (Clock::now() >= run_end_) {
        give_up(State::critical, fmt::format("not reached within the deadline of {}", for_person(*plan_.deadline)));
        break;
      }
      if (!descriptors_.take(turns_[next_].planned.target.kind->descriptors)) {
        descriptors_ran_out_ = true;
        break;
      }
      start(next_++);
    }
    stop_when_done();
  }

  void start(std::size_t index) {
    const Turn& turn = turns_[index];
    Planned& planned = turn.planned;
    const Clock::time_point begin = Clock::now();
    const auto flight = turn.lookup ? std::make_shared<Flight>(*turn.lookup, turn.address)
                                    : std::make_shared<Flight>(loop_, planned, begin,
                                                               std::min(begin + planned.target.timeout, run_end_));
    flights_[index] = flight;
    most_flying_ = std::max(most_flying_, ++flying_);
    flight->timer.async_wait([this, flight](std::error_code error) {
      if (!error) time_is_up(*flight);
    });
    if (planned.target.each_address && !turn.lookup) {
      asio::co_spawn(loop_.context(), resolve(flight->net, planned.target.host),
                     asio::bind_cancellation_slot(
                         flight->cancel.slot(), [this, flight, index](std::exception_ptr failure, Addresses addresses) {
                           spread(index, flight, failure, addresses);
                         }));
      return;
    }
    asio::co_spawn(loop_.context(), planned.probe->observe(flight->net),
                   asio::bind_cancellation_slot(flight->cancel.slot(),
                                                [this, flight, index](std::exception_ptr failure, Observation seen) {
                                                  land(index, *flight, failure, std::move(seen));
                                                }));
  }

  /// The look-up for a target with --each-address has landed: every address has its turn.
  void spread(std::size_t index, const std::shared_ptr<Flight>& flight, std::exception_ptr failure,
              const Addresses& addresses) {
    if (was_left(index)) return;
    flight->timer.cancel();
    if (failure || flight->cut_short) {
      settle(index, *flight, explain(*flight, failure), Clock::now() - flight->begin, flight->net.phases());
    } else {
      for (const std::string& address : addresses) {
        turns_[index].each.push_back(turns_.size());
        turns_.push_back(Turn{flight->planned, flight, address});
      }
      results_.resize(turns_.size());
      flights_.resize(turns_.size());
      flights_[index].reset();
      --flying_;
    }
    descriptors_.give_back(flight->planned.target.kind->descriptors);
    start_more();
  }

  void time_is_up(Flight& flight) {
    if (flight.end >= run_end_) return;  // the whole run ends then
    cut_short(flight, flight.planned.target.timeout_state,
              fmt::format("no answer within {}", for_person(flight.planned.target.timeout)));
  }

  /// Ten thousand probes cannot be taken down one by one within the promised 50 ms. Only those are that would leave
  /// something behind; the others are left where they stand.
  void run_is_over() {
    const std::string length = for_person(*plan_.deadline);
    give_up(State::critical, fmt::format("not reached within the deadline of {}", length));
    const std::string words = fmt::format("no answer within the deadline of {}", length);
    for (std::size_t index = 0; index < flights_.size(); ++index) {
      const std::shared_ptr<Flight> flight = flights_[index];
      if (!flight) continue;
      const Target& target = flight->planned.target;
      cut_short(*flight, target.timeout_state, words, target.kind->leaves_traces);
      if (!target.kind->leaves_traces)
        settle(index, *flight, *flight->cut_short, Clock::now() - flight->begin, flight->net.phases());
    }
    stop_when_done();
  }

  /// True for a flight that was settled where it stood when the run was over, and that went on while others were ended.
  bool was_left(std::size_t index) const { return !flights_[index]; }

  void stop_when_done() {
    if (flying_ == 0 && next_ == turns_.size()) loop_.context().stop();
  }

  static void cut_short(Flight& flight, State state, const std::string& words, bool end_it = true) {
    if (flight.cut_short) return;
    flight.cut_short = failed(flight, state, words);
    if (end_it) flight.cancel.emit(asio::cancellation_type::terminal);
  }

  /// The user or the system wants us gone: what is done is told, the rest is UNKNOWN.
  void interrupt(const std::string& words) {
    give_up(State::unknown, words);
    for (const std::shared_ptr<Flight>& flight : flights_) {
      if (flight) cut_short(*flight, State::unknown, words);
    }
  }

  /// Nothing more is started.
  void give_up(State state, const std::string& words) {
    for (; next_ < turns_.size(); ++next_) {
      Result result = blank(turns_[next_].planned.target);
      result.state = state;
      result.message = words;
      results_[next_] = std::move(result);
    }
  }

  void land(std::size_t index, Flight& flight, std::exception_ptr failure, Observation seen) {
    if (was_left(index)) return;
    const Duration length = Clock::now() - flight.begin;
    const std::vector<Phase> phases = flight.net.phases();
    const Target& target = flight.planned.target;
    flight.timer.cancel();
    settle(index, flight, failure ? explain(flight, failure) : judged(target, std::move(seen), length, phases), length,
           phases);
    descriptors_.give_back(target.kind->descriptors);
    start_more();
  }

  void settle(std::size_t index, Flight& flight, Result result, Duration length, const std::vector<Phase>& phases) {
    result.length = length;
    result.phases = phases;
    if (const std::string& detour = flight.net.detour(); !detour.empty())
      result.message += fmt::format(" ({})", detour);
    strike_secrets(result, flight.planned.target);
    results_[index] = std::move(result);
    flights_[index].reset();
    --flying_;
  }

  /// The runner's own measures join the probe's: the response time first, every phase last.
  static Result judged(const Target& target, Observation seen, Duration length, const std::vector<Phase>& phases) {
    const auto time = [](std::string_view name, Duration taken) {
      return Measure{phase_measure(name), Quantity{seconds(taken), Unit::seconds}};
    };
    seen.measures.insert(seen.measures.begin(), time(time_measure, length));
    // A phase that came again, behind a redirect, counts in all.
    std::vector<Phase> sums;
    for (const Phase& phase : phases) {
      const auto same =
          std::find_if(sums.begin(), sums.end(), [&](const Phase& sum) { return sum.name == phase.name; });
      if (same == sums.end()) {
        sums.push_back(phase);
      } else {
        same->length += phase.length;
      }
    }
    for (const Phase& sum : sums) seen.measures.push_back(time(sum.name, sum.length));
    return judge(target, seen);
  }

  static Result explain(Flight& flight, const std::exception_ptr& failure) {
    if (flight.cut_short) return *flight.cut_short;
    try {
      std::rethrow_exception(failure);
    } catch (const Unhealthy& unhealthy) {
      return failed(flight, unhealthy.state(), unhealthy.what());
    } catch (const std::system_error& error) {
      return failed(flight, out_of_resources(error.code()) ? State::unknown : State::critical, error.code().message());
    } catch (const std::bad_alloc&) {
      return failed(flight, State::unknown, "out of memory");
    } catch (const std::exception& error) {
      return failed(flight, State::unknown, error.what());
    }
  }

  static Result blank(const Target& target) {
    return Result{.name = target.name,
                  .kind = std::string(target.kind->name),
                  .address = target.address,
                  .state = State::unknown,
                  .message = {}};
  }

  static Result failed(const Flight& flight, State state, const std::string& words) {
    Result result = blank(flight.planned.target);
    result.state = state;
    result.message = words;
    if (const std::string_view phase = flight.net.phase(); !phase.empty()) {
      result.failed_phase = phase;
      result.message = fmt::format("{}: {}", phase, words);
    }
    return result;
  }

  static void strike_secrets(Result& result, const Target& target) {
    if (target.secrets.empty()) return;
    result.message = strike_out(std::move(result.message), target.secrets);
    for (Fact& fact : result.facts) fact.text = strike_out(std::move(fact.text), target.secrets);
    for (Component& component : result.components) {
      component.name = strike_out(std::move(component.name), target.secrets);
      component.message = strike_out(std::move(component.message), target.secrets);
    }
    for (Note& note : result.notes) note.why = strike_out(std::move(note.why), target.secrets);
    for (JudgedMeasure& judged : result.measures)
      judged.measure.name = strike_out(std::move(judged.measure.name), target.secrets);
  }

  Plan& plan_;
  Loop loop_;
  std::vector<Turn> turns_;                       ///< of the targets, and then of addresses
  std::vector<std::optional<Result>> results_;    ///< by turn
  std::vector<std::shared_ptr<Flight>> flights_;  ///< those under way, by turn
  Descriptors descriptors_;
  Timer deadline_;
  asio::signal_set signals_;
  std::size_t flying_ = 0;
  std::size_t most_flying_ = 0;
  bool descriptors_ran_out_ = false;
  std::size_t next_ = 0;
  Clock::time_point run_end_;
};

Outcome nothing_run(std::string host) {
  return Outcome{std::chrono::system_clock::now(), Duration::zero(), std::move(host), std::string(version()), {}};
}

Run::Run(Plan& plan) : runner_(std::make_unique<Runner>(plan)) {}
Run::~Run() = default;

Outcome Run::outcome() {
  Outcome outcome = nothing_run(runner_->host());
  const Clock::time_point begin = Clock::now();
  outcome.results = runner_->run();
  outcome.notice = runner_->notice();
  outcome.length = Clock::now() - begin;
  return outcome;
}

}  // namespace hale
