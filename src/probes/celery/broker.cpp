#include "probes/celery/broker.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "core/environment.hpp"
#include "core/error.hpp"
#include "core/target.hpp"
#include "core/url.hpp"
#include "probes/common/endpoint.hpp"

namespace hale {
namespace {

constexpr std::string_view own_scheme = "celery+";
// kombu's URL of a unix socket is redis+socket:// (kombu/transport/redis.py), hale's is redis+unix://.
constexpr std::string_view celery_socket_scheme = "redis+socket";
constexpr std::string_view socket_scheme = "redis+unix";
constexpr std::string_view sentinel_scheme = "redis+sentinel";
// How much longer than the probe its list for replies lives, in case hale is killed.
constexpr int seconds_beyond_timeout = 600;

std::string_view without_own_scheme(std::string_view url) {
  if (lower(url.substr(0, own_scheme.size())) == own_scheme) url.remove_prefix(own_scheme.size());
  return url;
}

/// The value of the option `name`, else `default_value`. Throws UsageError for an empty one.
std::string text_option(const Target& target, std::string_view name, std::string_view default_value) {
  const std::string text(target.value(name).value_or(default_value));
  if (text.empty() && !default_value.empty()) throw UsageError(fmt::format("--{} is empty; leave it out", name));
  return text;
}

/// sentinel://[LOGIN@]HOST[:PORT]/DB;sentinel://HOST..., Celery's form (kombu/transport/redis.py, SentinelChannel). The
/// first login and the first database count.
RedisAddress sentinel_address(std::string_view text, std::string_view service) {
  if (service.empty())
    throw UsageError("sentinel:// needs the name of a service; use --master-name NAME, as in broker_transport_options");
  RedisAddress address;
  std::string database;
  for (const std::string_view part : split(text, ';')) {
    Url sentinel = parse_url(part, "sentinel");
    if (sentinel.scheme != "sentinel" || sentinel.host.empty())
      throw UsageError("not a list of sentinels; use sentinel://HOST[:PORT];sentinel://HOST[:PORT]");
    RedisSentinels::Endpoint endpoint{.host = sentinel.host};
    if (sentinel.port) endpoint.port = *sentinel.port;
    address.sentinels.push_back(std::move(endpoint));
    if (!address.url.user && !address.url.password) {
      address.url.user = std::move(sentinel.user);
      address.url.password = std::move(sentinel.password);
    }
    if (database.empty() && address.url.query.empty()) {
      database = std::move(sentinel.path);
      address.url.query = std::move(sentinel.query);
    }
  }
  address.url.scheme = sentinel_scheme;
  address.url.path = fmt::format("/{}{}", percent_encode(service), database);
  return address;
}

/// redis+socket:///PATH?virtual_host=DB, redis+unix:///PATH?db=DB or /PATH.
RedisAddress socket_address(std::string_view text) {
  Url url = parse_url(text.starts_with('/') ? fmt::format("{}://{}", socket_scheme, text) : std::string(text), "");
  if (url.path.size() < 2 || !url.host.empty())
    throw UsageError("a unix socket needs an absolute path; use redis+socket:///run/redis.sock");
  if (url.scheme == celery_socket_scheme) {
    if (const auto database = url.parameter("virtual_host")) url.query = "db=" + *database;
    url.scheme = socket_scheme;
  }
  return {std::move(url)};
}

/// Adds the options that rediss://...?ssl_cert_reqs=none&ssl_ca_certs=FILE stands for in Celery, unless the user gave
/// them.
void add_tls_options(const Url& url, Target& target) {
  constexpr auto files = std::to_array<std::pair<std::string_view, std::string_view>>(
      {{"ssl_ca_certs", "cacert"}, {"ssl_certfile", "cert"}, {"ssl_keyfile", "key"}});
  const bool has_issuers = target.has("cacert");
  for (const auto& [parameter, option] : files) {
    const auto file = url.parameter(parameter);
    if (file && !target.has(option)) target.options.push_back(OptionValue{std::string(option), *file});
  }
  const auto requirement = url.parameter("ssl_cert_reqs");
  if (!requirement || has_issuers) return;
  const std::string value = lower(*requirement);
  if (value == "none" || value == "cert_none") target.options.push_back(OptionValue{"insecure", ""});
}

/// [redis[s]://][[USER:]PASSWORD@]HOST[:PORT][/DB]
RedisAddress server_address(std::string_view text, Target& target) {
  Url url = parse_url(text, "redis");
  if (url.password) add_secret(target, url.password->reveal());
  if (url.host.empty()) throw UsageError(fmt::format("no host; use {}", syntax_of(*target.kind)));
  target.host = url.host;
  // Celery reads redis://HOST// as database 0.
  if (url.path.starts_with("//")) url.path.erase(0, 1);
  if (url.scheme == "rediss") {
    add_tls_options(url, target);
    const auto database = url.parameter("db");
    url.query = database ? "db=" + *database : "";
  }
  return {std::move(url)};
}

RedisAddress read_redis_address(Target& target) {
  const std::string_view text = without_own_scheme(target.typed_address);
  const std::string scheme = url_scheme(text);
  const std::string service = text_option(target, "master-name", "");
  if (scheme == "sentinel") return sentinel_address(text, service);
  if (!service.empty())
    throw UsageError("--master-name is for sentinel:// brokers; redis+sentinel://HOST/NAME has the name in its path");
  if (text.starts_with('/') || scheme == celery_socket_scheme || scheme == socket_scheme) return socket_address(text);
  if (scheme == sentinel_scheme) return parse_sentinel_address(text);
  if (scheme.empty() || scheme == "redis" || scheme == "rediss") return server_address(text, target);
  throw UsageError(
      fmt::format("hale does not support the transport {}://; use redis, rediss, redis+socket, sentinel, "
                  "amqp or amqps, as in --celery redis://HOST[:PORT]/DB",
                  sanitize(scheme)));
}

/// The part of a channel's name between the global prefix and the control exchange: `fanout_prefix`.
std::string fanout_prefix(const Target& target, int database) {
  std::string prefix = text_option(target, "fanout-prefix", "true");
  if (prefix == "false") return "";
  if (prefix == "true") prefix = "/{db}.";
  if (!prefix.starts_with('/') || !prefix.ends_with('.'))
    throw UsageError(
        "--fanout-prefix must be true, false, or a text that begins with / and ends with ., such as /{db}. or /shop.");
  constexpr std::string_view variable = "{db}";
  if (const std::size_t at = prefix.find(variable); at != std::string::npos)
    prefix.replace(at, variable.size(), fmt::format("{}", database));
  return prefix;
}

/// `text` with the variables of Celery's -n (celery/utils/nodenames.py): %h is the name of this host, %n the part
/// before its first dot and %d the part after it.
std::string expand_variables(std::string_view text, std::string_view host) {
  const std::size_t dot = std::min(host.find('.'), host.size());
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      name += text[i];
      continue;
    }
    const char letter = ++i < text.size() ? text[i] : ' ';
    if (letter == 'h') {
      name += host;
    } else if (letter == 'n') {
      name += host.substr(0, dot);
    } else if (letter == 'd') {
      name += host.substr(std::min(dot + 1, host.size()));
    } else {
      throw UsageError(
          fmt::format("--worker {}: unknown variable after %; use %h (the name of this host), %n (the part before its "
                      "first dot) or %d (the part after it)",
                      sanitize(text)));
    }
  }
  return name;
}

