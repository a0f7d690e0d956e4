#include "plan/plan.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "core/environment.hpp"
#include "tests/plan/planned.hpp"

namespace hale {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""h;
using Texts = std::vector<std::string>;

Texts names(const Texts& arguments) {
  Texts all;
  for (const Planned& target : planned(arguments).targets) all.push_back(target.target.name);
  return all;
}

Texts addresses(const Texts& arguments) {
  Texts all;
  for (const Planned& target : planned(arguments).targets)
    all.push_back(std::string(target.target.kind->name) + " " + target.target.address);
  return all;
}

/// The kind's own options of every target, as OPTION=VALUE.
Texts options(const Texts& arguments) {
  Texts all;
  for (const Planned& target : planned(arguments).targets) {
    std::string text;
    for (const OptionValue& given : target.target.options) text += given.option + "=" + given.value + " ";
    all.push_back(text);
  }
  return all;
}

const Target& only(const Plan& plan) {
  REQUIRE(plan.targets.size() == 1);
  return plan.targets.front().target;
}

}  // namespace

TEST_SUITE("plan: targets") {
  TEST_CASE("flags and bare URLs make the same targets, in the order typed") {
    CHECK(addresses({"--http", "localhost:8080/health", "http://localhost:8080/health", "https://h", "--tcp", "db:1",
                     "tcp://db:1", "--redis", "cache", "rediss://cache:7", "--postgres", "app@db/app",
                     "postgres://app@db/app", "--exec", "/bin/true -x", "exec:/bin/true"}) ==
          Texts{"http http://localhost:8080/health", "http http://localhost:8080/health", "http https://h",
                "tcp tcp://db:1", "tcp tcp://db:1", "redis redis://cache:6379", "redis rediss://cache:7",
                "postgres postgres://app@db/app", "postgres postgres://app@db/app", "exec /bin/true",
                "exec /bin/true"});
  }

  TEST_CASE("no target") {
    CHECK(refused({}) == "no target; name what to check, such as hale http://localhost:8080/health");
    CHECK(refused({"-t", "5s"}) == "no target; name what to check, such as hale http://localhost:8080/health");
  }

  TEST_CASE("an address without a scheme") {
    CHECK(refused({"localhost:8080"}) ==
          "localhost:8080 has no scheme; use http://localhost:8080 or tcp://localhost:8080");
    CHECK(refused({"db"}) == "db has no scheme; use http://db or tcp://db");
    CHECK(refused({"fe80::1"}) == "fe80::1 has no scheme; use http://fe80::1 or tcp://fe80::1");
  }

  TEST_CASE("a path without a scheme, shown without arguments") {
    CHECK(refused({"/run/redis.sock"}) ==
          "/run/redis.sock has no scheme; use --redis /run/redis.sock for a socket, --memcached "
          "/run/redis.sock for a socket or --exec /run/redis.sock for a command");
    CHECK(refused({"/usr/bin/check -p s3cret"}) ==
          "/... has no scheme; use --redis /... for a socket, --memcached /... for a socket or --exec /... for a "
          "command");
  }

  TEST_CASE("an address without a scheme that may hold a secret") {
    for (const std::string endpoint : {"my_app:s3cret@db/app", ":s3cret@cache", "h/?s3cret", "h s3cret"}) {
      CAPTURE(endpoint);
      CHECK(refused({endpoint}) == "... has no scheme; use http://... or tcp://...");
    }
    CHECK(refused({"host=db password=s3cret"}) ==
          "a connection string has no scheme; use --postgres 'host=... dbname=...'");
  }

  TEST_CASE("an unknown scheme") {
    CHECK(refused({"htp://u:s3cret@h/"}) == "unknown scheme htp://; did you mean http://?");
    CHECK(refused({"postgre://u:s3cret@h/"}) == "unknown scheme postgre://; did you mean postgres://?");
    CHECK(refused({"gopher://h"}) ==
          "unknown scheme gopher://; use http, https, grpc, grpcs, tcp, tls, postgres, postgresql, "
          "redis, rediss, redis+unix, redis+sentinel, memcached, memcached+unix, amqp, amqps, celery+redis, "
          "celery+rediss, "
          "celery+redis+unix, celery+redis+socket, celery+redis+sentinel, celery+sentinel, celery+amqp, celery+amqps, "
          "dns or exec");
    CHECK(refused({"user:s3cret@h"}) ==
          "unknown scheme user://; use http, https, grpc, grpcs, tcp, tls, postgres, postgresql, "
          "redis, rediss, redis+unix, redis+sentinel, memcached, memcached+unix, amqp, amqps, celery+redis, "
          "celery+rediss, "
          "celery+redis+unix, celery+redis+socket, celery+redis+sentinel, celery+sentinel, celery+amqp, celery+amqps, "
          "dns or exec");
  }

  TEST_CASE("an option of another kind") {
    CHECK(refused({"tcp://db:5432", "--query", "select 1"}) ==
          "--query is not for tcp targets; it is for postgres: hale --postgres postgres://db:5432 --query 'select 1'");
    CHECK(refused({"--tcp", "db:5432", "--query", "select 1"}) ==
          "--query is not for tcp targets; it is for postgres: hale --postgres postgres://... --query 'select 1'");
    CHECK(refused({"tcp://db:1", "--follow", "5"}) ==
          "--follow is not for tcp targets; it is for http: hale --http http://db:1 --follow 5");
  }

  TEST_CASE("an option of another kind that may hold a secret") {
    CHECK(refused({"tcp://db:1", "--user", "app:s3cret"}) ==
          "--user is not for tcp targets; it is for http: hale --http http://db:1 --user USER:PASSWORD");
    CHECK(refused({"tcp://db:1", "--header", "X-Key: s3cret"}) ==
          "--header is not for tcp targets; it is for http: hale --http http://db:1 --header 'NAME: VALUE'");
    CHECK(refused({"tcp://db:1", "--data", "s3cret"}) ==
          "--data is not for tcp targets; it is for http: hale --http http://db:1 --data TEXT");
  }

  TEST_CASE("an option of another kind after an address that may hold a secret") {
    CHECK(refused({"redis://:s3cret@cache", "--query", "q"}) ==
          "--query is not for redis targets; it is for postgres: hale --postgres postgres://... --query q");
    CHECK(refused({"http://h/?token=s3cret", "--query", "q"}) ==
          "--query is not for http targets; it is for postgres: hale --postgres postgres://... --query q");
    CHECK(refused({"exec:/x -p s3cret", "--query", "q"}) ==
          "--query is not for exec targets; it is for postgres: hale --postgres postgres://... --query q");
  }

  TEST_CASE("every mistake in an address is found before any packet") {
    CHECK(refused({"http://h:0/"}) == "http://h:0/: a port is a number from 1 to 65535");
    CHECK(refused({"--tcp", "h:70000"}) == "--tcp h:70000: a port is a number from 1 to 65535");
    CHECK(refused({"tcp://h"}) == "tcp://h: no port; use [tcp://]HOST:PORT");
    CHECK(refused({"http://"}) == "http://: no host; use [http[s]://][USER:PASSWORD@]HOST[:PORT][/PATH]");
    CHECK(refused({"--http", "redis://h"}) ==
          "--http redis://h: http targets do not accept the scheme redis://; use "
          "[http[s]://][USER:PASSWORD@]HOST[:PORT][/PATH]");
    CHECK(refused({"--exec", ""}) == "--exec '': no command; use --exec '/path/to/plugin -w 10%'");
    CHECK(refused({"http://u:s3cret@h:x/"}) ==
          "http:...: a port is a number from 1 to 65535; in a password, use %2F for /, %3F for ? and %23 for #");
    CHECK(refused({"--exec", "/bin/x 's3cret"}) == "--exec ...: missing closing quote '");
  }
}

