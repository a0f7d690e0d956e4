#include <doctest/doctest.h>
#include <unistd.h>

#include "tests/probes/format_result.hpp"
#include "tests/probes/reported.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/hale.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace std::string_literals;

namespace hale::testing {
namespace {

std::string bulk(const std::string& text) { return fmt::format("${}\r\n{}\r\n", text.size(), text); }

std::string command(const std::vector<std::string>& arguments) {
  std::string text = fmt::format("*{}\r\n", arguments.size());
  for (const std::string& word : arguments) text += bulk(word);
  return text;
}

/// The sixteen digits of the ticket in hale's request.
std::string ticket_in(const std::string& received) {
  const std::size_t at = received.find("hale-");
  return at == std::string::npos ? "" : received.substr(at + 5, 16);
}

/// The message with which `worker` replies `answer` to `ticket`.
std::string reply_of(const std::string& worker, const std::string& answer, const std::string& ticket) {
  std::string body = fmt::format(R"({{\"{}\": {}}})", worker, replaced(answer, "\"", "\\\""));
  return fmt::format(
      R"({{"body": "{}", "content-type": "application/json", "headers": {{"ticket": "{}"}}, "properties": {{}}}})",
      body, ticket);
}

/// A worker and its reply.
struct Worker {
  std::string name;
  std::string answer = R"([{"name": "celery"}])";
};

/// Sends the replies of `workers` in the order of LRANGE, the last one first.
Step send_replies(const std::vector<Worker>& workers) {
  return answer([workers](const std::string& received) {
    std::string list = fmt::format("*{}\r\n", workers.size());
    for (auto worker = workers.rbegin(); worker != workers.rend(); ++worker)
      list += bulk(reply_of(worker->name, worker->answer, ticket_in(received)));
    return list;
  });
}

const std::string queued = "+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n";
const std::string end_of_request = "EXEC\r\n";
const std::string end_of_lrange = "\r\n-2\r\n";
const std::string end_of_counts = "unacked\r\n";

std::string listeners(int count) { return fmt::format("{}*3\r\n:1\r\n:1\r\n:{}\r\n", queued, count); }

/// The replies to the cleanup (`others` commands), to LLEN for the ten priorities of each queue, and to HLEN.
std::string counts(int others, const std::vector<int>& queues, int unacked = 0) {
  std::string text;
  for (int i = 0; i < others; ++i) text += ":1\r\n";
  for (const int depth : queues) {
    text += fmt::format(":{}\r\n", depth);
    for (int step = 1; step <= 9; ++step) text += ":0\r\n";
  }
  return text + fmt::format(":{}\r\n", unacked);
}

Conversation healthy(const std::vector<Worker>& workers, const std::string& last) {
  return {expect_until(end_of_request),
          say(listeners(static_cast<int>(workers.size()))),
          expect_until(end_of_lrange),
          send_replies(workers),
          expect_until(end_of_counts),
          say(last),
          expect_close()};
}

std::string url(const FakeServer& server, const std::string& rest = "") {
  return "celery+redis://" + server.endpoint() + rest;
}

/// The result without the metrics that the runner adds for every kind.
std::string whole_without_phases(const Result& result, const FakeServer& server) {
  std::string text = replaced(format_result(result, server), "metrics: time ", "metrics: ");
  for (const std::string phases : {" dns connect ask\nfacts", " dns connect tls ask\nfacts"})
    text = replaced(text, phases, "\nfacts");
  return text;
}

/// The same for a probe of `server`, whose conversation must go as written.
std::string result_of(FakeServer& server, const std::vector<std::string>& options = {}) {
  std::vector<std::string> arguments{url(server)};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const std::string text = whole_without_phases(probe_one(arguments), server);
  CHECK(server.problem() == "");
  return text;
}

/// State and message when all `workers` reply.
std::string summary_of(const std::vector<Worker>& workers, const std::vector<std::string>& options = {}) {
  FakeServer server({expect_until(end_of_request), say(listeners(static_cast<int>(workers.size()))),
                     expect_until(end_of_lrange), send_replies(workers), expect_until(end_of_counts),
                     say(counts(1, std::vector<int>(20, 0))), hang_up()});
  std::vector<std::string> arguments{url(server)};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const Result result = probe_one(arguments);
  return fmt::format("{}: {}", to_string(result.state), result.message);
}

std::string failed_ask(const std::string& arguments) {
  return fmt::format(
      "celery celery+redis://127.0.0.1:PORT critical: ask: {}\nfailed: ask\n"
      "phases: dns, connect, ask,\nmetrics:\nfacts:\n",
      arguments);
}

/// The result when the broker answers the request with `reply`.
std::string result_of_request(const std::string& reply) {
  FakeServer server({expect_until(end_of_request), say(reply), expect_close()});
  return result_of(server);
}

}  // namespace

TEST_SUITE("celery") {
  TEST_CASE("One worker, and all commands") {
    FakeServer server(healthy({{"celery@a"}}, counts(1, {3}, 2)));
    CHECK(result_of(server) ==
          "celery celery+redis://127.0.0.1:PORT ok: celery@a, consuming celery, 3 waiting\n"
          "phases: dns, connect, ask,\n"
          "metrics: workers=1 workers_connected=1 workers_silent=0 workers_consuming=1 reply_time queue:celery=3 "
          "unacked=2\n"
          "facts: worker=celery@a queues=celery\ncomponent celery@a ok: consumes celery\n");
    const std::string name = ticket_in(server.received());
    const std::string list = "hale-NAME.reply.celery.pidbox";
    const std::string body =
        R"({\"arguments\":{},\"destination\":null,\"matcher\":null,\"method\":\"active_queues\",\"pattern\":null,)"
        R"(\"reply_to\":{\"exchange\":\"\",\"routing_key\":\"hale-NAME.reply.celery.pidbox\"},\"ticket\":\"NAME\"})";
    const std::string message =
        R"({"body":")" + body +
        R"(","content-encoding":"utf-8","content-type":"application/json","headers":{"clock":0},"properties":)"
        R"({"delivery_info":{"exchange":"celery.pidbox","routing_key":""},"delivery_mode":1,"delivery_tag":"NAME",)"
        R"("priority":0}})";
    std::string expected = command({"MULTI"}) + command({"RPUSH", list, "hale"}) + command({"EXPIRE", list, "610"}) +
                           command({"PUBLISH", "/0.celery.pidbox", message}) + command({"EXEC"}) +
                           command({"LRANGE", list, "-17", "-2"}) + command({"DEL", list}) +
                           command({"LLEN", "celery"});
    for (int step = 1; step <= 9; ++step) expected += command({"LLEN", fmt::format("celery\x06\x16{}", step)});
    expected += command({"HLEN", "unacked"});
    // The lengths are those with sixteen digits instead of NAME.
    expected = replaced(expected, "$29\r\nhale-NAME", "$41\r\nhale-NAME");
    expected =
        replaced(expected, fmt::format("${}\r\n{{", message.size()), fmt::format("${}\r\n{{", message.size() + 36));
    CHECK(replaced(server.received(), name, "NAME") == expected);
  }

  TEST_CASE("The application's own names") {
    FakeServer server({expect("*2\r\n$6\r\nSELECT\r\n$1\r\n3\r\n"), say("+OK\r\n"), expect_until(end_of_request),
                       say(listeners(1)), expect_until(end_of_lrange), send_replies({{"celery@a"}}),
                       expect_until("p:unacked\r\n"), say(counts(1, {3})), expect_close()});
    const Result result = probe_one({url(server, "/3"), "--global-keyprefix", "p:", "--control-exchange", "ctl"});
    CHECK(result.message == "celery@a, consuming celery, 3 waiting");
    CHECK(server.problem() == "");
    const std::string received = replaced(server.received(), ticket_in(server.received()), "NAME");
    CHECK(received.find("\r\nRPUSH\r\n$40\r\np:hale-NAME.reply.ctl.pidbox\r\n") != std::string::npos);
    CHECK(received.find("\r\nPUBLISH\r\n$15\r\np:/3.ctl.pidbox\r\n") != std::string::npos);
    CHECK(received.find(R"(\"routing_key\":\"hale-NAME.reply.ctl.pidbox\")") != std::string::npos);
    CHECK(received.find(R"("exchange":"ctl.pidbox")") != std::string::npos);
    CHECK(received.find("\r\nLRANGE\r\n$40\r\np:hale-NAME.reply.ctl.pidbox\r\n") != std::string::npos);
    CHECK(received.find("\r\nLLEN\r\n$8\r\np:celery\r\n") != std::string::npos);
    CHECK(received.find("\r\nDEL\r\n$40\r\np:hale-NAME.reply.ctl.pidbox\r\n") != std::string::npos);
  }

  TEST_CASE("Several workers whose replies arrive one by one") {
    FakeServer server({expect_until(end_of_request), say(listeners(2)), expect_until(end_of_lrange), say("*0\r\n"),
                       expect_until(end_of_lrange), send_replies({{"celery@b"}}), expect_until("\r\n-3\r\n"),
                       send_replies({{"celery@a", R"([{"name": "mail"}, {"name": "celery"}])"}}),
                       expect_until(end_of_counts), say(counts(1, {0, 0})), expect_close()});
    CHECK(result_of(server) ==
          "celery celery+redis://127.0.0.1:PORT ok: 2 workers, consuming celery, mail\n"
          "phases: dns, connect, ask,\n"
          "metrics: workers=2 workers_connected=2 workers_silent=0 workers_consuming=2 reply_time queue:celery=0 "
          "queue:mail=0 unacked=0\n"
          "facts: worker=celery@a, celery@b queues=celery, mail\n"
          "component celery@a ok: consumes celery, mail\ncomponent celery@b ok: consumes celery\n");
    CHECK(server.received().find("\r\nLRANGE\r\n$41\r\n") != std::string::npos);
  }

  TEST_CASE("More than a page of replies") {
    std::vector<Worker> first(16, Worker{"celery@a"});
    FakeServer server({expect_until(end_of_request), say(listeners(17)),
                       expect_until("$3\r\n-17" + end_of_lrange.substr(0, 2) + "$2" + end_of_lrange),
                       send_replies(first), expect_until("$3\r\n-33\r\n$3\r\n-18\r\n"), send_replies({{"celery@b"}}),
                       expect_until(end_of_counts), say(counts(1, {0})), expect_close()});
    CHECK(probe_one({url(server)}).message == "17 workers, consuming celery");
    CHECK(server.problem() == "");
  }

  TEST_CASE("Named workers") {
    FakeServer server({expect_until(end_of_request), say(listeners(5)), expect_until(end_of_lrange),
                       send_replies({{"celery@a"}}), expect_until(end_of_counts), say(counts(2, {0})), expect_close()});
    CHECK(result_of(server, {"--worker", "celery@a"}) ==
          "celery celery+redis://127.0.0.1:PORT ok: celery@a, consuming celery\n"
          "phases: dns, connect, ask,\n"
          "metrics: workers=1 workers_connected=5 workers_silent=0 workers_consuming=1 reply_time queue:celery=0 "
          "unacked=0\nfacts: worker=celery@a queues=celery\ncomponent celery@a ok: consumes celery\n");
    CHECK(server.received().find(R"(\"destination\":[\"celery@a\"])") != std::string::npos);
    // Another worker of that name may still reply: the list is emptied and expires soon.
    CHECK(server.received().find("\r\nLTRIM\r\n") != std::string::npos);
    CHECK(server.received().find("\r\n$2\r\n60\r\n") != std::string::npos);
    CHECK(server.received().find("\r\nDEL\r\n") == std::string::npos);
  }

  TEST_CASE("Silent workers are reported before the timeout") {
    const FakeClock clock;
    // After `replies` all lists are empty.
    const auto broker_of = [](const Conversation& replies) {
      Conversation talk{expect_until(end_of_request), say(listeners(3))};
      talk.insert(talk.end(), replies.begin(), replies.end());
      talk.push_back(pour("*0\r\n"));
      return talk;
    };
    FakeServer one_of_three_silent(broker_of({expect_until(end_of_lrange), send_replies({{"a@h"}, {"b@h"}})}));
    FakeServer all_silent(broker_of({}));
    FakeServer named_silent(broker_of({expect_until(end_of_lrange), send_replies({{"a@h"}})}));
    const std::vector<Result> results = probe({"-t", "2s", url(one_of_three_silent), url(all_silent), url(named_silent),
                                               "--worker", "a@h", "--worker", "b@h"})
                                            .results;
    REQUIRE(results.size() == 3);
    CHECK(
        whole_without_phases(results[0], one_of_three_silent) ==
        "celery celery+redis://127.0.0.1:PORT warning: 1 of 3 workers does not answer: busy in a solo pool, stopped or "
        "hung\nphases: dns, connect, ask,\n"
        "metrics: workers=2 workers_connected=3 workers_silent=1 workers_consuming=2 reply_time queue:celery=0 "
        "unacked=0\nfacts: worker=a@h, b@h queues=celery\ncomponent a@h ok: consumes celery\n"
        "component b@h ok: consumes celery\n");
    CHECK(whole_without_phases(results[1], all_silent) ==
          "celery celery+redis://127.0.0.1:PORT critical: no worker answers: busy in a solo pool, stopped or hung; 3 "
          "workers connected\nphases: dns, connect, ask,\n"
          "metrics: workers=0 workers_connected=3 workers_silent=3 workers_consuming=0 unacked=0\n"
          "facts: worker= queues=\n");
    CHECK(
        whole_without_phases(results[2], named_silent) ==
        "celery celery+redis://127.0.0.1:PORT critical: b@h does not answer: busy in a solo pool, stopped or hung, or "
        "not connected; 3 workers connected\nphases: dns, connect, ask,\n"
        "metrics: workers=1 workers_connected=3 workers_silent=1 workers_consuming=1 reply_time queue:celery=0 "
        "unacked=0\nfacts: worker=a@h queues=celery\ncomponent a@h ok: consumes celery\n"
        "component b@h critical: does not answer\n");
    for (const Result& result : results) CHECK(result.length == std::chrono::milliseconds(1800));
  }

  TEST_CASE("A range on silent workers replaces the warning") {
    const FakeClock clock;
    FakeServer server({expect_until(end_of_request), say(listeners(2)), expect_until(end_of_lrange),
                       send_replies({{"a@h"}}), pour("*0\r\n")});
    CHECK(probe_one({url(server), "-t", "1s", "-c", "workers_silent=1"}).state == State::ok);
  }
}

