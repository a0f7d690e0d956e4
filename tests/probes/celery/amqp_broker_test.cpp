#include <doctest/doctest.h>

#include "tests/probes/amqp/wire.hpp"
#include "tests/probes/format_result.hpp"
#include "tests/probes/reported.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/hale.hpp"
#include "tests/support/probe.hpp"

namespace hale::testing {
namespace {

using namespace amqp;

/// The sixteen digits of the ticket in hale's request.
std::string ticket_in(const std::string& received) {
  constexpr std::string_view lead = R"("ticket":")";
  const std::size_t at = received.find(lead);
  return at == std::string::npos ? "" : received.substr(at + lead.size(), 16);
}

/// A worker and its reply.
struct Worker {
  std::string name;
  std::string answer = R"([{"name": "celery"}])";
};

std::string body_of(const Worker& worker) { return fmt::format(R"({{"{}": {}}})", worker.name, worker.answer); }

/// Sends the replies of `workers` and then `rest` in one write.
Step send_replies(const std::vector<Worker>& workers, const std::string& rest = "") {
  return answer([workers, rest](const std::string& received) {
    std::string text;
    for (const Worker& worker : workers) {
      const std::string body = body_of(worker);
      text += delivery + content(body.size(), ticket_in(received)) + content_body(body);
    }
    return text + rest;
  });
}

/// A login and the request.
Conversation request_sent() {
  return joined(logged_in(), {expect(open_reply_queue), say(reply_queue_opened("amq.gen-1")),
                              expect(consume("amq.gen-1")), say(consume_ok), expect_until("}\xce")});
}

/// The end of the connection.
Conversation close_in_order() { return {expect(unfinished_message + close_connection), say(close_ok), expect_close()}; }

/// An inspection of the queue celery.
Conversation inspect_celery(unsigned consumers, unsigned messages = 0) {
  return {expect(inspect_queue("celery")), say(queue("celery", messages, consumers))};
}

/// One inspection to find silent workers, another to count the tasks.
Conversation inspect_celery_twice(unsigned consumers, unsigned messages = 0) {
  return joined(inspect_celery(consumers, messages), inspect_celery(consumers, messages));
}

std::string url(const FakeServer& server) { return "celery+amqp://" + server.endpoint(); }

/// The result for a broker with this conversation.
std::string result_of(const Conversation& conversation, std::vector<std::string> options = {}) {
  FakeServer server(conversation);
  options.insert(options.begin(), url(server));
  std::string text = replaced(format_result(probe_one(options), server), "metrics: time ", "metrics: ");
  text =
      replaced(replaced(text, " dns connect login ask\nfacts", "\nfacts"), "celery celery+amqp://127.0.0.1:PORT ", "");
  CHECK(server.problem() == "");
  return replaced(text, "phases: dns, connect, login, ask,\n", "");
}

std::string failed(const std::string& text) {
  return fmt::format("critical: ask: {}\nfailed: ask\nmetrics:\nfacts:\n", text);
}

const std::string no_workers =
    "metrics: workers=0 workers_connected=0 workers_silent=0 workers_consuming=0\nfacts: worker= queues=\n";
const std::string one_worker =
    "metrics: workers=1 workers_connected=1 workers_silent=0 workers_consuming=1 reply_time queue:celery=0\n"
    "facts: worker=celery@a queues=celery\ncomponent celery@a ok: consumes celery\n";

/// The result when the broker sends `text` after the request.
std::string result_of_reply(const std::string& text) {
  return result_of(joined(request_sent(), {say(text), expect_close()}));
}

}  // namespace

