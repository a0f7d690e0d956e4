#include <doctest/doctest.h>

#include "tests/probes/amqp/wire.hpp"
#include "tests/probes/observed.hpp"
#include "tests/probes/whole.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/hale.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/promise.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

using namespace amqp;

std::string url(const FakeServer& server, const std::string& login = "", const std::string& path = "") {
  return fmt::format("amqp://{}{}{}", login, server.endpoint(), path);
}

/// What is told of a server that has one conversation.
std::string told_of(const Conversation& conversation, std::vector<std::string> more = {}) {
  FakeServer server(conversation);
  more.insert(more.begin(), url(server));
  const std::string story = reported(probe_one(more));
  CHECK(server.problem() == "");
  return story;
}

std::string failed(const std::string& phase, const std::string& words) {
  return fmt::format("critical: {0}: {1}\nfailed: {0}\nphases: dns, connect, login{2}\n", phase, words,
                     phase == "ask" ? ", ask" : "");
}

/// What is told of a server that answers the greeting by `words`.
std::string greeted_by(const std::string& words) { return told_of({expect(greeting), say(words), expect_close()}); }

/// A login of app that is answered by `words` and confirmed to be over.
std::string login_answered_by(const std::string& words, const std::string& user = "app") {
  FakeServer server(
      {expect(greeting), say(rabbit), expect(start_ok(user, "sesame")), say(words), expect(closed), expect_close()});
  const std::string story = reported(probe_one({url(server, user + ":sesame@")}));
  CHECK(server.problem() == "");
  return story;
}

/// What is told when the virtual host is answered by `words`.
std::string opening_answered_by(const std::string& words) {
  return told_of({expect(greeting), say(rabbit), expect(start_ok("guest", "guest")), say(tune),
                  expect(tune_ok(2047, 131072, 10) + open("/")), say(words), expect(closed), expect_close()});
}

/// What is told when the question about the queue jobs is answered by `words`, without a goodbye.
std::string jobs_answered_by(const std::string& words) {
  return told_of(joined(logged_in(), {expect(look_at("jobs")), say(words), expect_close()}), {"--queue", "jobs"});
}

const std::string well = "ok: RabbitMQ 3.10.8, vhost /";
const std::string phases = "\nphases: dns, connect, login, ask\n";
const std::string server_facts = "fact server=RabbitMQ\nfact version=3.10.8\nfact cluster=rabbit@db\n";
const std::string facts = server_facts + "fact alarm=none\n";

/// Two queues, of which the second is asked for by `answer`.
Conversation two_queues(const std::string& first, const std::string& second) {
  return conversation({expect(look_at("jobs")), say(first), expect(look_at("mail")), say(second)});
}

}  // namespace

