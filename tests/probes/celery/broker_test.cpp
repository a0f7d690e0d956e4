#include "probes/celery/broker.hpp"

#include <doctest/doctest.h>

#include "core/environment.hpp"
#include "core/target.hpp"
#include "tests/plan/planned.hpp"

namespace hale {

extern const Kind celery_kind;

namespace {

using Options = std::vector<OptionValue>;

Target target_at(const std::string& endpoint, const Options& options = {}) {
  return Target{.kind = &celery_kind, .typed_address = endpoint, .options = options};
}

Environment web1_environment() {
  Environment environment;
  environment.host_name = "web1.shop.example";
  return environment;
}

/// The endpoint as text.
std::string format_endpoint(const RedisEndpoint& endpoint) {
  std::string text;
  for (const auto& sentinel : endpoint.sentinels.endpoints) text += fmt::format("{}:{} ", sentinel.host, sentinel.port);
  if (!endpoint.sentinels.service.empty()) text += endpoint.sentinels.service;
  if (!endpoint.socket.empty()) text += endpoint.socket;
  if (!endpoint.host.empty()) text += fmt::format("{}:{}", endpoint.host, endpoint.port);
  text += fmt::format("/{}", endpoint.database);
  if (endpoint.tls) text += endpoint.tls->insecure ? " tls unverified" : " tls";
  if (!endpoint.user.empty()) text += " user " + endpoint.user;
  if (!endpoint.password.empty()) text += " password " + endpoint.password.reveal();
  return text;
}

CeleryRedis redis_broker(Target& target) { return std::get<CeleryRedis>(read_celery_target(target, {}).broker); }

std::string broker(const std::string& endpoint, const Options& options = {}) {
  Target target = target_at(endpoint, options);
  const CeleryRedis read = redis_broker(target);
  return fmt::format("{} | {} | {}", target.address, format_endpoint(read.endpoint), read.channel);
}

std::string channel(const Options& options, const std::string& endpoint = "redis://h/3") {
  Target target = target_at(endpoint, options);
  return redis_broker(target).channel;
}

std::string amqp_broker(const std::string& endpoint, const Options& options = {}) {
  Target target = target_at(endpoint, options);
  const auto broker = std::get<CeleryAmqp>(read_celery_target(target, {}).broker);
  return fmt::format("{} | {}:{}{} {}:{} vhost {} | {}", target.address, broker.endpoint.host, broker.endpoint.port,
                     broker.endpoint.tls ? " tls" : "", broker.endpoint.user, broker.endpoint.password.reveal(),
                     broker.endpoint.virtual_host, broker.control_exchange);
}

double min_workers(const std::vector<std::string>& expectations) {
  Target target = target_at("amqp://h");
  for (const std::string& expectation : expectations)
    target.expectations.push_back(Expectation{parse_condition(expectation), State::critical});
  return read_celery_target(target, {}).request.min_workers;
}

std::string worker(const std::string& name) {
  Target target = target_at("redis://h", {{"worker", name}});
  return read_celery_target(target, web1_environment()).request.workers.front();
}

std::string worker_refusal(const std::string& name) {
  return refusal([&] { worker(name); });
}

std::string refused_address(const std::string& endpoint, const std::vector<std::string>& options = {}) {
  std::vector<std::string> words{"--celery", endpoint};
  words.insert(words.end(), options.begin(), options.end());
  return refused(words);
}

}  // namespace

TEST_SUITE("celery address") {
  TEST_CASE("Broker URLs of Celery") {
    CHECK(broker("redis://h") == "celery+redis://h:6379 | h:6379/0 | /0.celery.pidbox");
    CHECK(broker("redis://h/") == "celery+redis://h:6379/ | h:6379/0 | /0.celery.pidbox");
    CHECK(broker("redis://h//") == "celery+redis://h:6379/ | h:6379/0 | /0.celery.pidbox");
    CHECK(broker("redis://h:7000/3") == "celery+redis://h:7000/3 | h:7000/3 | /3.celery.pidbox");
    CHECK(broker("redis://:s3cret@h/1") == "celery+redis://h:6379/1 | h:6379/1 password s3cret | /1.celery.pidbox");
    CHECK(broker("redis://app:s3cret@h/1") ==
          "celery+redis://app@h:6379/1 | h:6379/1 user app password s3cret | /1.celery.pidbox");
    CHECK(broker("h:7000/3") == "celery+redis://h:7000/3 | h:7000/3 | /3.celery.pidbox");
    CHECK(broker("rediss://h/2") == "celery+rediss://h:6379/2 | h:6379/2 tls | /2.celery.pidbox");
  }

  TEST_CASE("With the prefix celery+") {
    CHECK(broker("celery+redis://h/3") == "celery+redis://h:6379/3 | h:6379/3 | /3.celery.pidbox");
    CHECK(broker("CELERY+REDISS://h/3") == "celery+rediss://h:6379/3 | h:6379/3 tls | /3.celery.pidbox");
  }

  TEST_CASE("TLS parameters of Celery's URLs") {
    CHECK(broker("rediss://h/2?ssl_cert_reqs=none") ==
          "celery+rediss://h:6379/2 | h:6379/2 tls unverified | /2.celery.pidbox");
    CHECK(broker("rediss://h/2?ssl_cert_reqs=CERT_NONE") ==
          "celery+rediss://h:6379/2 | h:6379/2 tls unverified | /2.celery.pidbox");
    CHECK(broker("rediss://h/2?ssl_cert_reqs=required") ==
          "celery+rediss://h:6379/2 | h:6379/2 tls | /2.celery.pidbox");
    CHECK(broker("rediss://h?ssl_cert_reqs=required&db=3") ==
          "celery+rediss://h:6379?db=... | h:6379/3 tls | /3.celery.pidbox");
    CHECK(refused_address("rediss://h/2?ssl_ca_certs=/nonexistent") ==
          "--celery rediss:...: --cacert /nonexistent: No such file or directory");
  }

  TEST_CASE("Unix sockets in the forms of Celery and hale") {
    CHECK(broker("redis+socket:///run/redis.sock?virtual_host=2") ==
          "celery+redis+unix:///run/redis.sock | /run/redis.sock/2 | /2.celery.pidbox");
    CHECK(broker("celery+redis+socket://:s3cret@/run/redis.sock") ==
          "celery+redis+unix:///run/redis.sock | /run/redis.sock/0 password s3cret | /0.celery.pidbox");
    CHECK(broker("redis+unix:///run/redis.sock?db=1") ==
          "celery+redis+unix:///run/redis.sock | /run/redis.sock/1 | /1.celery.pidbox");
    CHECK(broker("/run/redis.sock") == "celery+redis+unix:///run/redis.sock | /run/redis.sock/0 | /0.celery.pidbox");
  }

  TEST_CASE("Sentinels in the forms of Celery and hale") {
    const Options name{{"master-name", "shop"}};
    CHECK(broker("sentinel://a;sentinel://b:7000/2", name) ==
          "celery+redis+sentinel://a:26379,b:7000/shop/2 | a:26379 b:7000 shop/2 | /2.celery.pidbox");
    CHECK(broker("sentinel://:s3cret@a:1/2;sentinel://:s3cret@b:2/2", name) ==
          "celery+redis+sentinel://a:1,b:2/shop/2 | a:1 b:2 shop/2 password s3cret | /2.celery.pidbox");
    CHECK(broker("celery+sentinel://a", {{"master-name", "my/shop"}}) ==
          "celery+redis+sentinel://a:26379/my%2Fshop | a:26379 my/shop/0 | /0.celery.pidbox");
    CHECK(broker("redis+sentinel://a,b/shop/2") ==
          "celery+redis+sentinel://a:26379,b:26379/shop/2 | a:26379 b:26379 shop/2 | /2.celery.pidbox");
    CHECK(refused_address("sentinel://a") ==
          "--celery sentinel://a: sentinel:// needs the name of a service; use --master-name NAME, as in "
          "broker_transport_options");
    CHECK(
        refused_address("redis://a", {"--master-name", "shop"}) ==
        "--celery redis://a: --master-name is for sentinel:// brokers; redis+sentinel://HOST/NAME has the name in its "
        "path");
  }

  TEST_CASE("AMQP, with the virtual host / in all its spellings") {
    const std::string endpoint = "h:5672 guest:guest vhost / | celery.pidbox";
    CHECK(amqp_broker("amqp://h") == "celery+amqp://h:5672 | " + endpoint);
    CHECK(amqp_broker("celery+amqp://h/") == "celery+amqp://h:5672/ | " + endpoint);
    CHECK(amqp_broker("amqp://h//") == "celery+amqp://h:5672// | " + endpoint);
    CHECK(amqp_broker("amqp://h/%2F") == "celery+amqp://h:5672/%2F | " + endpoint);
    CHECK(amqp_broker("pyamqp://app:s%2Fcret@h:1/shop?heartbeat=10", {{"control-exchange", "ctl"}}) ==
          "celery+pyamqp://app@h:1/shop | h:1 app:s/cret vhost shop | ctl.pidbox");
    CHECK(amqp_broker("celery+amqps://h/shop") ==
          "celery+amqps://h:5671/shop | h:5671 tls guest:guest vhost shop | celery.pidbox");
    CHECK(refused_address("amqp://") ==
          "--celery amqp://: no host; use --celery amqp://USER:PASSWORD@HOST[:PORT][/VHOST]");
    CHECK(refused_address("amqp://app@h") ==
          "--celery amqp:...: an AMQP login needs a user and a password; use USER:PASSWORD@HOST");
    CHECK(refused_address("amqp://a//;amqp://b//") ==
          "--celery 'amqp://a//;amqp://b//': one broker per target; use --celery once for each");
    for (const std::string option : {"--global-keyprefix", "--fanout-prefix", "--master-name", "--sentinel-password"}) {
      CHECK(refused_address("amqp://h", {option, "x"}) ==
            "--celery amqp://h: " + option + " is for Redis brokers; leave it out");
    }
  }

  TEST_CASE("The number of workers that the conditions require") {
    CHECK(min_workers({}) == 0);
    CHECK(min_workers({"workers>=3", "workers_consuming>3"}) == 4);
    CHECK(min_workers({"workers=2-5"}) == 2);
    CHECK(min_workers({"workers<9", "workers!=2", "queue:celery>=7", "worker=celery@a"}) == 0);
    Target target = target_at("amqp://h");
    target.thresholds.push_back(Threshold{"workers", parse_range("3:"), parse_range("2:9")});
    target.thresholds.push_back(Threshold{"workers_consuming", parse_range("@8:9"), std::nullopt});
    target.thresholds.push_back(Threshold{"reply_time", parse_range("8:"), std::nullopt});
    CHECK(read_celery_target(target, {}).request.min_workers == 3);
  }

  TEST_CASE("Unsupported transports and incomplete URLs") {
    CHECK(refused_address("sqs://") ==
          "--celery sqs://: hale does not support the transport sqs://; use redis, rediss, redis+socket, "
          "sentinel, amqp or amqps, as in --celery redis://HOST[:PORT]/DB");
    CHECK(refused({"celery+sqs://"}).starts_with("unknown scheme celery+sqs://"));
    CHECK(refused_address("redis://").find("no host; use ") != std::string::npos);
    CHECK(refused_address("redis://h/shop") ==
          "--celery redis://h/shop: shop: a Redis database is a number from 0; use redis://HOST/0");
    CHECK(refused_address("redis+socket:///").find("a unix socket needs an absolute path") != std::string::npos);
  }

  TEST_CASE("The name of the channel") {
    CHECK(channel({}) == "/3.celery.pidbox");
    CHECK(channel({{"global-keyprefix", "pfx:"}}) == "pfx:/3.celery.pidbox");
    CHECK(channel({{"control-exchange", "ctl"}}) == "/3.ctl.pidbox");
    CHECK(channel({{"fanout-prefix", "true"}}) == "/3.celery.pidbox");
    CHECK(channel({{"fanout-prefix", "false"}}) == "celery.pidbox");
    CHECK(channel({{"fanout-prefix", "/custom."}}) == "/custom.celery.pidbox");
    CHECK(channel({{"fanout-prefix", "/x{db}y."}, {"control-exchange", "ctl"}, {"global-keyprefix", "p"}}) ==
          "p/x3y.ctl.pidbox");
    for (const std::string prefix : {"custom.", "/custom", "no"}) {
      CHECK(refused_address("redis://h", {"--fanout-prefix", prefix}) ==
            "--celery redis://h: --fanout-prefix must be true, false, or a text that begins with / and ends with ., "
            "such as /{db}. or /shop.");
    }
    CHECK(refused_address("redis://h", {"--control-exchange="}) ==
          "--celery redis://h: --control-exchange is empty; leave it out");
  }

  TEST_CASE("The list for replies outlives the timeout") {
    Target target = target_at("redis://h");
    target.timeout = std::chrono::milliseconds(1500);
    CHECK(redis_broker(target).key_seconds == 602);
  }

  TEST_CASE("Workers") {
    CHECK(worker("celery@web1") == "celery@web1");
    CHECK(worker("celery@%h") == "celery@web1.shop.example");
    CHECK(worker("mail@%n") == "mail@web1");
    CHECK(worker("mail@%n.%d") == "mail@web1.shop.example");
    Target target = target_at("redis://h", {{"worker", "a@b"}, {"worker", "c@d"}, {"worker", "a@b"}});
    CHECK(read_celery_target(target, {}).request.workers == std::vector<std::string>{"a@b", "c@d"});
  }

  TEST_CASE("Invalid names of workers") {
    CHECK(worker_refusal("web1") == "--worker web1: the name of a worker is NAME@HOST; use --worker web1@%h");
    CHECK(worker_refusal("%h") == "--worker %h: the name of a worker is NAME@HOST; use --worker celery@%h");
    CHECK(worker_refusal("") == "--worker : the name of a worker is NAME@HOST; use --worker celery@%h");
    CHECK(worker_refusal("@web1") == "--worker @web1: the name of a worker is NAME@HOST; use --worker celery@%h");
    CHECK(worker_refusal("celery@") == "--worker celery@: the name of a worker is NAME@HOST; use --worker celery@%h");
    CHECK(worker_refusal("a@b,c@d") == "--worker a@b,c@d: one worker per option; use --worker A --worker B");
    CHECK(worker_refusal("celery@web*") ==
          "--worker celery@web*: patterns are not supported; leave --worker out to ask all workers");
    CHECK(worker_refusal("celery@my host") == "--worker celery@my host: not a valid name of a worker");
    CHECK(worker_refusal("celery@\x1b[2J") ==
          "--worker celery@\\x1b[2J: patterns are not supported; leave --worker out to ask all workers");
    CHECK(worker_refusal("celery@a\nb") == "--worker celery@a b: not a valid name of a worker");
    CHECK(worker_refusal("celery@\xff") == "--worker celery@\xef\xbf\xbd: not a valid name of a worker");
    CHECK(
        worker_refusal("w%i@h") ==
        "--worker w%i@h: unknown variable after %; use %h (the name of this host), %n (the part before its first dot) "
        "or %d (the part after it)");
    CHECK(worker_refusal("celery@%").starts_with("--worker celery@%: unknown variable after %; use %h"));
  }

  TEST_CASE("Queues") {
    Target target = target_at("redis://h", {{"queue", "mail"}, {"queue", "celery"}, {"queue", "mail"}});
    target.thresholds.push_back(Threshold{"queue:low"});
    target.thresholds.push_back(Threshold{"time"});
    const CeleryRequest request = read_celery_target(target, {}).request;
    CHECK(request.required_queues == std::vector<std::string>{"mail", "celery"});
    CHECK(request.counted_queues == std::vector<std::string>{"low"});
    CHECK(refused_address("redis://h", {"--queue", ""}) == "--celery redis://h: --queue is empty; use --queue celery");
  }
}

}  // namespace hale
