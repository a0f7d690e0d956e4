#include "probes/redis/info.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/number.hpp"
#include "base/text.hpp"

namespace hale {
namespace {

constexpr std::string_view info_family = "info:";
constexpr auto default_metrics =
    std::to_array<std::string_view>({"used_memory", "connected_clients", "connected_slaves"});

std::optional<double> info_number(std::string_view info, std::string_view name) {
  const auto text = info_field(info, name);
  return text ? parse_number(*text) : std::nullopt;
}

void add_fact(std::string name, std::string_view text, Observation& observation) {
  observation.facts.push_back(Fact{std::move(name), std::string(text)});
}

void add_metric(std::string_view name, std::optional<double> value, Observation& observation) {
  if (value)
    observation.metrics.push_back(Metric{std::string(name), Quantity{*value, find_name(redis_metrics, name)->unit}});
}

/// 4711 for the replica "ip=10.0.0.9,port=6379,state=online,offset=4711,lag=0". Empty for one that is not online: until
/// its initial sync is complete, its offset is 0 or outdated.
std::optional<double> acknowledged_offset(std::string_view replica) {
  std::optional<double> offset;
  bool online = false;
  for (const std::string_view field : split(replica, ',')) {
    online = online || field == "state=online";
    if (field.starts_with("offset=")) offset = parse_number(field.substr(field.find('=') + 1));
  }
  return online ? offset : std::nullopt;
}

/// Of a master: the lag of its slowest replica.
std::optional<double> master_lag(std::string_view info) {
  const auto written = info_number(info, "master_repl_offset");
  std::optional<double> max_lag;
  for (std::size_t i = 0; written; ++i) {
    const auto replica = info_field(info, fmt::format("slave{}", i));
    if (!replica) break;
    if (const auto offset = acknowledged_offset(*replica)) max_lag = std::max(max_lag.value_or(0), *written - *offset);
  }
  return max_lag;
}

std::optional<double> replica_lag(std::string_view info) {
  if (info_field(info, "master_link_status") != "up") return std::nullopt;
  const auto applied = info_number(info, "slave_repl_offset");
  const auto master = info_number(info, "master_repl_offset");
  if (!applied || !master) return std::nullopt;
  // On a replica, master_repl_offset only counts what is applied, so it hides the lag. Redis 7 reports what it has read
  // as well; older servers do not.
  const double received = std::max(*master, info_number(info, "slave_read_repl_offset").value_or(0));
  return std::max(0.0, received - *applied);
}

std::optional<double> save_age(std::string_view info) {
  const auto now = info_number(info, "server_time_usec");
  const auto saved = info_number(info, "rdb_last_save_time");
  if (!now || !saved) return std::nullopt;
  return std::max(0.0, *now / 1e6 - *saved);
}

std::string describe_broken_link(std::string_view info) {
  std::string text = fmt::format("the link to its master {}:{} is down", info_field(info, "master_host").value_or("?"),
                                 info_field(info, "master_port").value_or("?"));
  // -1 when the link has never been up.
  const auto seconds = info_number(info, "master_link_down_since_seconds");
  if (seconds && *seconds >= 0) text += fmt::format(" (for {})", format_human(Quantity{*seconds, Unit::seconds}));
  if (info_field(info, "master_sync_in_progress") == "1") text += ", sync in progress";
  return text;
}

void record_link(std::string_view info, Observation& observation) {
  const auto link = info_field(info, "master_link_status");
  if (!link) return;
  add_fact("link", *link, observation);
  if (*link != "up") observation.claims.push_back(Claim{State::critical, describe_broken_link(info), "link"});
}

void record_requested(std::string_view info, std::string_view name, Observation& observation) {
  const bool recorded = std::any_of(observation.metrics.begin(), observation.metrics.end(),
                                    [&](const Metric& metric) { return metric.name == name; }) ||
                        std::any_of(observation.facts.begin(), observation.facts.end(),
                                    [&](const Fact& fact) { return fact.name == name; });
  if (recorded || find_name(redis_metrics, name) == nullptr) return;
  if (!name.starts_with(info_family)) return add_metric(name, info_number(info, name), observation);
  const auto text = info_field(info, name.substr(info_family.size()));
  if (!text) return;
  add_fact(std::string(name), *text, observation);
  add_metric(name, parse_number(*text), observation);
}

}  // namespace

std::optional<std::string_view> info_field(std::string_view info, std::string_view name) {
  for (const std::string_view line : split(info, '\n')) {
    if (line.starts_with(name) && line.substr(name.size()).starts_with(':')) return trim(line.substr(name.size() + 1));
  }
  return std::nullopt;
}

void record_info(std::string_view info, std::span<const std::string> requested, Observation& observation) {
  auto role = info_field(info, "role");
  const auto mode = info_field(info, "redis_mode");
  // INFO still says "slave"; a sentinel reports no role, only its mode.
  if (role == "slave") role = "replica";
  if (!role && mode == "sentinel") role = mode;
  if (role) {
    add_fact("role", *role, observation);
    observation.summary += fmt::format(", {}", *role);
  }
  record_link(info, observation);
  if (const auto version = info_field(info, "redis_version")) {
    add_fact("version", *version, observation);
    observation.summary += fmt::format(", {}", *version);
  }
  if (mode) add_fact("mode", *mode, observation);
  for (const std::string_view name : default_metrics) add_metric(name, info_number(info, name), observation);
  add_metric("lag", role == "master" ? master_lag(info) : replica_lag(info), observation);
  add_metric("rdb_last_save_age", save_age(info), observation);
  for (const std::string& name : requested) record_requested(info, name, observation);
}

void record_cluster(std::string_view cluster_info, Observation& observation) {
  const auto state = info_field(cluster_info, "cluster_state");
  if (!state) return;
  add_fact("cluster", *state, observation);
  if (*state == "ok") return;
  std::string text = fmt::format("the cluster's state is {}", *state);
  // 16384 is CLUSTER_SLOTS in redis/src/cluster.h.
  if (const auto served = info_field(cluster_info, "cluster_slots_ok"))
    text += fmt::format(", {} of 16384 slots are served", *served);
  observation.claims.push_back(Claim{State::critical, std::move(text), "cluster"});
}

}  // namespace hale