TEST_SUITE("amqp") {
  TEST_CASE("Logged in, a channel is open") { CHECK(told_of(conversation({})) == well + phases + facts); }

  TEST_CASE("An answer that comes byte by byte, with heartbeats between") {
    const std::chrono::milliseconds pause(1);
    CHECK(told_of({expect(greeting), drip(rabbit, pause), expect(start_ok("guest", "guest")), say(heartbeat),
                   expect(heartbeat), drip(tune, pause), expect(tune_ok(2047, 131072, 10) + open("/")), say(opened),
                   expect(open_channel), say(channel_opened), expect(begun_message + goodbye), drip(closed, pause),
                   expect_close()}) == well + phases + facts);
  }

  TEST_CASE("Limits are the lower of both sides'") {
    CHECK(told_of({expect(greeting), say(rabbit), expect(start_ok("guest", "guest")),
                   say(method(0, 10, 30, number(0, 2) + number(0, 4) + number(0, 2))),
                   expect(tune_ok(0, 131072, 0) + open("/")), say(opened), expect(open_channel), say(channel_opened),
                   expect(begun_message + goodbye), say(closed), expect_close()}) == well + phases + facts);
    CHECK(told_of({expect(greeting), say(rabbit), expect(start_ok("guest", "guest")),
                   say(method(0, 10, 30, number(1, 2) + number(4096, 4) + number(5, 2))),
                   expect(tune_ok(1, 4096, 5) + open("/")), say(opened), expect(open_channel), say(channel_opened),
                   expect(begun_message + goodbye), say(closed), expect_close()}) == well + phases + facts);
  }

  TEST_CASE("A server that tells nothing of itself nor of alarms") {
    CHECK(told_of(joined(logged_in(start("")), {expect(goodbye), say(closed), expect_close()})) ==
          "ok: AMQP 0-9-1, vhost /" + phases);
  }

  TEST_CASE("A server that closes the connection while it hears the goodbye says why") {
    CHECK(told_of(joined(logged_in(), {expect(begun_message + goodbye), say(close(320, "CONNECTION_FORCED - shutdown")),
                                       expect(closed), expect_close()})) ==
          failed("ask", "CONNECTION_FORCED - shutdown"));
  }

  TEST_CASE("The version has an order") {
    CHECK(told_of(conversation({}), {"-e", "version>=3.9", "-e", "server=RabbitMQ"}) == well + phases + facts);
    CHECK(told_of(conversation({}), {"-e", "version>=3.11"}) ==
          "critical: RabbitMQ 3.10.8, vhost /, but version is 3.10.8, expected >= 3.11" + phases + facts);
  }

  TEST_CASE("User, password and virtual host are percent-decoded") {
    FakeServer server({expect(greeting), say(rabbit), expect(start_ok("a b", "p/w")), say(tune),
                       expect(tune_ok(2047, 131072, 10) + open("/shop/eu")), say(opened), expect(open_channel),
                       say(channel_opened), expect(begun_message + goodbye), say(closed), expect_close()});
    const Result result = probe_one({url(server, "a%20b:p%2Fw@", "/%2Fshop%2Feu?heartbeat=30")});
    CHECK(reported(result) == "ok: RabbitMQ 3.10.8, vhost /shop/eu" + phases + facts);
    CHECK(without_port(result.address, server) == "amqp://a b@127.0.0.1:PORT/%2Fshop%2Feu");
    CHECK(server.problem() == "");
  }

  TEST_CASE("A password out of a file") {
    const TemporaryFolder folder;
    FakeServer server({expect(greeting), say(rabbit), expect(start_ok("app", "sesame")), say(tune),
                       expect(tune_ok(2047, 131072, 10) + open("/")), say(opened), expect(open_channel),
                       say(channel_opened), expect(begun_message + goodbye), say(closed), expect_close()});
    CHECK(reported(probe_one({url(server, "app@"), "--password", "@" + folder.write("password", "sesame\n")})) ==
          well + phases + facts);
    CHECK(server.problem() == "");
  }
}

