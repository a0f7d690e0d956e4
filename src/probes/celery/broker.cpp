#include "probes/celery/broker.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/environment.hpp"
#include "core/error.hpp"
#include "core/target.hpp"
#include "core/url.hpp"
#include "probes/common/endpoint.hpp"

namespace hale {

extern const Kind redis_kind;

namespace {

constexpr std::string_view own_scheme = "celery+";
constexpr int seconds_beyond_timeout = 600;

std::string_view without_own_scheme(std::string_view url) {
  if (lower(url.substr(0, own_scheme.size())) == own_scheme) url.remove_prefix(own_scheme.size());
  return url;
}

/// The value of the option `name`, else `otherwise`. Throws UsageError for an empty one.
std::string text_option(const Target& target, std::string_view name, std::string_view otherwise) {
  const std::string text(target.value(name).value_or(otherwise));
  if (text.empty() && !otherwise.empty()) throw UsageError(fmt::format("--{} is empty; leave it out", name));
  return text;
}

/// Where path and query of a URL begin.
std::size_t end_of_authority(std::string_view url) {
  const std::size_t slashes = url.find("://");
  return std::min(url.find_first_of("/?#", slashes == std::string_view::npos ? 0 : slashes + 3), url.size());
}

/// sentinel://[LOGIN@]HOST[:PORT]/DB;sentinel://HOST... as Celery writes it, in the form that redis targets have.
std::string sentinel_url(std::string_view url, std::string_view service) {
  if (service.empty())
    throw UsageError("sentinels are asked for a service; write --master-name NAME, as in broker_transport_options");
  std::string login;
  std::string hosts;
  std::string_view database;
  for (std::string_view one : split(url, ';')) {
    constexpr std::string_view scheme = "sentinel://";
    if (one.starts_with(scheme)) one.remove_prefix(scheme.size());
    const std::size_t end = end_of_authority(one);
    const std::size_t at = one.substr(0, end).rfind('@');
    const std::size_t host = at == std::string_view::npos ? 0 : at + 1;
    if (login.empty()) login = one.substr(0, host);
    hosts += fmt::format("{}{}", hosts.empty() ? "" : ",", one.substr(host, end - host));
    if (database.empty()) database = one.substr(end);
  }
  return fmt::format("redis+sentinel://{}{}/{}{}", login, hosts, percent_encode(service), database);
}

/// redis+socket:///PATH?virtual_host=DB, likewise.
std::string socket_url(std::string_view url) {
  std::string text = fmt::format("redis+unix{}", url.substr(url.find("://")));
  constexpr std::string_view theirs = "virtual_host=";
  if (const std::size_t at = text.find(theirs, text.find('?')); at != std::string::npos)
    text.replace(at, theirs.size(), "db=");
  return text;
}

/// The broker as a redis target names it. Throws UsageError for a transport that is not spoken.
std::string redis_url(const Target& target) {
  const std::string_view url = without_own_scheme(target.typed_address);
  const std::string scheme = url_scheme(url);
  const std::string service = text_option(target, "master-name", "");
  if (scheme == "sentinel") return sentinel_url(url, service);
  if (!service.empty())
    throw UsageError("--master-name is for sentinel:// brokers; redis+sentinel://HOST/NAME has the name in its path");
  if (scheme == "redis+socket") return socket_url(url);
  constexpr std::array<std::string_view, 5> unit_noun{"", "redis", "rediss", "redis+unix", "redis+sentinel"};
  if (std::find(unit_noun.begin(), unit_noun.end(), scheme) == unit_noun.end()) {
    throw UsageError(
        fmt::format("{}:// is no transport that hale speaks; it speaks redis, rediss, redis+socket, sentinel, amqp and "
                    "amqps: write --celery redis://HOST[:PORT]/DB",
                    sanitize(scheme)));
  }
  std::string text(url);
  // Celery reads redis://HOST// as database 0.
  const std::size_t path = end_of_authority(text);
  if (text.substr(path).starts_with("//") && !scheme.empty()) text.erase(path, 1);
  return text;
}

/// What rediss://...?ssl_cert_reqs=none&ssl_ca_certs=FILE says in Celery, unless an option says otherwise.
void add_tls_options(const Url& url, Target& redis) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> files{
      {{"ssl_ca_certs", "cacert"}, {"ssl_certfile", "cert"}, {"ssl_keyfile", "key"}}};
  const bool verified = redis.has("cacert");
  for (const auto& [parameter, option] : files) {
    const auto file = url.parameter(parameter);
    if (file && !redis.has(option)) redis.options.push_back(OptionValue{std::string(option), *file});
  }
  const auto expectation = url.parameter("ssl_cert_reqs");
  if (!expectation || verified) return;
  const std::string word = lower(*expectation);
  if (word == "none" || word == "cert_none") redis.options.push_back(OptionValue{"insecure", ""});
}

RedisEndpoint redis_endpoint(Target& target, const Environment& environment) {
  Target redis{
      .kind = &redis_kind, .typed_address = redis_url(target), .options = target.options, .family = target.family};
  if (url_scheme(redis.typed_address) == "rediss") {
    const Url url = parse_url(redis.typed_address, "rediss");
    add_tls_options(url, redis);
    redis.typed_address.erase(std::min(redis.typed_address.find('?'), redis.typed_address.size()));
    if (const auto database = url.parameter("db")) redis.typed_address += "?db=" + *database;
  }
  RedisEndpoint endpoint = read_redis_endpoint(redis, environment);
  target.address = fmt::format("{}{}", own_scheme, redis.address);
  target.host = redis.host;
  target.secrets.insert(target.secrets.end(), redis.secrets.begin(), redis.secrets.end());
  return endpoint;
}

/// What stands between the global prefix and the control exchange in a channel's name: `fanout_prefix`.
std::string fanout_prefix(const Target& target, int database) {
  std::string prefix = text_option(target, "fanout-prefix", "true");
  if (prefix == "false") return "";
  if (prefix == "true") prefix = "/{db}.";
  if (!prefix.starts_with('/') || !prefix.ends_with('.'))
    throw UsageError("--fanout-prefix is true, false or a text from / to ., such as /{db}. or /shop.");
  constexpr std::string_view variable = "{db}";
  if (const std::size_t at = prefix.find(variable); at != std::string::npos)
    prefix.replace(at, variable.size(), fmt::format("{}", database));
  return prefix;
}

/// `text` with %h, %n and %d as Celery's own -n has them: this host's whole name, and the two parts of it.
std::string expanded(std::string_view text, std::string_view host) {
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
          fmt::format("--worker {}: %h stands for this host's name, %n for what is before its first dot, %d "
                      "for what is behind; nothing else follows a %",
                      sanitize(text)));
    }
  }
  return name;
}

