#include "probes/celery/observation.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"

namespace hale {
namespace {

constexpr std::size_t max_shown_bytes = 120;
constexpr std::size_t max_counted_queues = 100;
constexpr std::string_view silence_reasons = "busy in a solo pool, stopped or hung";

using Names = std::vector<std::string>;

std::string format_list(const Names& names) { return fmt::format("{}", fmt::join(names, ", ")); }

/// "celery@a does not reply", "celery@a, celery@b do not reply".
std::string format_clause(const Names& names, std::string_view singular, std::string_view plural) {
  return fmt::format("{} {}", truncate_bytes(format_list(names), max_shown_bytes),
                     names.size() == 1 ? singular : plural);
}

std::string format_workers(double count) { return fmt::format("{} worker{}", count, count == 1 ? "" : "s"); }

bool contains(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Names sorted(Names names) {
  std::sort(names.begin(), names.end());
  return names;
}

void sort_unique(Names& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

Names worker_names(const std::vector<CeleryReply>& replies) {
  Names names;
  for (const CeleryReply& reply : replies) {
    if (!reply.worker.empty()) names.push_back(reply.worker);
  }
  return sorted(std::move(names));
}

/// The workers that report that they consume no queue.
Names idle_workers(const std::vector<CeleryReply>& replies) {
  Names names;
  for (const CeleryReply& reply : replies) {
    if (reply.queues && reply.queues->empty()) names.push_back(reply.worker);
  }
  return sorted(std::move(names));
}

double count_silent(const CeleryRequest& request, const WorkerPollResult& result) {
  if (!request.workers.empty()) return static_cast<double>(missing_workers(request, result.replies).size());
  return std::max(0.0, result.connected.value_or(0) - static_cast<double>(result.replies.size()));
}

void add_claim(State state, std::string message, Observation& observation, std::string about = "") {
  observation.claims.push_back(Claim{state, std::move(message), std::move(about)});
}

/// "; 2 workers connected"
std::string format_connected(const WorkerPollResult& result) {
  return result.connected ? fmt::format("; {} connected", format_workers(*result.connected)) : std::string();
}

/// Claims about the named workers that have not replied.
void check_named_workers(const CeleryRequest& request, const WorkerPollResult& result, Observation& observation) {
  const Names missing = missing_workers(request, result.replies);
  if (missing.empty()) return;
  const double replied = static_cast<double>(result.replies.size());
  std::string message;
  if (result.connected == 0.0) {
    message = fmt::format("{}: nothing listens on {}", format_clause(missing, "is not connected", "are not connected"),
                          result.control_channel);
  } else if (result.connected && replied >= *result.connected) {  // all that are connected have replied
    message = format_clause(missing, "is not connected", "are not connected") + format_connected(result);
  } else {
    message = fmt::format("{}: {}, or not connected{}", format_clause(missing, "does not answer", "do not answer"),
                          silence_reasons, format_connected(result));
  }
  add_claim(State::critical, std::move(message), observation);
}

/// Claims about the workers that have not replied, when no worker is named.
void check_all_workers(const CeleryRequest& request, const WorkerPollResult& result, Observation& observation) {
  if (result.connected == 0.0)
    return add_claim(State::critical,
                     fmt::format("no worker is connected: nothing listens on {}", result.control_channel), observation);
  if (result.replies.empty()) {
    return add_claim(State::critical, fmt::format("no worker answers: {}{}", silence_reasons, format_connected(result)),
                     observation);
  }
  const double silent = count_silent(request, result);
  if (silent == 0) return;
  add_claim(State::warning,
            fmt::format("{} of {} {} not answer: {}", silent, format_workers(*result.connected),
                        silent == 1 ? "does" : "do", silence_reasons),
            observation, "workers_silent");
}

/// Claims about the workers that have replied, and about the required queues.
void check_replies(const CeleryRequest& request, const WorkerPollResult& result, Observation& observation) {
  const Names idle = idle_workers(result.replies);
  if (!idle.empty()) {
    const bool all = idle.size() == result.replies.size();
    const bool is_critical = all || !request.workers.empty();
    add_claim(is_critical ? State::critical : State::warning,
              format_clause(idle, "answers but consumes no queue", "answer but consume no queue"), observation,
              is_critical ? "" : "workers_consuming");
  }
  const auto has_problem = [](const CeleryReply& reply) { return !reply.problem.empty(); };
  const auto problems = std::count_if(result.replies.begin(), result.replies.end(), has_problem);
  const bool all_report_queues = problems == 0;
  if (!all_report_queues) {
    const CeleryReply& first = *std::find_if(result.replies.begin(), result.replies.end(), has_problem);
    add_claim(State::warning,
              fmt::format("{}: {}{}", first.worker.empty() ? "a worker" : first.worker, first.problem,
                          problems > 1 ? fmt::format(" (and {} more)", problems - 1) : ""),
              observation);
  }
  if (result.replies.empty()) return;
  const Names consumed = consumed_queues(result.replies);
  for (const std::string& queue : request.required_queues) {
    if (contains(consumed, queue)) continue;
    add_claim(all_report_queues ? State::critical : State::unknown,
              fmt::format("no worker {} {}", all_report_queues ? "consumes" : "reports that it consumes", queue),
              observation);
  }
}

void add_components(const CeleryRequest& request, const WorkerPollResult& result, Observation& observation) {
  for (const CeleryReply& reply : result.replies) {
    const std::string name = reply.worker.empty() ? "?" : reply.worker;
    if (!reply.queues) {
      observation.components.push_back({name, State::warning, reply.problem});
    } else if (reply.queues->empty()) {
      observation.components.push_back(
          {name, request.workers.empty() ? State::warning : State::critical, "consumes no queue"});
    } else {
      observation.components.push_back({name, State::ok, fmt::format("consumes {}", format_list(*reply.queues))});
    }
  }
  for (const std::string& name : missing_workers(request, result.replies))
    observation.components.push_back({name, State::critical, "does not answer"});
  std::stable_sort(observation.components.begin(), observation.components.end(),
                   [](const Component& a, const Component& b) { return a.name < b.name; });
}

void add_metrics(const CeleryRequest& request, const WorkerPollResult& result, Observation& observation) {
  const auto add = [&](const char* name, double value, Unit unit = Unit::none) {
    observation.metrics.push_back(Metric{name, Quantity{value, unit}});
  };
  const auto consumes = [](const CeleryReply& reply) { return reply.queues && !reply.queues->empty(); };
  add("workers", static_cast<double>(result.replies.size()));
  if (result.connected) add("workers_connected", *result.connected);
  if (result.connected || !request.workers.empty()) add("workers_silent", count_silent(request, result));
  add("workers_consuming", static_cast<double>(std::count_if(result.replies.begin(), result.replies.end(), consumes)));
  if (result.reply_time) add("reply_time", seconds(*result.reply_time), Unit::seconds);
  observation.metrics.insert(observation.metrics.end(), result.counts.begin(), result.counts.end());
  observation.notes.insert(observation.notes.end(), result.notes.begin(), result.notes.end());
}

std::string format_summary(const WorkerPollResult& result, const Names& names, const Names& consumed) {
  std::string text = names.size() == 1 && result.replies.size() == 1
                         ? names.front()
                         : format_workers(static_cast<double>(result.replies.size()));
  if (!consumed.empty()) text += fmt::format(", consuming {}", truncate_bytes(format_list(consumed), max_shown_bytes));
  double waiting = 0;
  for (const Metric& count : result.counts) {
    if (count.name.starts_with(queue_family)) waiting += count.quantity.value;
  }
  return waiting == 0 ? text : text + fmt::format(", {} waiting", waiting);
}

}  // namespace

bool is_complete(const CeleryRequest& request, const WorkerPollResult& result) {
  if (result.connected && static_cast<double>(result.replies.size()) >= *result.connected) return true;
  return !request.workers.empty() && missing_workers(request, result.replies).empty();
}

Names missing_workers(const CeleryRequest& request, const std::vector<CeleryReply>& replies) {
  const Names names = worker_names(replies);
  Names missing;
  for (const std::string& name : request.workers) {
    if (!contains(names, name)) missing.push_back(name);
  }
  const std::size_t unreadable = replies.size() - names.size();
  return missing.size() > unreadable ? missing : Names();
}

Names consumed_queues(const std::vector<CeleryReply>& replies) {
  Names queues;
  for (const CeleryReply& reply : replies) {
    if (reply.queues) queues.insert(queues.end(), reply.queues->begin(), reply.queues->end());
  }
  sort_unique(queues);
  return queues;
}

Names queues_to_count(const CeleryRequest& request, const std::vector<CeleryReply>& replies) {
  Names queues = consumed_queues(replies);
  queues.resize(std::min(queues.size(), max_counted_queues));
  queues.insert(queues.end(), request.required_queues.begin(), request.required_queues.end());
  queues.insert(queues.end(), request.counted_queues.begin(), request.counted_queues.end());
  sort_unique(queues);
  return queues;
}

void record_workers(const CeleryRequest& request, const WorkerPollResult& result, Observation& observation) {
  const Names names = worker_names(result.replies);
  const Names consumed = consumed_queues(result.replies);
  observation.summary = format_summary(result, names, consumed) + observation.summary;
  add_metrics(request, result, observation);
  observation.facts.push_back(Fact{"worker", format_list(names)});
  observation.facts.push_back(Fact{"queues", format_list(consumed)});
  add_components(request, result, observation);
  if (request.workers.empty()) {
    check_all_workers(request, result, observation);
  } else {
    check_named_workers(request, result, observation);
  }
  check_replies(request, result, observation);
}

}  // namespace hale