TEST_SUITE("amqp queues") {
  TEST_CASE("One") {
    CHECK(
        told_of(conversation({expect(look_at("jobs")), say(queue("jobs", 3, 1))}), {"--queue", "jobs"}) ==
        well + ", jobs: 3 messages, 1 consumer" + phases +
            "measure messages=3 ok\nmeasure consumers=1 ok\nmeasure messages:jobs=3 ok\nmeasure consumers:jobs=1 ok\n" +
            facts);
  }

  TEST_CASE("Of several, the fullest and the one with the fewest consumers count") {
    CHECK(
        told_of(two_queues(queue("jobs", 7, 0), queue("mail", 1, 2)),
                {"--queue", "jobs", "--queue", "mail", "--queue", "jobs", "-w", "messages=5", "-c", "consumers=1:"}) ==
        "critical: RabbitMQ 3.10.8, vhost /, jobs: 7 messages, 0 consumers, mail: 1 message, 2 consumers, but "
        "consumers 0 is under 1; messages 7 is over 5" +
            phases +
            "measure messages=7 warning w 5\nmeasure consumers=0 critical c 1:\nmeasure messages:jobs=7 ok\n"
            "measure consumers:jobs=0 ok\nmeasure messages:mail=1 ok\nmeasure consumers:mail=2 ok\n" +
            facts);
  }

  TEST_CASE("A demand asks for its queue by itself") {
    CHECK(told_of(two_queues(queue("jobs", 7, 0), queue("mail", 1, 2)),
                  {"-e", "messages:jobs<9", "-c", "consumers:mail=1:"}) ==
          well + ", jobs: 7 messages, 0 consumers, mail: 1 message, 2 consumers" + phases +
              "measure messages=7 ok\nmeasure consumers=0 ok\nmeasure messages:jobs=7 ok\nmeasure consumers:jobs=0 ok\n"
              "measure messages:mail=1 ok\nmeasure consumers:mail=2 ok c 1:\n" +
              facts);
  }

  TEST_CASE("One that there is not is critical, and the next is asked for on a new channel") {
    const std::string words = "NOT_FOUND - no queue 'jobs' in vhost '/'";
    CHECK(
        told_of(conversation({expect(look_at("jobs")), say(close_channel(404, words)),
                              expect(channel_closed + open_channel), say(channel_opened), expect(look_at("mail")),
                              say(queue("mail", 1, 2))}),
                {"--queue", "jobs", "--queue", "mail", "-e", "messages:jobs<9"}) ==
        "critical: " + words + "; the answer has no messages:jobs" + phases +
            "measure messages=1 ok\nmeasure consumers=2 ok\nmeasure messages:mail=1 ok\nmeasure consumers:mail=2 ok\n" +
            facts);
  }

  TEST_CASE("When the last one is not there, the goodbye is said on a new channel too") {
    CHECK(told_of(conversation({expect(look_at("jobs")), say(close_channel(404, "NOT_FOUND - no queue 'jobs'")),
                                expect(channel_closed + open_channel), say(channel_opened)}),
                  {"--queue", "jobs"}) == "critical: NOT_FOUND - no queue 'jobs'" + phases + facts);
  }

  TEST_CASE("One that the user may not look at is critical") {
    CHECK(told_of(conversation({expect(look_at("jobs")), say(close_channel(403, "")),
                                expect(channel_closed + open_channel), say(channel_opened)}),
                  {"--queue", "jobs"}) == "critical: code 403" + phases + facts);
  }

  TEST_CASE("One that is exclusive to another connection is there; its numbers cannot be judged") {
    const Conversation locked = conversation({expect(look_at("jobs")), say(close_channel(405, "RESOURCE_LOCKED - no")),
                                              expect(channel_closed + open_channel), say(channel_opened)});
    CHECK(told_of(locked, {"--queue", "jobs"}) == well + ", jobs: exclusive to another connection" + phases + facts);
    CHECK(told_of(locked, {"-e", "messages:jobs<9"}) ==
          "unknown: RabbitMQ 3.10.8, vhost /, jobs: exclusive to another connection, but the answer has no "
          "messages:jobs: exclusive to another connection" +
              phases + facts);
  }

  TEST_CASE("Four thousand million messages are a number like any other") {
    CHECK(told_of(conversation({expect(look_at("jobs")), say(queue("jobs", 0xffffffff, 0))}), {"--queue", "jobs"}) ==
          well + ", jobs: 4294967295 messages, 0 consumers" + phases +
              "measure messages=4294967295 ok\nmeasure consumers=0 ok\nmeasure messages:jobs=4294967295 ok\n"
              "measure consumers:jobs=0 ok\n" +
              facts);
  }
}

TEST_SUITE("amqp alarm") {
  const Conversation alarmed =
      joined(logged_in(), {expect(begun_message + goodbye), say(blocked("low on memory")), expect_close()});
  const std::string alarm = server_facts + "fact alarm=low on memory\n";

  TEST_CASE("A server that lets nobody publish is critical") {
    CHECK(told_of(alarmed) == "critical: nobody may publish: low on memory" + phases + alarm);
  }

  TEST_CASE("A demand on the alarm replaces that") {
    CHECK(told_of(alarmed, {"--prefer", "alarm=none"}) ==
          "warning: RabbitMQ 3.10.8, vhost /, but alarm is low on memory, expected none" + phases + alarm);
    CHECK(told_of(alarmed, {"-e", "alarm!~disk"}) == well + phases + alarm);
  }

  TEST_CASE("Without a reason it is an alarm all the same") {
    CHECK(told_of(joined(logged_in(), {expect(begun_message + goodbye), say(blocked("")), expect_close()})) ==
          "critical: nobody may publish: no reason given" + phases + server_facts + "fact alarm=no reason given\n");
  }

  TEST_CASE("A server that does not tell of alarms cannot be judged by them") {
    CHECK(told_of(joined(logged_in(start(product)), {expect(goodbye), say(closed), expect_close()}),
                  {"-e", "alarm=none"}) == "unknown: RabbitMQ 3.10.8, vhost /, but the answer has no alarm" + phases +
                                               "fact server=RabbitMQ\nfact version=3.10.8\n");
  }
}