std::string worker_name(std::string_view text, std::string_view host) {
  const std::string name = expanded(text, host);
  const auto refuse = [&](std::string_view why) {
    throw UsageError(fmt::format("--worker {}: {}", sanitize(text), why));
  };
  if (name.find(',') != std::string::npos) refuse("one worker at a time; write --worker A --worker B");
  if (name.find_first_of("*?[") != std::string::npos)
    refuse("a worker is named in full; leave --worker out to ask them all");
  if (name.find(' ') != std::string::npos || sanitize(name) != name) refuse("no worker can be called so");
  const std::size_t at = name.find('@');
  if (at == std::string::npos)
    refuse(fmt::format("a worker is called NAME@HOST; write --worker {}",
                       name.empty() || text == "%h" ? "celery@%h" : sanitize(text) + "@%h"));
  if (at == 0 || at + 1 == name.size()) refuse("a worker is called NAME@HOST; write --worker celery@%h");
  return name;
}

void add_once(std::string name, std::vector<std::string>& names) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
}

std::string control_exchange(const Target& target) {
  return text_option(target, "control-exchange", "celery") + ".pidbox";
}

CeleryQuestion read_question(const Target& target, const Environment& environment) {
  CeleryQuestion question;
  for (const std::string_view worker : target.values("worker"))
    add_once(worker_name(worker, environment.host_name), question.workers);
  for (const std::string_view queue : target.values("queue")) {
    if (queue.empty()) throw UsageError("--queue is empty; write --queue celery");
    add_once(std::string(queue), question.queues);
  }
  for (const std::string_view name : target.requested()) {
    if (name.starts_with(depth_family)) add_once(std::string(name.substr(depth_family.size())), question.depths);
  }
  return question;
}