TEST_SUITE("celery verdicts") {
  TEST_CASE("No worker is connected: hale does not wait, and still counts the tasks") {
    FakeServer server({expect_until(end_of_request), say(listeners(0)), expect_until(end_of_counts),
                       say(counts(1, {42})), expect_close()});
    CHECK(result_of(server, {"-w", "queue:celery=10"}) ==
          "celery celery+redis://127.0.0.1:PORT critical: no worker is connected: nothing listens on channel "
          "/0.celery.pidbox; queue:celery 42 is over 10\n"
          "phases: dns, connect, ask,\n"
          "metrics: workers=0 workers_connected=0 workers_silent=0 workers_consuming=0 queue:celery=42(warning) "
          "unacked=0\nfacts: worker= queues=\n");
  }

  TEST_CASE("No worker is connected, and some are named") {
    const FakeClock clock;
    FakeServer server({expect_until(end_of_request), say(listeners(0)), expect_until(end_of_counts), say(counts(1, {})),
                       expect_close()});
    const Result result = probe_one({url(server), "--worker", "a@h", "--worker", "b@h"});
    CHECK(result.message == "a@h, b@h are not connected: nothing listens on channel /0.celery.pidbox");
    CHECK(result.length == Duration::zero());
  }

  TEST_CASE("The worker of this host") {
    FakeServer server({expect_until(end_of_request), say(listeners(0)), expect_until(end_of_counts), say(counts(1, {})),
                       expect_close()});
    const Finished finished = run_hale({url(server), "--worker", "celery@%h"});
    std::string host(256, '\0');
    gethostname(host.data(), host.size());
    host.resize(host.find('\0'));
    CHECK(finished.out.starts_with("CRITICAL: " + url(server) + " \u2013 celery@" + host + " is not connected: "));
    CHECK(server.problem() == "");
  }

  TEST_CASE("All connected workers have replied, but not the named one") {
    CHECK(summary_of({{"a@h"}}, {"--worker", "a@h", "--worker", "b@h"}) ==
          "critical: b@h is not connected; 1 worker connected");
  }

  TEST_CASE("Two workers of the same name count as one named worker") {
    FakeServer server({expect_until(end_of_request), say(listeners(3)), expect_until(end_of_lrange),
                       send_replies({{"a@h"}, {"a@h"}}), expect_until("\r\n-4\r\n"), send_replies({{"b@h"}}),
                       expect_until(end_of_counts), say(counts(1, {0})), expect_close()});
    CHECK(probe_one({url(server), "--worker", "a@h", "--worker", "b@h"}).message == "3 workers, consuming celery");
    CHECK(server.problem() == "");
    CHECK(summary_of({{"a@h"}, {"a@h"}}, {"--worker", "a@h", "--worker", "b@h"}) ==
          "critical: b@h is not connected; 2 workers connected");
  }

  TEST_CASE("Consuming nothing") {
    CHECK(summary_of({{"a@h", "[]"}}) == "critical: a@h answers but consumes no queue");
    CHECK(summary_of({{"a@h", "null"}, {"b@h", "[]"}}) == "critical: a@h, b@h answer but consume no queue");
    CHECK(summary_of({{"a@h", "[]"}, {"b@h"}}) == "warning: a@h answers but consumes no queue");
    CHECK(summary_of({{"a@h", "[]"}, {"b@h"}}, {"-c", "workers_consuming=1:"}) == "ok: 2 workers, consuming celery");
    CHECK(summary_of({{"a@h", "[]"}, {"b@h"}}, {"--worker", "a@h", "--worker", "b@h"}) ==
          "critical: a@h answers but consumes no queue");
  }

  TEST_CASE("--queue") {
    CHECK(summary_of({{"a@h"}}, {"--queue", "celery"}) == "ok: a@h, consuming celery");
    CHECK(summary_of({{"a@h"}}, {"--queue", "mail", "--queue", "celery", "--queue", "sms"}) ==
          "critical: no worker consumes mail; no worker consumes sms");
  }

  TEST_CASE("An error instead of the queues") {
    CHECK(summary_of({{"a@h", R"({"error": "oops"})"}}) == "warning: a@h: does not report its queues (oops)");
    CHECK(summary_of({{"a@h", R"({"error": "oops"})"}}, {"--queue", "mail"}) ==
          "warning: a@h: does not report its queues (oops); no worker reports that it consumes mail");
  }

  TEST_CASE("Several errors become one message") {
    CHECK(summary_of({{"a@h", "1"}, {"b@h", "2"}, {"c@h"}}) ==
          "warning: a@h: does not report its queues (1) (and 1 more)");
  }

  TEST_CASE("Conditions and ranges") {
    CHECK(summary_of({{"a@h"}, {"b@h"}}, {"-c", "workers=3:"}) ==
          "critical: 2 workers, consuming celery, but workers 2 is under 3");
    CHECK(summary_of({{"a@h"}, {"b@h"}}, {"-e", "worker~c@h"}) ==
          "critical: 2 workers, consuming celery, but worker is a@h, b@h, expected ~c@h");
    CHECK(summary_of({{"a@h"}}, {"-e", "reply_time<5s"}) == "ok: a@h, consuming celery");
  }
}