std::string worker_name(std::string_view text, std::string_view host) {
  const std::string name = expand_variables(text, host);
  const auto refuse = [&](std::string_view reason) {
    throw UsageError(fmt::format("--worker {}: {}", sanitize(text), reason));
  };
  if (name.find(',') != std::string::npos) refuse("one worker per option; use --worker A --worker B");
  if (name.find_first_of("*?[") != std::string::npos)
    refuse("patterns are not supported; leave --worker out to ask all workers");
  if (name.find(' ') != std::string::npos || sanitize(name) != name) refuse("not a valid name of a worker");
  const std::size_t at = name.find('@');
  if (at == std::string::npos)
    refuse(fmt::format("the name of a worker is NAME@HOST; use --worker {}",
                       name.empty() || text == "%h" ? "celery@%h" : sanitize(text) + "@%h"));
  if (at == 0 || at + 1 == name.size()) refuse("the name of a worker is NAME@HOST; use --worker celery@%h");
  return name;
}

void add_unique(std::string name, std::vector<std::string>& names) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
}

std::string control_exchange(const Target& target) {
  return text_option(target, "control-exchange", "celery") + ".pidbox";
}

CeleryRequest read_request(const Target& target, const Environment& environment) {
  CeleryRequest request;
  for (const std::string_view worker : target.values("worker"))
    add_unique(worker_name(worker, environment.host_name), request.workers);
  for (const std::string_view queue : target.values("queue")) {
    if (queue.empty()) throw UsageError("--queue is empty; use --queue celery");
    add_unique(std::string(queue), request.required_queues);
  }
  for (const std::string_view name : target.requested()) {
    if (name.starts_with(queue_family))
      add_unique(std::string(name.substr(queue_family.size())), request.counted_queues);
  }
  return request;
}

