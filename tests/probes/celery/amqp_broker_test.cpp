#include <doctest/doctest.h>

#include "tests/probes/amqp/wire.hpp"
#include "tests/probes/observed.hpp"
#include "tests/probes/whole.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/hale.hpp"
#include "tests/support/probe.hpp"

namespace hale::testing {
namespace {

using namespace amqp;

/// The sixteen digits that hale has drawn for its question.
std::string ticket_in(const std::string& heard) {
  constexpr std::string_view lead = R"("ticket":")";
  const std::size_t at = heard.find(lead);
  return at == std::string::npos ? "" : heard.substr(at + lead.size(), 16);
}

/// A worker and what it answers.
struct Worker {
  std::string name;
  std::string answer = R"([{"name": "celery"}])";
};

std::string body_of(const Worker& worker) { return fmt::format(R"({{"{}": {}}})", worker.name, worker.answer); }

/// The answers of `workers`, in one go, then `more`.
Step say_replies(const std::vector<Worker>& workers, const std::string& more = "") {
  return answer([workers, more](const std::string& heard) {
    std::string words;
    for (const Worker& worker : workers) {
      const std::string body = body_of(worker);
      words += delivery + content(body.size(), ticket_in(heard)) + content_body(body);
    }
    return words + more;
  });
}

/// A login, and the question being asked.
Conversation asking() {
  return joined(logged_in(), {expect(open_mailbox), say(mailbox_opened("amq.gen-1")), expect(consume("amq.gen-1")),
                              say(consuming), expect_until("}\xce")});
}

/// The end of a conversation in which everything was asked.
Conversation ending() { return {expect(begun_message + goodbye), say(closed), expect_close()}; }

/// A look at the queue celery, which has `consumers`.
Conversation look(unsigned consumers, unsigned messages = 0) {
  return {expect(look_at("celery")), say(queue("celery", messages, consumers))};
}

/// One look for those who are silent, another at how much waits.
Conversation two_looks(unsigned consumers, unsigned messages = 0) {
  return joined(look(consumers, messages), look(consumers, messages));
}

std::string url(const FakeServer& server) { return "celery+amqp://" + server.endpoint(); }

/// What is told of a broker that has one conversation with us.
std::string told_of(const Conversation& conversation, std::vector<std::string> more = {}) {
  FakeServer server(conversation);
  more.insert(more.begin(), url(server));
  std::string story = replaced(whole(probe_one(more), server), "measures: time ", "measures: ");
  story =
      replaced(replaced(story, " dns connect login ask\nfacts", "\nfacts"), "celery celery+amqp://127.0.0.1:PORT ", "");
  CHECK(server.problem() == "");
  return replaced(story, "phases: dns, connect, login, ask,\n", "");
}

std::string failed(const std::string& words) {
  return fmt::format("critical: ask: {}\nfailed: ask\nmeasures:\nfacts:\n", words);
}

const std::string nobody =
    "measures: workers=0 workers_connected=0 workers_silent=0 workers_consuming=0\nfacts: worker= queues=\n";
const std::string one =
    "measures: workers=1 workers_connected=1 workers_silent=0 workers_consuming=1 reply_time queue:celery=0\n"
    "facts: worker=celery@a queues=celery\ncomponent celery@a ok: consumes celery\n";

/// What is told of a worker that answers by `words`, which make no answer.
std::string told_of_answer(const std::string& words) { return told_of(joined(asking(), {say(words), expect_close()})); }

}  // namespace