TEST_SUITE("celery errors") {
  TEST_CASE("Errors of the broker") {
    CHECK(result_of_request("-NOAUTH Authentication required.\r\n") ==
          failed_ask("a password is required (NOAUTH Authentication required.)"));
    CHECK(result_of_request("-LOADING Redis is loading the dataset in memory\r\n") ==
          failed_ask("still loading its data (LOADING Redis is loading the dataset in memory)"));
    CHECK(result_of_request("+OK\r\n-READONLY You can't write against a read only replica.\r\n") ==
          failed_ask("the broker is a replica, which accepts no messages (READONLY You can't write against a read only "
                     "replica.)"));
    CHECK(result_of_request("+OK\r\n+QUEUED\r\n+QUEUED\r\n-NOPERM No permissions to access a channel\r\n") ==
          failed_ask("permission denied (NOPERM No permissions to access a channel)"));
    CHECK(result_of_request("+OK\r\n-OOM command not allowed when used memory > 'maxmemory'.\r\n") ==
          failed_ask("OOM command not allowed when used memory > 'maxmemory'."));
    CHECK(result_of_request("-ERR unknown command 'MULTI'\r\n") == failed_ask("ERR unknown command 'MULTI'"));
  }

  TEST_CASE("A wrong password is not shown") {
    FakeServer server(
        {expect("*2\r\n$4\r\nAUTH\r\n$6\r\nsesame\r\n"), say("-WRONGPASS sesame is wrong\r\n"), expect_close()});
    CHECK(reported(probe_one({"celery+redis://:sesame@" + server.endpoint()})) ==
          "critical: login: wrong user or password (WRONGPASS *** is wrong)\nfailed: login\n"
          "phases: dns, connect, login\n");
    CHECK(server.problem() == "");
  }

  TEST_CASE("Unexpected replies of the broker") {
    CHECK(result_of_request("HTTP/1.1 400 Bad Request\r\n\r\n") ==
          failed_ask("not a Redis reply: Protocol error, got \"H\" as reply type byte"));
    CHECK(result_of_request("+OK\r\n+OK\r\n+OK\r\n+OK\r\n+OK\r\n") == failed_ask("unexpected reply to EXEC: OK"));
    CHECK(result_of_request(queued + "*-1\r\n") == failed_ask("unexpected reply to EXEC: nothing"));
    CHECK(result_of_request(queued + "*3\r\n:1\r\n:1\r\n$3\r\nall\r\n") ==
          failed_ask("unexpected reply to EXEC: a list"));
    CHECK(result_of_request(queued + "*3\r\n:1\r\n:1\r\n:-1\r\n") == failed_ask("unexpected reply to EXEC: a list"));
    CHECK(result_of_request(queued + "*2\r\n:1\r\n:1\r\n") == failed_ask("unexpected reply to EXEC: a list"));
  }

  TEST_CASE("Unreadable replies count as replies") {
    for (const std::string& garbage : {""s, "{}"s, "\x80\x04."s, std::string(5000, '[')}) {
      FakeServer server({expect_until(end_of_request), say(listeners(1)), expect_until(end_of_lrange),
                         say("*1\r\n" + bulk(garbage)), expect_until(end_of_counts), say(counts(1, {})),
                         expect_close()});
      const Result result = probe_one({url(server)});
      CHECK(result.state == State::warning);
      CHECK(result.message.starts_with("a worker: unreadable reply ("));
      CHECK(server.problem() == "");
    }
  }

  TEST_CASE("LRANGE without a list") {
    FakeServer server(
        {expect_until(end_of_request), say(listeners(1)), expect_until(end_of_lrange), say("+OK\r\n"), expect_close()});
    CHECK(result_of(server) == failed_ask("unexpected reply to LRANGE: OK"));
    FakeServer refusing({expect_until(end_of_request), say(listeners(1)), expect_until(end_of_lrange),
                         say("-NOPERM no\r\n"), expect_close()});
    CHECK(result_of(refusing) == failed_ask("permission denied (NOPERM no)"));
  }

  TEST_CASE("Without permission to count, the reason is shown when a count is requested") {
    std::string refusals = ":1\r\n";
    for (int i = 0; i < 11; ++i) refusals += "-NOPERM no\r\n";
    FakeServer server(healthy({{"a@h"}}, refusals));
    CHECK(result_of(server) ==
          "celery celery+redis://127.0.0.1:PORT ok: a@h, consuming celery\n"
          "phases: dns, connect, ask,\n"
          "metrics: workers=1 workers_connected=1 workers_silent=0 workers_consuming=1 reply_time\n"
          "facts: worker=a@h queues=celery\ncomponent a@h ok: consumes celery\n");
    FakeServer requested(healthy({{"a@h"}}, refusals));
    CHECK(probe_one({url(requested), "-w", "queue:celery=1"}).message ==
          "a@h, consuming celery, but the answer has no metric queue:celery: permission denied (NOPERM no)");
  }

  TEST_CASE("Hanging up in the middle of a reply") {
    FakeServer server({expect_until(end_of_request), say("+OK\r\n+QUE"), hang_up()});
    CHECK(result_of(server) == failed_ask("the peer hung up"));
    FakeServer later(
        {expect_until(end_of_request), say(listeners(1)), expect_until(end_of_lrange), say("*1\r\n$5"), hang_up()});
    CHECK(result_of(later) == failed_ask("the peer hung up"));
  }

  TEST_CASE("The broker never answers") {
    const FakeClock clock;
    FakeServer server({stay_silent()});
    const Result result = probe_one({url(server), "-t", "200ms"});
    CHECK(result.message == "ask: no answer within 200 ms");
    CHECK(result.length == std::chrono::milliseconds(200));
  }

  TEST_CASE("Hostile text does not reach a terminal") {
    FakeServer server(healthy({{"a\\\\u001b[2J\\\\u202e|@h", R"([{"name": "\\u0007q"}])"}}, counts(1, {0})));
    const Finished finished = run_hale({"--for", "nagios", "-v", url(server)});
    for (const char c : finished.out) CHECK((static_cast<unsigned char>(c) >= 0x20 || c == '\n'));
    CHECK(finished.out.find("a\\x1b[2J\\u{202e}/@h, consuming \\x07q") != std::string::npos);
    CHECK(finished.exit_code == 0);
    CHECK(server.problem() == "");
  }

  TEST_CASE("Endless replies") {
    const FakeClock clock;
    FakeServer server({expect_until(end_of_request), say(queued + "*3\r\n:1\r\n:1\r\n:9223372036854775807\r\n"),
                       pour("*1\r\n$9\r\nnonsense!\r\n")});
    const Result result = probe_one({url(server), "-t", "300ms"});
    CHECK(result.length == std::chrono::milliseconds(270));  // a tenth is reserved
  }

  TEST_CASE("Replies that are too long") {
    const FakeClock clock;
    FakeServer server({expect_until(end_of_request), say(queued + "*3\r\n:1\r\n:1\r\n:9223372036854775807\r\n"),
                       pour("*1\r\n" + bulk(std::string(1'000'000, 'x')))});
    CHECK(probe_one({url(server)}).message == "ask: the workers' answers are longer than 32 MiB");
  }
}