/// The least number that a demand for many is content with; 0 for any other.
double least_of(const Expectation& expectation) {
  const Condition& condition = expectation.condition;
  if (condition.comparison == Comparison::at_least && condition.bound) return condition.bound->value;
  if (condition.comparison == Comparison::greater && condition.bound) return condition.bound->value + 1;
  if (condition.comparison == Comparison::equal && condition.alternatives.front().low)
    return condition.alternatives.front().low->value;
  return 0;
}

double least_workers(const Target& target) {
  const auto counts = [](std::string_view name) { return name == "workers" || name == "workers_consuming"; };
  double least = 0;
  for (const Expectation& expectation : target.expectations) {
    if (counts(expectation.condition.name)) least = std::max(least, least_of(expectation));
  }
  for (const Threshold& threshold : target.thresholds) {
    for (const auto& range : {threshold.warning, threshold.critical}) {
      if (range && counts(threshold.metric) && !range->alert_inside) least = std::max(least, range->low);
    }
  }
  return least;
}

CeleryRedis redis_broker(Target& target, const Environment& environment) {
  CeleryRedis broker;
  broker.endpoint = redis_endpoint(target, environment);
  broker.key_prefix = text_option(target, "global-keyprefix", "");
  broker.control_exchange = control_exchange(target);
  broker.channel = broker.key_prefix + fanout_prefix(target, broker.endpoint.database) + broker.control_exchange;
  const auto timeout = std::chrono::ceil<std::chrono::seconds>(target.timeout);
  broker.key_seconds = seconds_beyond_timeout + static_cast<int>(timeout.count());
  return broker;
}

/// [celery+]amqp[s]://..., and pyamqp:// as Celery names the same.
bool is_amqp(const Target& target) {
  constexpr std::array<std::string_view, 3> schemes{"amqp", "amqps", "pyamqp"};
  return std::find(schemes.begin(), schemes.end(), url_scheme(without_own_scheme(target.typed_address))) !=
         schemes.end();
}

CeleryAmqp amqp_broker(Target& target, const Environment& environment) {
  constexpr std::array<std::string_view, 4> others{"global-keyprefix", "fanout-prefix", "master-name",
                                                   sentinel_password_option};
  for (const std::string_view option : others) {
    if (target.has(option)) throw UsageError(fmt::format("--{} is for Redis brokers; leave it out", option));
  }
  Url url = parse_url(without_own_scheme(target.typed_address), "amqp");
  if (url.password) add_secret(target, url.password->reveal());
  if (url.host.empty()) throw UsageError("no host; write --celery amqp://USER:PASSWORD@HOST[:PORT][/VHOST]");
  if (url.path.find(';') != std::string::npos)
    throw UsageError("one broker at a time; name each as a target of its own");
  target.host = url.host;
  CeleryAmqp broker{read_amqp_endpoint(url, target, environment), control_exchange(target)};
  target.address = fmt::format("{}{}", own_scheme, url.shown(amqp_port(url)));
  return broker;
}

}  // namespace

CeleryTarget read_celery_target(Target& target, const Environment& environment) {
  CeleryTarget endpoint;
  if (is_amqp(target)) {
    endpoint.broker = amqp_broker(target, environment);
  } else {
    endpoint.broker = redis_broker(target, environment);
  }
  endpoint.question = read_question(target, environment);
  endpoint.question.least_workers = least_workers(target);
  return endpoint;
}

}  // namespace hale