TEST_SUITE("celery over AMQP") {
  TEST_CASE("One worker, and the request") {
    FakeServer server(joined(joined(request_sent(), {send_replies({{"celery@a"}})}),
                             joined(inspect_celery_twice(1, 3), close_in_order())));
    const Result result = probe_one({url(server)});
    CHECK(server.problem() == "");
    CHECK(result.message == "celery@a, consuming celery, 3 waiting");
    CHECK(without_port(result.address, server) == "celery+amqp://127.0.0.1:PORT");
    const std::string received = server.received();
    const std::string ticket = ticket_in(received);
    CHECK(ticket.size() == 16);
    CHECK(ticket.find_first_not_of("0123456789abcdef") == std::string::npos);
    const std::string question =
        fmt::format(R"({{"arguments":{{}},"destination":null,"matcher":null,"method":"active_queues","pattern":null,)"
                    R"("reply_to":{{"exchange":"","routing_key":"amq.gen-1"}},"ticket":"{}"}})",
                    ticket);
    CHECK(received.find(consume("amq.gen-1") + publish("celery.pidbox", question) + inspect_queue("celery")) !=
          std::string::npos);
  }

  TEST_CASE("Two workers that consume three queues") {
    const Conversation conversation = joined(
        request_sent(), {send_replies({{"celery@b", R"([{"name": "mail"}, {"name": "sms"}])"}, {"celery@a"}}),
                         expect(inspect_queue("celery")), say(queue("celery", 0, 1)), expect(inspect_queue("mail")),
                         say(queue("mail", 0, 1)), expect(inspect_queue("sms")), say(queue("sms", 0, 1)),
                         expect(inspect_queue("celery")), say(queue("celery", 4, 1)), expect(inspect_queue("mail")),
                         say(queue("mail", 0, 1)), expect(inspect_queue("sms")), say(queue("sms", 1, 1))});
    CHECK(result_of(joined(conversation, close_in_order())) ==
          "ok: 2 workers, consuming celery, mail, sms, 5 waiting\n"
          "metrics: workers=2 workers_connected=2 workers_silent=0 workers_consuming=2 reply_time queue:celery=4 "
          "queue:mail=0 queue:sms=1\nfacts: worker=celery@a, celery@b queues=celery, mail, sms\n"
          "component celery@a ok: consumes celery\ncomponent celery@b ok: consumes mail, sms\n");
  }

  TEST_CASE("No worker: the request is returned, or its exchange does not exist") {
    const std::string text = "critical: no worker is connected: nothing listens on exchange celery.pidbox\n";
    CHECK(
        result_of(joined(joined(request_sent(), {say(returned(312, "NO_ROUTE") + content(2, "") + content_body("{}"))}),
                         close_in_order())) == text + no_workers);
    CHECK(result_of(joined(request_sent(), {say(method(2, 20, 40,
                                                       number(404, 2) + short_string("NOT_FOUND - no exchange") +
                                                           number(60, 2) + number(40, 2))),
                                            expect(reply_channel_close_ok + unfinished_message + close_connection),
                                            say(close_ok), expect_close()})) == text + no_workers);
  }

  TEST_CASE("Another consumer of the same queue is a worker that has not replied yet") {
    const Conversation late =
        joined(joined(request_sent(), {send_replies({{"celery@a"}})}),
               {expect(inspect_queue("celery")), send_replies({{"celery@b"}}, queue("celery", 0, 2)),
                expect(inspect_queue("celery")), say(queue("celery", 0, 2))});
    CHECK(result_of(joined(late, close_in_order())) ==
          "ok: 2 workers, consuming celery\n"
          "metrics: workers=2 workers_connected=2 workers_silent=0 workers_consuming=2 reply_time queue:celery=0\n"
          "facts: worker=celery@a, celery@b queues=celery\n"
          "component celery@a ok: consumes celery\ncomponent celery@b ok: consumes celery\n");
  }

  TEST_CASE("A silent worker is a warning when another one replies") {
    const FakeClock clock;
    CHECK(result_of(joined(joined(request_sent(), {send_replies({{"celery@a"}})}),
                           joined(inspect_celery_twice(2), close_in_order())),
                    {"-t", "2s"}) ==
          "warning: 1 of 2 workers does not answer: busy in a solo pool, stopped or hung\n"
          "metrics: workers=1 workers_connected=2 workers_silent=1 workers_consuming=1 reply_time queue:celery=0\n"
          "facts: worker=celery@a queues=celery\ncomponent celery@a ok: consumes celery\n");
  }

  TEST_CASE("No worker replies") {
    const FakeClock clock;
    CHECK(result_of(joined(request_sent(), close_in_order()), {"-t", "500ms"}) ==
          "critical: no worker answers: busy in a solo pool, stopped or hung\n"
          "metrics: workers=0 workers_consuming=0\nfacts: worker= queues=\n");
  }

  TEST_CASE("hale waits for as many workers as a condition requires") {
    const Conversation late = joined(
        joined(request_sent(), {send_replies({{"celery@a"}})}),
        {expect(inspect_queue("celery")), send_replies({{"celery@b", R"([{"name": "mail"}])"}}, queue("celery", 0, 1)),
         expect(inspect_queue("celery")), say(queue("celery", 0, 1)), expect(inspect_queue("mail")),
         say(queue("mail", 0, 1))});
    for (const std::vector<std::string>& expectation :
         std::vector<std::vector<std::string>>{{"-e", "workers>=2"},
                                               {"-e", "workers=2"},
                                               {"-e", "workers>1"},
                                               {"-c", "workers=2:"},
                                               {"--prefer", "workers_consuming>=2"}}) {
      CAPTURE(expectation.back());
      CHECK(result_of(joined(late, close_in_order()), expectation)
                .starts_with("ok: 2 workers, consuming celery, mail\n"));
    }
  }

  TEST_CASE("A required queue that does not exist") {
    const std::string not_there = close_channel(404, "NOT_FOUND - no queue 'mail'");
    const Conversation conversation =
        joined(joined(request_sent(), {send_replies({{"celery@a"}})}),
               {expect(inspect_queue("celery")), say(queue("celery", 0, 1)), expect(inspect_queue("mail")),
                say(not_there), expect(channel_close_ok + open_channel), say(channel_open_ok),
                expect(inspect_queue("celery")), say(queue("celery", 0, 1)), expect(inspect_queue("mail")),
                say(not_there), expect(channel_close_ok + open_channel), say(channel_open_ok)});
    CHECK(result_of(joined(conversation, close_in_order()), {"--queue", "mail"}) ==
          "critical: no worker consumes mail\n" + one_worker);
  }
}

