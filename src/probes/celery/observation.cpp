#include "probes/celery/observation.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"

namespace hale {
namespace {

constexpr std::size_t shown_bytes = 120;
constexpr std::size_t most_measured = 100;
constexpr std::string_view reasons = "busy in a solo pool, stopped or hung";

using Names = std::vector<std::string>;

std::string list(const Names& names) { return fmt::format("{}", fmt::join(names, ", ")); }

/// "celery@a does", "celery@a, celery@b do".
std::string do_something(const Names& names, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", truncate_bytes(list(names), shown_bytes), names.size() == 1 ? one : many);
}

std::string count_workers(double count) { return fmt::format("{} worker{}", count, count == 1 ? "" : "s"); }

bool contains(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Names sorted(Names names) {
  std::sort(names.begin(), names.end());
  return names;
}

void unite(Names& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

Names names_of(const std::vector<CeleryReply>& replies) {
  Names names;
  for (const CeleryReply& reply : replies) {
    if (!reply.worker.empty()) names.push_back(reply.worker);
  }
  return sorted(std::move(names));
}

/// The workers that say they consume nothing.
Names idlers(const std::vector<CeleryReply>& replies) {
  Names names;
  for (const CeleryReply& reply : replies) {
    if (reply.queues && reply.queues->empty()) names.push_back(reply.worker);
  }
  return sorted(std::move(names));
}

double silent(const CeleryQuestion& question, const CeleryAnswer& answer) {
  if (!question.workers.empty()) return static_cast<double>(missing_workers(question, answer.replies).size());
  return std::max(0.0, answer.connected.value_or(0) - static_cast<double>(answer.replies.size()));
}

void claim(State state, std::string words, Observation& observation, std::string about = "") {
  observation.claims.push_back(Claim{state, std::move(words), std::move(about)});
}

/// "; 2 workers connected"
std::string connected_words(const CeleryAnswer& answer) {
  return answer.connected ? fmt::format("; {} connected", count_workers(*answer.connected)) : std::string();
}

/// What speaks against named workers that have not answered.
void claim_named(const CeleryQuestion& question, const CeleryAnswer& answer, Observation& observation) {
  const Names unheard = missing_workers(question, answer.replies);
  if (unheard.empty()) return;
  const double heard = static_cast<double>(answer.replies.size());
  std::string words;
  if (answer.connected == 0.0) {
    words = fmt::format("{}: nobody listens at {}", do_something(unheard, "is not connected", "are not connected"),
                        answer.mailbox);
  } else if (answer.connected && heard >= *answer.connected) {  // all who are have answered
    words = do_something(unheard, "is not connected", "are not connected") + connected_words(answer);
  } else {
    words = fmt::format("{}: {}, or not connected{}", do_something(unheard, "does not answer", "do not answer"),
                        reasons, connected_words(answer));
  }
  claim(State::critical, std::move(words), observation);
}

/// What speaks against workers, none being named, that have not answered.
void claim_any(const CeleryQuestion& question, const CeleryAnswer& answer, Observation& observation) {
  if (answer.connected == 0.0)
    return claim(State::critical, fmt::format("no worker is connected: nobody listens at {}", answer.mailbox),
                 observation);
  if (answer.replies.empty()) {
    return claim(State::critical, fmt::format("no worker answers: {}{}", reasons, connected_words(answer)),
                 observation);
  }
  const double quiet = silent(question, answer);
  if (quiet == 0) return;
  claim(State::warning,
        fmt::format("{} of {} {} not answer: {}", quiet, count_workers(*answer.connected), quiet == 1 ? "does" : "do",
                    reasons),
        observation, "workers_silent");
}

/// What speaks against workers that have answered.
void claim_consumers(const CeleryQuestion& question, const CeleryAnswer& answer, Observation& observation) {
  const Names idle = idlers(answer.replies);
  if (!idle.empty()) {
    const bool all = idle.size() == answer.replies.size();
    const bool counts = all || !question.workers.empty();
    claim(counts ? State::critical : State::warning,
          do_something(idle, "answers but consumes no queue", "answer but consume no queue"), observation,
          counts ? "" : "workers_consuming");
  }
  const auto in_trouble = [](const CeleryReply& reply) { return !reply.trouble.empty(); };
  const auto troubled = std::count_if(answer.replies.begin(), answer.replies.end(), in_trouble);
  const bool all_said = troubled == 0;
  if (!all_said) {
    const CeleryReply& first = *std::find_if(answer.replies.begin(), answer.replies.end(), in_trouble);
    claim(State::warning,
          fmt::format("{}: {}{}", first.worker.empty() ? "a worker" : first.worker, first.trouble,
                      troubled > 1 ? fmt::format(" (and {} more)", troubled - 1) : ""),
          observation);
  }
  if (answer.replies.empty()) return;
  const Names consumed = consumed_queues(answer.replies);
  for (const std::string& queue : question.queues) {
    if (contains(consumed, queue)) continue;
    claim(all_said ? State::critical : State::unknown,
          fmt::format("no worker {} {}", all_said ? "consumes" : "says that it consumes", queue), observation);
  }
}

void add_components(const CeleryQuestion& question, const CeleryAnswer& answer, Observation& observation) {
  for (const CeleryReply& reply : answer.replies) {
    const std::string name = reply.worker.empty() ? "?" : reply.worker;
    if (!reply.queues) {
      observation.components.push_back({name, State::warning, reply.trouble});
    } else if (reply.queues->empty()) {
      observation.components.push_back(
          {name, question.workers.empty() ? State::warning : State::critical, "consumes no queue"});
    } else {
      observation.components.push_back({name, State::ok, fmt::format("consumes {}", list(*reply.queues))});
    }
  }
  for (const std::string& name : missing_workers(question, answer.replies))
    observation.components.push_back({name, State::critical, "does not answer"});
  std::stable_sort(observation.components.begin(), observation.components.end(),
                   [](const Component& a, const Component& b) { return a.name < b.name; });
}

void add_metrics(const CeleryQuestion& question, const CeleryAnswer& answer, Observation& observation) {
  const auto add = [&](const char* name, double value, Unit unit = Unit::none) {
    observation.metrics.push_back(Metric{name, Quantity{value, unit}});
  };
  const auto consumes = [](const CeleryReply& reply) { return reply.queues && !reply.queues->empty(); };
  add("workers", static_cast<double>(answer.replies.size()));
  if (answer.connected) add("workers_connected", *answer.connected);
  if (answer.connected || !question.workers.empty()) add("workers_silent", silent(question, answer));
  add("workers_consuming", static_cast<double>(std::count_if(answer.replies.begin(), answer.replies.end(), consumes)));
  if (answer.slowest) add("reply_time", seconds(*answer.slowest), Unit::seconds);
  observation.metrics.insert(observation.metrics.end(), answer.depths.begin(), answer.depths.end());
  observation.notes.insert(observation.notes.end(), answer.notes.begin(), answer.notes.end());
}

std::string summary(const CeleryAnswer& answer, const Names& names, const Names& consumed) {
  std::string words = names.size() == 1 && answer.replies.size() == 1
                          ? names.front()
                          : count_workers(static_cast<double>(answer.replies.size()));
  if (!consumed.empty()) words += fmt::format(", consuming {}", truncate_bytes(list(consumed), shown_bytes));
  double waiting = 0;
  for (const Metric& depth : answer.depths) {
    if (depth.name.starts_with(depth_family)) waiting += depth.quantity.value;
  }
  return waiting == 0 ? words : words + fmt::format(", {} waiting", waiting);
}

}  // namespace

bool all_answered(const CeleryQuestion& question, const CeleryAnswer& answer) {
  if (answer.connected && static_cast<double>(answer.replies.size()) >= *answer.connected) return true;
  return !question.workers.empty() && missing_workers(question, answer.replies).empty();
}

Names missing_workers(const CeleryQuestion& question, const std::vector<CeleryReply>& replies) {
  const Names there = names_of(replies);
  Names missing;
  for (const std::string& name : question.workers) {
    if (!contains(there, name)) missing.push_back(name);
  }
  const std::size_t unreadable = replies.size() - there.size();
  return missing.size() > unreadable ? missing : Names();
}

Names consumed_queues(const std::vector<CeleryReply>& replies) {
  Names queues;
  for (const CeleryReply& reply : replies) {
    if (reply.queues) queues.insert(queues.end(), reply.queues->begin(), reply.queues->end());
  }
  unite(queues);
  return queues;
}

Names queues_to_report(const CeleryQuestion& question, const std::vector<CeleryReply>& replies) {
  Names queues = consumed_queues(replies);
  queues.resize(std::min(queues.size(), most_measured));
  queues.insert(queues.end(), question.queues.begin(), question.queues.end());
  queues.insert(queues.end(), question.depths.begin(), question.depths.end());
  unite(queues);
  return queues;
}

void record_workers(const CeleryQuestion& question, const CeleryAnswer& answer, Observation& observation) {
  const Names names = names_of(answer.replies);
  const Names consumed = consumed_queues(answer.replies);
  observation.summary = summary(answer, names, consumed) + observation.summary;
  add_metrics(question, answer, observation);
  observation.facts.push_back(Fact{"worker", list(names)});
  observation.facts.push_back(Fact{"queues", list(consumed)});
  add_components(question, answer, observation);
  if (question.workers.empty()) {
    claim_any(question, answer, observation);
  } else {
    claim_named(question, answer, observation);
  }
  claim_consumers(question, answer, observation);
}

}  // namespace hale