TEST_SUITE("celery over AMQP") {
  TEST_CASE("One worker, and every word that is said") {
    FakeServer server(joined(joined(asking(), {say_replies({{"celery@a"}})}), joined(two_looks(1, 3), ending())));
    const Result result = probe_one({url(server)});
    CHECK(server.problem() == "");
    CHECK(result.message == "celery@a, consuming celery, 3 waiting");
    CHECK(without_port(result.address, server) == "celery+amqp://127.0.0.1:PORT");
    const std::string heard = server.heard();
    const std::string ticket = ticket_in(heard);
    CHECK(ticket.size() == 16);
    CHECK(ticket.find_first_not_of("0123456789abcdef") == std::string::npos);
    const std::string question =
        fmt::format(R"({{"arguments":{{}},"destination":null,"matcher":null,"method":"active_queues","pattern":null,)"
                    R"("reply_to":{{"exchange":"","routing_key":"amq.gen-1"}},"ticket":"{}"}})",
                    ticket);
    CHECK(heard.find(consume("amq.gen-1") + publish("celery.pidbox", question) + look_at("celery")) !=
          std::string::npos);
  }

  TEST_CASE("Two workers of three queues") {
    const Conversation conversation =
        joined(asking(), {say_replies({{"celery@b", R"([{"name": "mail"}, {"name": "sms"}])"}, {"celery@a"}}),
                          expect(look_at("celery")), say(queue("celery", 0, 1)), expect(look_at("mail")),
                          say(queue("mail", 0, 1)), expect(look_at("sms")), say(queue("sms", 0, 1)),
                          expect(look_at("celery")), say(queue("celery", 4, 1)), expect(look_at("mail")),
                          say(queue("mail", 0, 1)), expect(look_at("sms")), say(queue("sms", 1, 1))});
    CHECK(told_of(joined(conversation, ending())) ==
          "ok: 2 workers, consuming celery, mail, sms, 5 waiting\n"
          "measures: workers=2 workers_connected=2 workers_silent=0 workers_consuming=2 reply_time queue:celery=4 "
          "queue:mail=0 queue:sms=1\nfacts: worker=celery@a, celery@b queues=celery, mail, sms\n"
          "component celery@a ok: consumes celery\ncomponent celery@b ok: consumes mail, sms\n");
  }

  TEST_CASE("No worker, told at once: the question comes back, or there is no exchange for it") {
    const std::string words = "critical: no worker is connected: nobody listens at exchange celery.pidbox\n";
    CHECK(told_of(joined(joined(asking(), {say(returned(312, "NO_ROUTE") + content(2, "") + content_body("{}"))}),
                         ending())) == words + nobody);
    CHECK(told_of(joined(
              asking(),
              {say(method(2, 20, 40,
                          number(404, 2) + short_text("NOT_FOUND - no exchange") + number(60, 2) + number(40, 2))),
               expect(mailbox_closed + begun_message + goodbye), say(closed), expect_close()})) == words + nobody);
  }

  TEST_CASE("Another consumer of the same queue is a worker that has not answered yet") {
    const Conversation late = joined(joined(asking(), {say_replies({{"celery@a"}})}),
                                     {expect(look_at("celery")), say_replies({{"celery@b"}}, queue("celery", 0, 2)),
                                      expect(look_at("celery")), say(queue("celery", 0, 2))});
    CHECK(told_of(joined(late, ending())) ==
          "ok: 2 workers, consuming celery\n"
          "measures: workers=2 workers_connected=2 workers_silent=0 workers_consuming=2 reply_time queue:celery=0\n"
          "facts: worker=celery@a, celery@b queues=celery\n"
          "component celery@a ok: consumes celery\ncomponent celery@b ok: consumes celery\n");
  }

  TEST_CASE("One that never answers is a warning when another does") {
    const FakeClock clock;
    CHECK(told_of(joined(joined(asking(), {say_replies({{"celery@a"}})}), joined(two_looks(2), ending())),
                  {"-t", "2s"}) ==
          "warning: 1 of 2 workers does not answer: busy in a solo pool, stopped or hung\n"
          "measures: workers=1 workers_connected=2 workers_silent=1 workers_consuming=1 reply_time queue:celery=0\n"
          "facts: worker=celery@a queues=celery\ncomponent celery@a ok: consumes celery\n");
  }

  TEST_CASE("None that answers") {
    const FakeClock clock;
    CHECK(told_of(joined(asking(), ending()), {"-t", "500ms"}) ==
          "critical: no worker answers: busy in a solo pool, stopped or hung\n"
          "measures: workers=0 workers_consuming=0\nfacts: worker= queues=\n");
  }

  TEST_CASE("As many as are demanded are waited for") {
    const Conversation late = joined(
        joined(asking(), {say_replies({{"celery@a"}})}),
        {expect(look_at("celery")), say_replies({{"celery@b", R"([{"name": "mail"}])"}}, queue("celery", 0, 1)),
         expect(look_at("celery")), say(queue("celery", 0, 1)), expect(look_at("mail")), say(queue("mail", 0, 1))});
    for (const std::vector<std::string>& expectation :
         std::vector<std::vector<std::string>>{{"-e", "workers>=2"},
                                               {"-e", "workers=2"},
                                               {"-e", "workers>1"},
                                               {"-c", "workers=2:"},
                                               {"--prefer", "workers_consuming>=2"}}) {
      CAPTURE(expectation.back());
      CHECK(told_of(joined(late, ending()), expectation).starts_with("ok: 2 workers, consuming celery, mail\n"));
    }
  }

  TEST_CASE("A queue that is demanded and not there") {
    const std::string not_there = close_channel(404, "NOT_FOUND - no queue 'mail'");
    const Conversation conversation =
        joined(joined(asking(), {say_replies({{"celery@a"}})}),
               {expect(look_at("celery")), say(queue("celery", 0, 1)), expect(look_at("mail")), say(not_there),
                expect(channel_closed + open_channel), say(channel_opened), expect(look_at("celery")),
                say(queue("celery", 0, 1)), expect(look_at("mail")), say(not_there),
                expect(channel_closed + open_channel), say(channel_opened)});
    CHECK(told_of(joined(conversation, ending()), {"--queue", "mail"}) == "critical: no worker consumes mail\n" + one);
  }
}