TEST_SUITE("amqp login") {
  TEST_CASE("Refused") {
    CHECK(login_answered_by(close(403, "ACCESS_REFUSED - Login was refused")) ==
          failed("login", "wrong user or password (ACCESS_REFUSED - Login was refused)"));
    CHECK(login_answered_by(close(403, "ACCESS_REFUSED - Login was refused"), "guest") ==
          failed("login",
                 "wrong user or password, or guest from another host than the server's own (ACCESS_REFUSED - Login was "
                 "refused)"));
  }

  TEST_CASE("Refused by hanging up") {
    FakeServer server({expect(greeting), say(rabbit), expect(start_ok("app", "sesame")), hang_up()});
    CHECK(reported(probe_one({url(server, "app:sesame@")})) ==
          failed("login", "the peer hung up, as some do on a wrong user or password"));
    CHECK(server.problem() == "");
  }

  TEST_CASE("Closed for another reason") {
    CHECK(login_answered_by(close(320, "CONNECTION_FORCED - broker forced connection closure")) ==
          failed("login", "CONNECTION_FORCED - broker forced connection closure"));
  }

  TEST_CASE("Without a way for a password") {
    CHECK(told_of({expect(greeting), say(start(product, "EXTERNAL ANONYMOUS")), expect_close()}) ==
          failed("login", "no login by user and password (PLAIN) is offered, but EXTERNAL ANONYMOUS"));
    CHECK(told_of({expect(greeting), say(start(product, "")), expect_close()}) ==
          failed("login", "no login by user and password (PLAIN) is offered, but nothing"));
  }

  TEST_CASE("The virtual host") {
    CHECK(opening_answered_by(close(530, "NOT_ALLOWED - vhost / not found")) ==
          failed("login", "NOT_ALLOWED - vhost / not found"));
    CHECK(opening_answered_by(close(530, "NOT_ALLOWED - access to vhost '/' refused for user 'guest'")) ==
          failed("login", "NOT_ALLOWED - access to vhost '/' refused for user 'guest'"));
    CHECK(opening_answered_by(close(403, "ACCESS_REFUSED - no")) == failed("login", "ACCESS_REFUSED - no"));
  }

  TEST_CASE("A server that repeats the password does not make hale repeat it") {
    CHECK(login_answered_by(close(403, "sesame is wrong")) == failed("login", "wrong user or password (*** is wrong)"));
  }
}

