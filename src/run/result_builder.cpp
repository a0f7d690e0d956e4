#include "run/result_builder.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <asio/error.hpp>

#include "core/error.hpp"
#include "core/phase.hpp"
#include "core/secret.hpp"
#include "judge/judge.hpp"

namespace hale {
namespace {

/// True when hale itself lacks something: descriptors, memory.
bool is_shortage(const std::error_code& error) {
  // asio::error::get_system_category() is not std::system_category(), so that std::errc does not compare with it.
  if (error.category() != asio::error::get_system_category() && error.category() != std::generic_category())
    return false;
  constexpr std::array<int, 5> shortages{EMFILE, ENFILE, ENOMEM, ENOBUFS, EAGAIN};
  return std::find(shortages.begin(), shortages.end(), error.value()) != shortages.end();
}

Metric duration_metric(std::string_view name, Duration length) {
  return Metric{phase_metric(name), Quantity{seconds(length), Unit::seconds}};
}

/// The phases with one entry for each name: a phase that is repeated, after a redirect, counts with all its lengths.
std::vector<Phase> merge_repeated(const std::vector<Phase>& phases) {
  std::vector<Phase> merged;
  for (const Phase& phase : phases) {
    const auto same =
        std::find_if(merged.begin(), merged.end(), [&](const Phase& one) { return one.name == phase.name; });
    if (same == merged.end()) {
      merged.push_back(phase);
    } else {
      same->length += phase.length;
    }
  }
  return merged;
}

void redact_secrets(Result& result, const Target& target) {
  if (target.secrets.empty()) return;
  result.message = redact(std::move(result.message), target.secrets);
  for (Fact& fact : result.facts) fact.text = redact(std::move(fact.text), target.secrets);
  for (Component& component : result.components) {
    component.name = redact(std::move(component.name), target.secrets);
    component.message = redact(std::move(component.message), target.secrets);
  }
  for (Note& note : result.notes) note.why = redact(std::move(note.why), target.secrets);
  for (JudgedMetric& judged : result.metrics)
    judged.metric.name = redact(std::move(judged.metric.name), target.secrets);
}

Result with_timing(Result result, const Target& target, const ProbeTiming& timing) {
  result.length = timing.length;
  result.phases = timing.phases;
  if (!timing.fallback.empty()) result.message += fmt::format(" ({})", timing.fallback);
  redact_secrets(result, target);
  return result;
}

}  // namespace

Result build_result(const Target& target, Observation observation, const ProbeTiming& timing) {
  // The response time comes first, the phases last.
  observation.metrics.insert(observation.metrics.begin(), duration_metric(time_metric, timing.length));
  for (const Phase& phase : merge_repeated(timing.phases))
    observation.metrics.push_back(duration_metric(phase.name, phase.length));
  return with_timing(judge(target, observation), target, timing);
}

Result build_failure(const Target& target, const std::exception_ptr& failure, const ProbeTiming& timing) {
  try {
    std::rethrow_exception(failure);
  } catch (const Unhealthy& unhealthy) {
    return build_cancelled(target, unhealthy.state(), unhealthy.what(), timing);
  } catch (const std::system_error& error) {
    const State state = is_shortage(error.code()) ? State::unknown : State::critical;
    return build_cancelled(target, state, error.code().message(), timing);
  } catch (const std::bad_alloc&) {
    return build_cancelled(target, State::unknown, "out of memory", timing);
  } catch (const std::exception& error) {
    return build_cancelled(target, State::unknown, error.what(), timing);
  }
}

Result build_cancelled(const Target& target, State state, const std::string& message, const ProbeTiming& timing) {
  Result result = build_skipped(target, state, message);
  if (!timing.phases.empty()) {
    const std::string& phase = timing.phases.back().name;
    result.failed_phase = phase;
    result.message = fmt::format("{}: {}", phase, message);
  }
  return with_timing(std::move(result), target, timing);
}

Result build_skipped(const Target& target, State state, const std::string& message) {
  return Result{.name = target.name,
                .kind = std::string(target.kind->name),
                .address = target.address,
                .state = state,
                .message = message};
}

}  // namespace hale