TEST_SUITE("plan: names") {
  TEST_CASE("by default the name is the address without secrets") {
    CHECK(names({"http://u:s3cret@h/?token=s3cret"}) == Texts{"http://u@h/?token=..."});
  }

  TEST_CASE("--name, without blanks around it") { CHECK(names({"tcp://h:1", "--name", " db "}) == Texts{"db"}); }

  TEST_CASE("the last --name counts") { CHECK(names({"tcp://h:1", "--name", "a", "--name", "b"}) == Texts{"b"}); }

  TEST_CASE("targets of one address are numbered") {
    CHECK(names({"tcp://h:1", "tcp://h:1", "tcp://h:1", "tcp://h:2"}) ==
          Texts{"tcp://h:1", "tcp://h:1 (2)", "tcp://h:1 (3)", "tcp://h:2"});
  }

  TEST_CASE("a number never collides with a name that was given") {
    CHECK(names({"tcp://h:1", "tcp://h:1", "tcp://h:1", "--name", "tcp://h:1 (2)", "tcp://h:9", "--name",
                 "tcp://h:1"}) == Texts{"tcp://h:1 (3)", "tcp://h:1 (4)", "tcp://h:1 (2)", "tcp://h:1"});
  }

  TEST_CASE("the same --name twice") {
    CHECK(refused({"tcp://h:1", "--name", "db", "tcp://h:2", "--name", " db"}) ==
          "--name db is used for two targets; names must be unique");
    CHECK(refused({"tcp://h:1", "--name", "my db", "tcp://h:2", "--name", "my db"}) ==
          "--name 'my db' is used for two targets; names must be unique");
  }

  TEST_CASE("an empty --name") {
    CHECK(refused({"tcp://h:1", "--name", ""}) == "--name is empty; use a name, such as --name db");
    CHECK(refused({"tcp://h:1", "--name", " \t"}) == "--name is empty; use a name, such as --name db");
  }

  TEST_CASE("--name before the targets") {
    CHECK(refused({"--name", "db", "tcp://h:1"}) == "--name belongs to one target; put it after that target");
  }
}