TEST_SUITE("celery over AMQP, by name") {
  TEST_CASE("One that answers is all there is to wait for") {
    CHECK(told_of(joined(joined(asking(), {say_replies({{"celery@a"}})}), joined(look(5), ending())),
                  {"--worker", "celery@a"}) ==
          "ok: celery@a, consuming celery\n"
          "measures: workers=1 workers_silent=0 workers_consuming=1 reply_time queue:celery=0\n"
          "facts: worker=celery@a queues=celery\ncomponent celery@a ok: consumes celery\n");
  }

  TEST_CASE("One that is not connected is told by its queue") {
    const Conversation absent =
        joined(asking(), {expect(look_at("celery@c.celery.pidbox")), say(close_channel(404, "NOT_FOUND - no queue")),
                          expect(channel_closed + open_channel), say(channel_opened)});
    CHECK(told_of(joined(absent, ending()), {"--worker", "celery@c"}) ==
          "critical: celery@c is not connected: nobody listens at queue celery@c.celery.pidbox\n"
          "measures: workers=0 workers_connected=0 workers_silent=1 workers_consuming=0\nfacts: worker= queues=\n"
          "component celery@c critical: does not answer\n");
  }

  TEST_CASE("One is there, the other is not connected") {
    const Conversation absent =
        joined(asking(), {say_replies({{"celery@a"}}), expect(look_at("celery@c.celery.pidbox")),
                          say(close_channel(404, "NOT_FOUND - no queue")), expect(channel_closed + open_channel),
                          say(channel_opened), expect(look_at("celery")), say(queue("celery", 0, 1))});
    CHECK(told_of(joined(absent, ending()), {"--worker", "celery@a", "--worker", "celery@c"}) ==
          "critical: celery@c is not connected; 1 worker connected\n"
          "measures: workers=1 workers_connected=1 workers_silent=1 workers_consuming=1 reply_time queue:celery=0\n"
          "facts: worker=celery@a queues=celery\ncomponent celery@a ok: consumes celery\n"
          "component celery@c critical: does not answer\n");
  }

  TEST_CASE("One that is connected and silent, whether its queue may be looked at or not") {
    const FakeClock clock;
    for (const std::string& there : {queue("celery@a.ctl.pidbox", 1, 1), close_channel(405, "RESOURCE_LOCKED - no")}) {
      Conversation silent = joined(asking(), {expect(look_at("celery@a.ctl.pidbox")), say(there)});
      if (there.find("RESOURCE_LOCKED") != std::string::npos)
        silent = joined(silent, {expect(channel_closed + open_channel), say(channel_opened)});
      CHECK(told_of(joined(silent, ending()), {"--worker", "celery@a", "--control-exchange", "ctl", "-t", "1s"}) ==
            "critical: celery@a does not answer: busy in a solo pool, stopped or hung, or not connected; 1 worker "
            "connected\n"
            "measures: workers=0 workers_connected=1 workers_silent=1 workers_consuming=0\nfacts: worker= queues=\n"
            "component celery@a critical: does not answer\n");
    }
  }
}