TEST_SUITE("celery connections") {
  TEST_CASE("A unix socket") {
    const TemporaryFolder folder;
    FakeServer server(healthy({{"a@h"}}, counts(1, {0})), {.unix_path = folder.path().string() + "/redis.sock"});
    CHECK(probe_one({"--celery", "redis+socket://" + server.endpoint()}).message == "a@h, consuming celery");
    CHECK(server.problem() == "");
  }

  TEST_CASE("TLS") {
    const CertificateAuthority authority;
    const TemporaryFolder folder;
    FakeServer server(healthy({{"a@h"}}, counts(1, {0})), {.certificate = authority.issue({"127.0.0.1"})});
    const Result result =
        probe_one({"--celery", "rediss://" + server.endpoint() + "/0?ssl_cert_reqs=required&ssl_ca_certs=" +
                                   folder.write("ca.pem", authority.certificate())});
    CHECK(whole_without_phases(result, server) ==
          "celery celery+rediss://127.0.0.1:PORT/0 ok: a@h, consuming celery\nphases: dns, connect, tls, ask,\n"
          "metrics: cert_days chain_days workers=1 workers_connected=1 workers_silent=0 workers_consuming=1 reply_time "
          "queue:celery=0 unacked=0\n"
          "facts: subject=CN=127.0.0.1 issuer=CN=hale throw-away CA names=127.0.0.1 protocol=TLSv1.3 "
          "cipher=TLS_AES_256_GCM_SHA384 worker=a@h queues=celery\ncomponent a@h ok: consumes celery\n");
    CHECK(server.problem() == "");
  }

  TEST_CASE("Sentinels") {
    FakeServer master(healthy({{"a@h"}}, counts(1, {0})));
    FakeServer sentinel({expect(command({"SENTINEL", "get-master-addr-by-name", "shop"})),
                         say("*2\r\n" + bulk("127.0.0.1") + bulk(fmt::format("{}", master.port()))), expect_close()});
    const Result result = probe_one({"--celery", "sentinel://" + sentinel.endpoint(), "--master-name", "shop"});
    CHECK(result.address == "celery+redis+sentinel://" + sentinel.endpoint() + "/shop");
    CHECK(result.message ==
          fmt::format("a@h, consuming celery, {} reported by sentinel {}", master.endpoint(), sentinel.endpoint()));
    CHECK(sentinel.problem() == "");
    CHECK(master.problem() == "");
  }
}

}  // namespace hale::testing