TEST_SUITE("plan: time") {
  TEST_CASE("ten seconds, then critical, without -t") {
    const Plan plan = planned({"tcp://h:1"});
    CHECK(only(plan).timeout == 10s);
    CHECK(only(plan).timeout_state == State::critical);
    CHECK(plan.deadline == std::nullopt);
  }

  TEST_CASE("-t") {
    const std::map<std::string, Duration> lengths{{"5", 5s},   {"0.5", 500ms}, {"250ms", 250ms},
                                                  {"1m", 60s}, {"24h", 24h},   {"1d", 24h}};
    for (const auto& length : lengths) {
      CAPTURE(length.first);
      const Plan plan = planned({"tcp://h:1", "-t", length.first});
      CHECK(only(plan).timeout == length.second);
      CHECK(only(plan).timeout_state == State::critical);
    }
  }

  TEST_CASE("-t with a state") {
    const std::map<std::string, State> states{{"5s:ok", State::ok},
                                              {"5:warning", State::warning},
                                              {"5s:critical", State::critical},
                                              {"5s:UNKNOWN", State::unknown}};
    for (const auto& state : states) {
      CAPTURE(state.first);
      const Plan plan = planned({"tcp://h:1", "-t", state.first});
      CHECK(only(plan).timeout == 5s);
      CHECK(only(plan).timeout_state == state.second);
    }
  }

  TEST_CASE("the last -t counts, its state as well") {
    const Plan plan = planned({"-t", "5s:unknown", "tcp://h:1", "-t", "2s"});
    CHECK(only(plan).timeout == 2s);
    CHECK(only(plan).timeout_state == State::critical);
  }

  TEST_CASE("-t with an invalid duration") {
    for (const std::string text : {"0", "-1", "5x", "", "soon", ":unknown", "1e99", "nan", "400d", "5MB"}) {
      CAPTURE(text);
      CHECK(refused({"tcp://h:1", "-t", text}) == "-t " + text + ": invalid duration; use 5s, 500ms or 5s:unknown");
    }
  }

  TEST_CASE("-t with an invalid state") {
    for (const std::string text : {"5s:", "5s:bad", "5s:ok:ok", "5s:2"}) {
      CAPTURE(text);
      CHECK(refused({"tcp://h:1", "-t", text}) ==
            "-t " + text + ": the state after the colon must be ok, warning, critical or unknown");
    }
  }

  TEST_CASE("the last --deadline counts, wherever it is") {
    CHECK(planned({"--deadline", "1s", "tcp://h:1", "--deadline", "30s"}).deadline == Duration(30s));
    CHECK(refused({"--deadline", "0", "tcp://h:1"}) == "--deadline 0: invalid duration; use 30s");
    CHECK(refused({"tcp://h:1", "--deadline", "5s:ok"}) == "--deadline 5s:ok: invalid duration; use 30s");
  }

  TEST_CASE("the last of -4 and -6 counts") {
    CHECK(only(planned({"tcp://h:1"})).family == Family::any);
    CHECK(only(planned({"tcp://h:1", "-4"})).family == Family::ipv4);
    CHECK(only(planned({"-4", "tcp://h:1", "-6"})).family == Family::ipv6);
  }
}