TEST_SUITE("celery over AMQP, by name") {
  TEST_CASE("hale does not wait after the named worker has replied") {
    CHECK(result_of(joined(joined(request_sent(), {send_replies({{"celery@a"}})}),
                           joined(inspect_celery(5), close_in_order())),
                    {"--worker", "celery@a"}) ==
          "ok: celery@a, consuming celery\n"
          "metrics: workers=1 workers_silent=0 workers_consuming=1 reply_time queue:celery=0\n"
          "facts: worker=celery@a queues=celery\ncomponent celery@a ok: consumes celery\n");
  }

  TEST_CASE("The queue of a worker that is not connected does not exist") {
    const Conversation absent = joined(request_sent(), {expect(inspect_queue("celery@c.celery.pidbox")),
                                                        say(close_channel(404, "NOT_FOUND - no queue")),
                                                        expect(channel_close_ok + open_channel), say(channel_open_ok)});
    CHECK(result_of(joined(absent, close_in_order()), {"--worker", "celery@c"}) ==
          "critical: celery@c is not connected: nothing listens on queue celery@c.celery.pidbox\n"
          "metrics: workers=0 workers_connected=0 workers_silent=1 workers_consuming=0\nfacts: worker= queues=\n"
          "component celery@c critical: does not answer\n");
  }

  TEST_CASE("One replies, the other is not connected") {
    const Conversation absent = joined(
        request_sent(), {send_replies({{"celery@a"}}), expect(inspect_queue("celery@c.celery.pidbox")),
                         say(close_channel(404, "NOT_FOUND - no queue")), expect(channel_close_ok + open_channel),
                         say(channel_open_ok), expect(inspect_queue("celery")), say(queue("celery", 0, 1))});
    CHECK(result_of(joined(absent, close_in_order()), {"--worker", "celery@a", "--worker", "celery@c"}) ==
          "critical: celery@c is not connected; 1 worker connected\n"
          "metrics: workers=1 workers_connected=1 workers_silent=1 workers_consuming=1 reply_time queue:celery=0\n"
          "facts: worker=celery@a queues=celery\ncomponent celery@a ok: consumes celery\n"
          "component celery@c critical: does not answer\n");
  }

  TEST_CASE("A connected and silent worker, with and without permission to inspect its queue") {
    const FakeClock clock;
    for (const std::string& there : {queue("celery@a.ctl.pidbox", 1, 1), close_channel(405, "RESOURCE_LOCKED - no")}) {
      Conversation silent = joined(request_sent(), {expect(inspect_queue("celery@a.ctl.pidbox")), say(there)});
      if (there.find("RESOURCE_LOCKED") != std::string::npos)
        silent = joined(silent, {expect(channel_close_ok + open_channel), say(channel_open_ok)});
      CHECK(result_of(joined(silent, close_in_order()),
                      {"--worker", "celery@a", "--control-exchange", "ctl", "-t", "1s"}) ==
            "critical: celery@a does not answer: busy in a solo pool, stopped or hung, or not connected; 1 worker "
            "connected\n"
            "metrics: workers=0 workers_connected=1 workers_silent=1 workers_consuming=0\nfacts: worker= queues=\n"
            "component celery@a critical: does not answer\n");
    }
  }
}