/// The lowest number that satisfies a condition with a lower bound; 0 for other conditions.
double lower_bound(const Expectation& expectation) {
  const Condition& condition = expectation.condition;
  if (condition.comparison == Comparison::at_least && condition.bound) return condition.bound->value;
  if (condition.comparison == Comparison::greater && condition.bound) return condition.bound->value + 1;
  if (condition.comparison == Comparison::equal && condition.alternatives.front().low)
    return condition.alternatives.front().low->value;
  return 0;
}

double min_workers(const Target& target) {
  const auto counts = [](std::string_view name) { return name == "workers" || name == "workers_consuming"; };
  double minimum = 0;
  for (const Expectation& expectation : target.expectations) {
    if (counts(expectation.condition.name)) minimum = std::max(minimum, lower_bound(expectation));
  }
  for (const Threshold& threshold : target.thresholds) {
    for (const auto& range : {threshold.warning, threshold.critical}) {
      if (range && counts(threshold.metric) && !range->alert_inside) minimum = std::max(minimum, range->low);
    }
  }
  return minimum;
}

CeleryRedis redis_broker(Target& target, const Environment& environment) {
  CeleryRedis broker;
  broker.endpoint = make_redis_endpoint(read_redis_address(target), target, environment);
  target.address = fmt::format("{}{}", own_scheme, target.address);
  broker.key_prefix = text_option(target, "global-keyprefix", "");
  broker.control_exchange = control_exchange(target);
  broker.channel = broker.key_prefix + fanout_prefix(target, broker.endpoint.database) + broker.control_exchange;
  const auto timeout = std::chrono::ceil<std::chrono::seconds>(target.timeout);
  broker.key_seconds = seconds_beyond_timeout + static_cast<int>(timeout.count());
  return broker;
}

/// True for [celery+]amqp[s]://... and for pyamqp://, another name that Celery has for amqp.
bool is_amqp(const Target& target) {
  constexpr auto schemes = std::to_array<std::string_view>({"amqp", "amqps", "pyamqp"});
  return std::find(schemes.begin(), schemes.end(), url_scheme(without_own_scheme(target.typed_address))) !=
         schemes.end();
}

CeleryAmqp amqp_broker(Target& target, const Environment& environment) {
  constexpr auto redis_options =
      std::to_array<std::string_view>({"global-keyprefix", "fanout-prefix", "master-name", sentinel_password_option});
  for (const std::string_view option : redis_options) {
    if (target.has(option)) throw UsageError(fmt::format("--{} is for Redis brokers; leave it out", option));
  }
  Url url = parse_url(without_own_scheme(target.typed_address), "amqp");
  if (url.password) add_secret(target, url.password->reveal());
  if (url.host.empty()) throw UsageError("no host; use --celery amqp://USER:PASSWORD@HOST[:PORT][/VHOST]");
  if (url.path.find(';') != std::string::npos) throw UsageError("one broker per target; use --celery once for each");
  target.host = url.host;
  const std::string typed_scheme = url.scheme;
  if (url.scheme == "pyamqp") url.scheme = "amqp";
  CeleryAmqp broker{read_amqp_endpoint(url, target, environment), control_exchange(target)};
  url.scheme = fmt::format("{}{}", own_scheme, typed_scheme);
  target.address = url.shown(broker.endpoint.port);
  return broker;
}

}  // namespace

CeleryTarget read_celery_target(Target& target, const Environment& environment) {
  CeleryTarget celery;
  if (is_amqp(target)) {
    celery.broker = amqp_broker(target, environment);
  } else {
    celery.broker = redis_broker(target, environment);
  }
  celery.request = read_request(target, environment);
  celery.request.min_workers = min_workers(target);
  return celery;
}

}  // namespace hale