TEST_SUITE("plan: defaults") {
  TEST_CASE("defaults apply to every target of their kind") {
    CHECK(options({"--follow", "5", "--insecure", "http://a", "redis://b", "tcp://c:1", "https://d"}) ==
          Texts{"follow=5 insecure= ", "insecure= ", "", "follow=5 insecure= "});
  }

  TEST_CASE("the target's own value of an option replaces the default") {
    const Plan plan = planned({"--method", "HEAD", "-t", "1s", "http://a", "http://b", "--method", "PUT", "-t", "2s"});
    CHECK(plan.targets[0].target.value("method") == "HEAD");
    CHECK(plan.targets[0].target.timeout == 1s);
    CHECK(plan.targets[1].target.value("method") == "PUT");
    CHECK(plan.targets[1].target.timeout == 2s);
  }

  TEST_CASE("the target's own value of a repeatable option is added") {
    CHECK(options({"--header", "A: 1", "http://a", "http://b", "--header", "B: 2"}) ==
          Texts{"header=A: 1 ", "header=A: 1 header=B: 2 "});
  }

  TEST_CASE("options after a target are only for that target") {
    CHECK(options({"http://a", "--follow", "5", "http://b"}) == Texts{"follow=5 ", ""});
  }

  TEST_CASE("conditions are added, a range of the same metric is replaced") {
    const Plan plan = planned({"-w", "1s", "-c", "2s", "-e", "status=200", "http://a", "http://b", "-w", "3s", "-e",
                               "body~x", "--prefer", "size<1MB"});
    CHECK(expectations(plan.targets[0]) == "-w time=1\n-c time=2\nexpect status=200\n");
    CHECK(expectations(plan.targets[1]) == "-w time=3\n-c time=2\nexpect status=200\nexpect body~x\nprefer size<1MB\n");
  }

  TEST_CASE("conditions and ranges apply to kinds that have the name") {
    const Plan plan = planned({"-w", "size=1MB", "-e", "role=primary", "http://a", "postgres://b", "tcp://c:1"});
    CHECK(expectations(plan.targets[0]) == "-w size=1000000\n");
    CHECK(expectations(plan.targets[1]) == "expect role=primary\n");
    CHECK(expectations(plan.targets[2]) == "");
  }

  TEST_CASE("a default that no target takes is an error") {
    CHECK(refused({"--follow", "5", "tcp://a:1"}) == "--follow 5: no target takes it; it is for http targets");
    CHECK(refused({"--query", "select 1", "tcp://a:1"}) ==
          "--query 'select 1': no target takes it; it is for postgres targets");
    CHECK(refused({"-e", "role=primary", "tcp://a:1"}) ==
          "--expect role=primary: no target takes it: tcp targets have no metric or fact role; they have time, dns, "
          "connect, "
          "send, listen, address, banner (hale --help tcp)");
    CHECK(refused({"-w", "size=1", "tcp://a:1"}) ==
          "--warning size=1: no target takes it: tcp targets have no metric size; they have time, dns, connect, send, "
          "listen "
          "(hale --help tcp)");
    CHECK(refused({"--user", "app:s3cret", "tcp://a:1"}) ==
          "--user USER:PASSWORD: no target takes it; it is for http or grpc targets");
  }

  TEST_CASE("of several reasons the error has the one that proposes another name") {
    CHECK(refused({"-e", "staus=200", "tcp://a:1", "http://b", "redis://c"}) ==
          "--expect staus=200: no target takes it: http targets have no metric or fact staus; did you mean status?");
    CHECK(refused({"-w", "siz=1", "tcp://a:1", "http://b"}) ==
          "--warning siz=1: no target takes it: http targets have no metric siz; did you mean size?");
  }

  TEST_CASE("an option that is short for a condition adds that condition") {
    const Plan plan = planned({"--banner", "^220", "tcp://a:1", "http://b", "tcp://c:1", "--banner", "SMTP"});
    CHECK(expectations(plan.targets[0]) == "expect banner~^220\n");
    CHECK(expectations(plan.targets[1]) == "");
    CHECK(expectations(plan.targets[2]) == "expect banner~^220\nexpect banner~SMTP\n");
  }
}

}  // namespace hale