TEST_SUITE("celery over AMQP, errors") {
  TEST_CASE("An alarm blocks the request") {
    CHECK(result_of_reply(blocked("low on memory")) == failed("publishing is blocked: low on memory"));
    CHECK(result_of(joined(joined(request_sent(), {send_replies({{"celery@a"}})}),
                           joined(inspect_celery_twice(1), {expect(unfinished_message + close_connection),
                                                            say(blocked("low on disk")), expect_close()}))) ==
          failed("publishing is blocked: low on disk"));
  }

  TEST_CASE("No permission") {
    const std::string refusal =
        method(2, 20, 40, number(403, 2) + short_string("ACCESS_REFUSED - no") + number(50, 2) + number(10, 2));
    CHECK(result_of(joined(logged_in(), {expect(open_reply_queue), say(refusal), expect_close()})) ==
          failed("ACCESS_REFUSED - no"));
    CHECK(result_of_reply(refusal) == failed("ACCESS_REFUSED - no"));
  }

  TEST_CASE("A reply to another request, one in parts, and an unreadable one") {
    const Conversation conversation = joined(request_sent(), {answer([](const std::string& received) {
                                               const std::string ticket = ticket_in(received);
                                               const std::string body = body_of({"celery@a"});
                                               return delivery + content(2, "another") + content_body("{}") + delivery +
                                                      content(body.size(), ticket) + content_body(body.substr(0, 9)) +
                                                      heartbeat + content_body(body.substr(9)) + delivery +
                                                      content(0, ticket);
                                             })});
    CHECK(
        result_of(joined(conversation, joined({expect(heartbeat + inspect_queue("celery")), say(queue("celery", 0, 1))},
                                              joined(inspect_celery(1), close_in_order())))) ==
        "warning: a worker: unreadable reply ()\n"
        "metrics: workers=2 workers_connected=2 workers_silent=0 workers_consuming=1 reply_time queue:celery=0\n"
        "facts: worker=celery@a queues=celery\ncomponent ? warning: unreadable reply ()\n"
        "component celery@a ok: consumes celery\n");
  }

  TEST_CASE("Not AMQP") {
    CHECK(result_of_reply(content(2, "x")) == failed("not AMQP: an unexpected message"));
    CHECK(result_of_reply(delivery + content_body("x")) == failed("not AMQP: an unexpected message"));
    CHECK(result_of_reply(delivery + content(1, "x") + content_body("xx")) ==
          failed("not AMQP: a message exceeds its declared length"));
    CHECK(result_of_reply(delivery + content(1048577, "x")) == failed("a message of more than 1048576 bytes"));
    CHECK(result_of_reply(delivery + frame(2, 2, "short")) == failed("not AMQP: a value exceeds its frame"));
    CHECK(result_of_reply("HTTP/1.1 400 Bad Request\r\n") == failed("not AMQP: HTTP/1.1 400 Bad Request"));
  }

  TEST_CASE("Hanging up in the middle of a frame") {
    CHECK(result_of(joined(request_sent(), {say(delivery.substr(0, 9)), hang_up()})) == failed("the peer hung up"));
    CHECK(result_of(joined(request_sent(), {reset()})) == failed("Connection reset by peer"));
  }

  TEST_CASE("The broker never answers") {
    const FakeClock clock;
    FakeServer server(joined(logged_in(), {expect(open_reply_queue), stay_silent()}));
    const Result result = probe_one({url(server), "-t", "200ms"});
    CHECK(result.message == "ask: no answer within 200 ms");
    CHECK(result.length == std::chrono::milliseconds(200));
  }

  TEST_CASE("Endless replies") {
    const FakeClock clock;
    FakeServer server(
        joined(request_sent(), {pour(delivery + content(65536, "x") + content_body(std::string(65536, 'x')))}));
    const Result result = probe_one({url(server)});
    CHECK(result.message == "ask: the answers are longer than 32 MiB");
  }

  TEST_CASE("Hostile text does not reach a terminal") {
    FakeServer server(joined(joined(request_sent(), {send_replies({{"\\u001b[2J\u202e|"}})}),
                             joined(inspect_celery_twice(1), close_in_order())));
    const Finished finished = run_hale({"--for", "nagios", url(server)});
    CHECK(finished.out.starts_with("HALE OK: "));
    CHECK(finished.out.find("\\x1b[2J\\u{202e}/, consuming celery") != std::string::npos);
    CHECK(server.problem() == "");
  }
}

}  // namespace hale::testing