TEST_SUITE("amqp trouble") {
  TEST_CASE("Refused") {
    const ClosedPort port;
    CHECK(reported(probe_one({fmt::format("amqp://127.0.0.1:{}", port.port())})) ==
          "critical: connect: Connection refused\nfailed: connect\nphases: dns, connect\n");
  }

  TEST_CASE("Nonsense") {
    CHECK(greeted_by("HTTP/1.1 400 Bad Request\r\n\r\n") == failed("login", "no AMQP: HTTP/1.1 400 Bad Request"));
    CHECK(greeted_by(std::string(1000, 'V')) == failed("login", "no AMQP: " + std::string(57, 'V') + "\u2026"));
    CHECK(greeted_by(tune) == failed("login", "the server said 10.30 where 10.10 was expected"));
    CHECK(greeted_by(frame(3, 1, "hello")) == failed("login", "no AMQP: a message that nobody asked for"));
    CHECK(greeted_by(frame(1, 0, "\1\2")) == failed("login", "no AMQP: a value is longer than its frame"));
  }

  TEST_CASE("Another version") {
    CHECK(greeted_by(std::string("AMQP\0\1\0\0", 8)) ==
          failed("login", "AMQP 0-9-1 is refused: the server speaks AMQP 1-0-0"));
  }

  TEST_CASE("A frame that is too long, or not as long as it says") {
    CHECK(greeted_by(number(1, 1) + number(0, 2) + number(0xffffffff, 4) + "x") ==
          failed("login", "no AMQP: a frame of more than 131072 bytes"));
    CHECK(greeted_by(number(1, 1) + number(0, 2) + number(4, 4) + number(0, 4) + "x") ==
          failed("login", "no AMQP: a frame is longer than its length"));
  }

  TEST_CASE("Bytes without an end") {
    FakeServer server({expect(greeting), pour(heartbeat.substr(0, 1) + std::string(16384, '\0'))});
    CHECK(reported(probe_one({url(server)})) == failed("login", "no AMQP: a frame is longer than its length"));
  }

  TEST_CASE("Another answer than to the question") {
    CHECK(jobs_answered_by(opened) == failed("ask", "the server said 10.41 where 50.11 was expected"));
    CHECK(jobs_answered_by(method(1, 50, 11, short_text("jobs"))) ==
          failed("ask", "no AMQP: a value is longer than its frame"));
  }

  TEST_CASE("A connection that the server closes is confirmed to be closed") {
    const Conversation ending{expect(look_at("jobs")), say(close(320, "CONNECTION_FORCED - shutdown")), expect(closed),
                              expect_close()};
    CHECK(told_of(joined(logged_in(), ending), {"--queue", "jobs"}) == failed("ask", "CONNECTION_FORCED - shutdown"));
  }

  TEST_CASE("Hanging up mid-word") {
    CHECK(told_of({expect(greeting), say(rabbit.substr(0, 20)), hang_up()}) == failed("login", "the peer hung up"));
    CHECK(told_of(joined(logged_in(), {expect(look_at("jobs")), say(queue("jobs", 1, 1).substr(0, 12)), hang_up()}),
                  {"--queue", "jobs"}) == failed("ask", "the peer hung up"));
  }

  TEST_CASE("A reset") { CHECK(told_of({expect(greeting), reset()}) == failed("login", "Connection reset by peer")); }

  TEST_CASE("Never answering") {
    const FakeClock clock;
    FakeServer server({expect(greeting), stay_silent()});
    const Result result = probe_one({url(server), "-t", "200ms"});
    CHECK(reported(result) == failed("login", "no answer within 200 ms"));
    CHECK(result.length == std::chrono::milliseconds(200));
  }

  TEST_CASE("Never answering the goodbye") {
    const FakeClock clock;
    FakeServer server(joined(logged_in(), {expect(begun_message + goodbye), stay_silent()}));
    CHECK(reported(probe_one({url(server), "-t", "200ms"})) == failed("ask", "no answer within 200 ms"));
  }

  TEST_CASE("Heartbeats are no answer") {
    FakeServer server({expect(greeting), pour(heartbeat)});
    const Result result = probe_one({url(server), "-t", "200ms"});
    CHECK(result.message == "login: no answer within 200 ms");
    CHECK(kept(result.length, std::chrono::milliseconds(200)));
  }

  TEST_CASE("Hostile text stays what it is until the report") {
    CHECK(told_of(conversation({expect(look_at("jobs")), say(close_channel(404, "\x1b[2J\xe2\x80\xae|\xff")),
                                expect(channel_closed + open_channel), say(channel_opened)}),
                  {"--queue", "jobs"}) == "critical: \x1b[2J\xe2\x80\xae|\xff" + phases + facts);
  }

  TEST_CASE("Hostile text does not reach a terminal") {
    FakeServer server(joined(logged_in(start(text_entry("product", "\x1b[2J\xe2\x80\xae|\xff"))),
                             {expect(goodbye), say(closed), expect_close()}));
    const Finished finished = run_hale({"--for", "nagios", url(server)});
    CHECK(finished.out.starts_with("HALE OK: "));
    CHECK(finished.out.find("\\x1b[2J\\u{202e}/\xef\xbf\xbd, vhost /") != std::string::npos);
    CHECK(finished.exit_code == 0);
    CHECK(server.problem() == "");
  }
}

TEST_SUITE("amqp address") {
  TEST_CASE("What is wrong with it") {
    const std::string login = "an AMQP login is a user and a password; write USER:PASSWORD@HOST";
    CHECK(refusal_of({"amqp://app@127.0.0.1"}) == "amqp:...: " + login);
    CHECK(refusal_of({"amqp://:sesame@127.0.0.1"}) == "amqp:...: " + login);
    CHECK(refusal_of({"amqp://app:sesame@127.0.0.1", "--password", "x"}) ==
          "amqp:...: a password in the address and one by --password; write one of them");
    CHECK(refusal_of({"amqp://127.0.0.1/" + std::string(256, 'v')})
              .ends_with(": the name of a virtual host has 255 bytes at most"));
    CHECK(refusal_of({"amqp://127.0.0.1", "--queue", ""}) ==
          "amqp://127.0.0.1: the name of a queue has 1 to 255 bytes; write --queue NAME");
    CHECK(refusal_of({"amqp://127.0.0.1", "--queue", std::string(256, 'q')}) ==
          "amqp://127.0.0.1: the name of a queue has 1 to 255 bytes; write --queue NAME");
    CHECK(refusal_of({"amqp://127.0.0.1", "-c", "consumers=1:"}) ==
          "amqp://127.0.0.1: consumers are those of queues; write --queue NAME");
    CHECK(refusal_of({"amqp://127.0.0.1", "-e", "message<1"}) ==
          "--expect: amqp targets have no measure or fact message; did you mean messages?");
  }
}

}  // namespace hale::testing