TEST_SUITE("celery over AMQP, trouble") {
  TEST_CASE("An alarm: nobody may ask") {
    CHECK(told_of_answer(blocked("low on memory")) == failed("nobody may publish: low on memory"));
    CHECK(told_of(joined(joined(asking(), {say_replies({{"celery@a"}})}),
                         joined(two_looks(1), {expect(begun_message + goodbye), say(blocked("low on disk")),
                                               expect_close()}))) == failed("nobody may publish: low on disk"));
  }

  TEST_CASE("No permission") {
    const std::string refusal =
        method(2, 20, 40, number(403, 2) + short_text("ACCESS_REFUSED - no") + number(50, 2) + number(10, 2));
    CHECK(told_of(joined(logged_in(), {expect(open_mailbox), say(refusal), expect_close()})) ==
          failed("ACCESS_REFUSED - no"));
    CHECK(told_of_answer(refusal) == failed("ACCESS_REFUSED - no"));
  }

  TEST_CASE("An answer to another question, in parts, and one that cannot be read") {
    const Conversation conversation = joined(asking(), {answer([](const std::string& heard) {
                                               const std::string ticket = ticket_in(heard);
                                               const std::string body = body_of({"celery@a"});
                                               return delivery + content(2, "another") + content_body("{}") + delivery +
                                                      content(body.size(), ticket) + content_body(body.substr(0, 9)) +
                                                      heartbeat + content_body(body.substr(9)) + delivery +
                                                      content(0, ticket);
                                             })});
    CHECK(told_of(joined(conversation, joined({expect(heartbeat + look_at("celery")), say(queue("celery", 0, 1))},
                                              joined(look(1), ending())))) ==
          "warning: a worker: an answer that cannot be read ()\n"
          "measures: workers=2 workers_connected=2 workers_silent=0 workers_consuming=1 reply_time queue:celery=0\n"
          "facts: worker=celery@a queues=celery\ncomponent ? warning: an answer that cannot be read ()\n"
          "component celery@a ok: consumes celery\n");
  }

  TEST_CASE("Nonsense") {
    CHECK(told_of_answer(content(2, "x")) == failed("no AMQP: a message that nobody asked for"));
    CHECK(told_of_answer(delivery + content_body("x")) == failed("no AMQP: a message that nobody asked for"));
    CHECK(told_of_answer(delivery + content(1, "x") + content_body("xx")) ==
          failed("no AMQP: a message is longer than its length"));
    CHECK(told_of_answer(delivery + content(1048577, "x")) == failed("a message of more than 1048576 bytes"));
    CHECK(told_of_answer(delivery + frame(2, 2, "short")) == failed("no AMQP: a value is longer than its frame"));
    CHECK(told_of_answer("HTTP/1.1 400 Bad Request\r\n") == failed("no AMQP: HTTP/1.1 400 Bad Request"));
  }

  TEST_CASE("Hanging up mid-word") {
    CHECK(told_of(joined(asking(), {say(delivery.substr(0, 9)), hang_up()})) == failed("the peer hung up"));
    CHECK(told_of(joined(asking(), {reset()})) == failed("Connection reset by peer"));
  }

  TEST_CASE("Never answering") {
    const FakeClock clock;
    FakeServer server(joined(logged_in(), {expect(open_mailbox), stay_silent()}));
    const Result result = probe_one({url(server), "-t", "200ms"});
    CHECK(result.message == "ask: no answer within 200 ms");
    CHECK(result.length == std::chrono::milliseconds(200));
  }

  TEST_CASE("Answers without an end") {
    const FakeClock clock;
    FakeServer server(joined(asking(), {pour(delivery + content(65536, "x") + content_body(std::string(65536, 'x')))}));
    const Result result = probe_one({url(server)});
    CHECK(result.message == "ask: the answers are longer than 32 MiB");
  }

  TEST_CASE("Hostile text does not reach a terminal") {
    FakeServer server(joined(joined(asking(), {say_replies({{"\\u001b[2J\u202e|"}})}), joined(two_looks(1), ending())));
    const Finished finished = run_hale({"--for", "nagios", url(server)});
    CHECK(finished.out.starts_with("HALE OK: "));
    CHECK(finished.out.find("\\x1b[2J\\u{202e}/, consuming celery") != std::string::npos);
    CHECK(server.problem() == "");
  }
}

}  // namespace hale::testing
