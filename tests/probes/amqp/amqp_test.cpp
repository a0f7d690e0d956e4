#include <doctest/doctest.h>

#include "tests/probes/amqp/wire.hpp"
#include "tests/probes/format_result.hpp"
#include "tests/probes/reported.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/hale.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/timing.hpp"

namespace hale::testing {
namespace {

using namespace amqp;

std::string url(const FakeServer& server, const std::string& login = "", const std::string& path = "") {
  return fmt::format("amqp://{}{}{}", login, server.endpoint(), path);
}

/// The result for a server with this conversation.
std::string result_of(const Conversation& conversation, std::vector<std::string> arguments = {}) {
  FakeServer server(conversation);
  arguments.insert(arguments.begin(), url(server));
  const std::string result = reported(probe_one(arguments));
  CHECK(server.problem() == "");
  return result;
}

std::string failed(const std::string& phase, const std::string& text) {
  return fmt::format("critical: {0}: {1}\nfailed: {0}\nphases: dns, connect, login{2}\n", phase, text,
                     phase == "ask" ? ", ask" : "");
}

/// The result when the server answers the protocol header with `text`.
std::string result_of_start(const std::string& text) {
  return result_of({expect(protocol_header), say(text), expect_close()});
}

/// The result when the server answers the login with `text`, which closes the connection.
std::string result_of_login(const std::string& text, const std::string& user = "app") {
  FakeServer server({expect(protocol_header), say(rabbitmq_start), expect(start_ok(user, "sesame")), say(text),
                     expect(close_ok), expect_close()});
  const std::string result = reported(probe_one({url(server, user + ":sesame@")}));
  CHECK(server.problem() == "");
  return result;
}

/// The result when the server answers connection.open with `text`.
std::string result_of_open(const std::string& text) {
  return result_of({expect(protocol_header), say(rabbitmq_start), expect(start_ok("guest", "guest")), say(tune),
                    expect(tune_ok(2047, 131072, 10) + open_connection("/")), say(text), expect(close_ok),
                    expect_close()});
}

/// The result when the server answers the inspection of the queue jobs with `text`.
std::string result_of_inspection(const std::string& text) {
  return result_of(joined(logged_in(), {expect(inspect_queue("jobs")), say(text), expect_close()}),
                   {"--queue", "jobs"});
}

const std::string ok_summary = "ok: RabbitMQ 3.10.8, vhost /";
const std::string phases = "\nphases: dns, connect, login, ask\n";
const std::string server_facts = "fact server=RabbitMQ\nfact version=3.10.8\nfact cluster=rabbit@db\n";
const std::string facts = server_facts + "fact alarm=none\n";

/// Inspections of the queues jobs and mail.
Conversation two_queues(const std::string& first, const std::string& second) {
  return conversation({expect(inspect_queue("jobs")), say(first), expect(inspect_queue("mail")), say(second)});
}

}  // namespace

TEST_SUITE("amqp") {
  TEST_CASE("Login and a channel") { CHECK(result_of(conversation({})) == ok_summary + phases + facts); }

  TEST_CASE("Frames arrive byte by byte, with heartbeats between them") {
    const std::chrono::milliseconds pause(1);
    CHECK(result_of({expect(protocol_header), drip(rabbitmq_start, pause), expect(start_ok("guest", "guest")),
                     say(heartbeat), expect(heartbeat), drip(tune, pause),
                     expect(tune_ok(2047, 131072, 10) + open_connection("/")), say(open_ok), expect(open_channel),
                     say(channel_open_ok), expect(unfinished_message + close_connection), drip(close_ok, pause),
                     expect_close()}) == ok_summary + phases + facts);
  }

  TEST_CASE("The lower limits of both sides are used") {
    CHECK(result_of({expect(protocol_header), say(rabbitmq_start), expect(start_ok("guest", "guest")),
                     say(method(0, 10, 30, number(0, 2) + number(0, 4) + number(0, 2))),
                     expect(tune_ok(0, 131072, 0) + open_connection("/")), say(open_ok), expect(open_channel),
                     say(channel_open_ok), expect(unfinished_message + close_connection), say(close_ok),
                     expect_close()}) == ok_summary + phases + facts);
    CHECK(result_of({expect(protocol_header), say(rabbitmq_start), expect(start_ok("guest", "guest")),
                     say(method(0, 10, 30, number(1, 2) + number(4096, 4) + number(5, 2))),
                     expect(tune_ok(1, 4096, 5) + open_connection("/")), say(open_ok), expect(open_channel),
                     say(channel_open_ok), expect(unfinished_message + close_connection), say(close_ok),
                     expect_close()}) == ok_summary + phases + facts);
  }

  TEST_CASE("A server without properties and without alarms") {
    CHECK(result_of(joined(logged_in(start("")), {expect(close_connection), say(close_ok), expect_close()})) ==
          "ok: AMQP 0-9-1, vhost /" + phases);
  }

  TEST_CASE("The server closes the connection while hale does") {
    CHECK(result_of(joined(logged_in(), {expect(unfinished_message + close_connection),
                                         say(close(320, "CONNECTION_FORCED - shutdown")), expect(close_ok),
                                         expect_close()})) == failed("ask", "CONNECTION_FORCED - shutdown"));
  }

  TEST_CASE("Versions are compared") {
    CHECK(result_of(conversation({}), {"-e", "version>=3.9", "-e", "server=RabbitMQ"}) == ok_summary + phases + facts);
    CHECK(result_of(conversation({}), {"-e", "version>=3.11"}) ==
          "critical: RabbitMQ 3.10.8, vhost /, but version is 3.10.8, expected >= 3.11" + phases + facts);
  }

  TEST_CASE("User, password and virtual host are percent-decoded") {
    FakeServer server({expect(protocol_header), say(rabbitmq_start), expect(start_ok("a b", "p/w")), say(tune),
                       expect(tune_ok(2047, 131072, 10) + open_connection("/shop/eu")), say(open_ok),
                       expect(open_channel), say(channel_open_ok), expect(unfinished_message + close_connection),
                       say(close_ok), expect_close()});
    const Result result = probe_one({url(server, "a%20b:p%2Fw@", "/%2Fshop%2Feu?heartbeat=30")});
    CHECK(reported(result) == "ok: RabbitMQ 3.10.8, vhost /shop/eu" + phases + facts);
    CHECK(without_port(result.address, server) == "amqp://a b@127.0.0.1:PORT/%2Fshop%2Feu");
    CHECK(server.problem() == "");
  }

  TEST_CASE("The password from a file") {
    const TemporaryFolder folder;
    FakeServer server({expect(protocol_header), say(rabbitmq_start), expect(start_ok("app", "sesame")), say(tune),
                       expect(tune_ok(2047, 131072, 10) + open_connection("/")), say(open_ok), expect(open_channel),
                       say(channel_open_ok), expect(unfinished_message + close_connection), say(close_ok),
                       expect_close()});
    CHECK(reported(probe_one({url(server, "app@"), "--password", "@" + folder.write("password", "sesame\n")})) ==
          ok_summary + phases + facts);
    CHECK(server.problem() == "");
  }
}

TEST_SUITE("amqp queues") {
  TEST_CASE("One queue") {
    CHECK(result_of(conversation({expect(inspect_queue("jobs")), say(queue("jobs", 3, 1))}), {"--queue", "jobs"}) ==
          ok_summary + ", jobs: 3 messages, 1 consumer" + phases +
              "metric messages=3 ok\nmetric consumers=1 ok\nmetric messages:jobs=3 ok\nmetric consumers:jobs=1 ok\n" +
              facts);
  }

  TEST_CASE("Of several queues, the most messages and the fewest consumers count") {
    CHECK(result_of(
              two_queues(queue("jobs", 7, 0), queue("mail", 1, 2)),
              {"--queue", "jobs", "--queue", "mail", "--queue", "jobs", "-w", "messages=5", "-c", "consumers=1:"}) ==
          "critical: RabbitMQ 3.10.8, vhost /, jobs: 7 messages, 0 consumers, mail: 1 message, 2 consumers, but "
          "consumers 0 is under 1; messages 7 is over 5" +
              phases +
              "metric messages=7 warning w 5\nmetric consumers=0 critical c 1:\nmetric messages:jobs=7 ok\n"
              "metric consumers:jobs=0 ok\nmetric messages:mail=1 ok\nmetric consumers:mail=2 ok\n" +
              facts);
  }

  TEST_CASE("A condition on a queue inspects that queue") {
    CHECK(result_of(two_queues(queue("jobs", 7, 0), queue("mail", 1, 2)),
                    {"-e", "messages:jobs<9", "-c", "consumers:mail=1:"}) ==
          ok_summary + ", jobs: 7 messages, 0 consumers, mail: 1 message, 2 consumers" + phases +
              "metric messages=7 ok\nmetric consumers=0 ok\nmetric messages:jobs=7 ok\nmetric consumers:jobs=0 ok\n"
              "metric messages:mail=1 ok\nmetric consumers:mail=2 ok c 1:\n" +
              facts);
  }

  TEST_CASE("A queue that does not exist is critical, and the next one is inspected on a new channel") {
    const std::string text = "NOT_FOUND - no queue 'jobs' in vhost '/'";
    CHECK(result_of(conversation({expect(inspect_queue("jobs")), say(close_channel(404, text)),
                                  expect(channel_close_ok + open_channel), say(channel_open_ok),
                                  expect(inspect_queue("mail")), say(queue("mail", 1, 2))}),
                    {"--queue", "jobs", "--queue", "mail", "-e", "messages:jobs<9"}) ==
          "critical: " + text + "; the answer has no messages:jobs" + phases +
              "metric messages=1 ok\nmetric consumers=2 ok\nmetric messages:mail=1 ok\nmetric consumers:mail=2 ok\n" +
              facts);
  }

  TEST_CASE("After a queue that does not exist, the connection is closed on a new channel") {
    CHECK(result_of(conversation({expect(inspect_queue("jobs")), say(close_channel(404, "NOT_FOUND - no queue 'jobs'")),
                                  expect(channel_close_ok + open_channel), say(channel_open_ok)}),
                    {"--queue", "jobs"}) == "critical: NOT_FOUND - no queue 'jobs'" + phases + facts);
  }

  TEST_CASE("A queue without permission is critical") {
    CHECK(result_of(conversation({expect(inspect_queue("jobs")), say(close_channel(403, "")),
                                  expect(channel_close_ok + open_channel), say(channel_open_ok)}),
                    {"--queue", "jobs"}) == "critical: code 403" + phases + facts);
  }

  TEST_CASE("A queue that is exclusive to another connection exists, without counts") {
    const Conversation locked =
        conversation({expect(inspect_queue("jobs")), say(close_channel(405, "RESOURCE_LOCKED - no")),
                      expect(channel_close_ok + open_channel), say(channel_open_ok)});
    CHECK(result_of(locked, {"--queue", "jobs"}) ==
          ok_summary + ", jobs: exclusive to another connection" + phases + facts);
    CHECK(result_of(locked, {"-e", "messages:jobs<9"}) ==
          "unknown: RabbitMQ 3.10.8, vhost /, jobs: exclusive to another connection, but the answer has no "
          "messages:jobs: exclusive to another connection" +
              phases + facts);
  }

  TEST_CASE("More than 2^31 messages") {
    CHECK(result_of(conversation({expect(inspect_queue("jobs")), say(queue("jobs", 0xffffffff, 0))}),
                    {"--queue", "jobs"}) ==
          ok_summary + ", jobs: 4294967295 messages, 0 consumers" + phases +
              "metric messages=4294967295 ok\nmetric consumers=0 ok\nmetric messages:jobs=4294967295 ok\n"
              "metric consumers:jobs=0 ok\n" +
              facts);
  }
}

TEST_SUITE("amqp alarm") {
  const Conversation alarmed = joined(
      logged_in(), {expect(unfinished_message + close_connection), say(blocked("low on memory")), expect_close()});
  const std::string alarm = server_facts + "fact alarm=low on memory\n";

  TEST_CASE("A server that blocks publishing is critical") {
    CHECK(result_of(alarmed) == "critical: publishing is blocked: low on memory" + phases + alarm);
  }

  TEST_CASE("A condition on the alarm replaces that") {
    CHECK(result_of(alarmed, {"--prefer", "alarm=none"}) ==
          "warning: RabbitMQ 3.10.8, vhost /, but alarm is low on memory, expected none" + phases + alarm);
    CHECK(result_of(alarmed, {"-e", "alarm!~disk"}) == ok_summary + phases + alarm);
  }

  TEST_CASE("An alarm without a reason") {
    CHECK(result_of(
              joined(logged_in(), {expect(unfinished_message + close_connection), say(blocked("")), expect_close()})) ==
          "critical: publishing is blocked: no reason given" + phases + server_facts + "fact alarm=no reason given\n");
  }

  TEST_CASE("A condition on alarms needs a server that reports them") {
    CHECK(result_of(joined(logged_in(start(product)), {expect(close_connection), say(close_ok), expect_close()}),
                    {"-e", "alarm=none"}) == "unknown: RabbitMQ 3.10.8, vhost /, but the answer has no alarm" + phases +
                                                 "fact server=RabbitMQ\nfact version=3.10.8\n");
  }
}

TEST_SUITE("amqp login") {
  TEST_CASE("Refused") {
    CHECK(result_of_login(close(403, "ACCESS_REFUSED - Login was refused")) ==
          failed("login", "wrong user or password (ACCESS_REFUSED - Login was refused)"));
    CHECK(result_of_login(close(403, "ACCESS_REFUSED - Login was refused"), "guest") ==
          failed("login",
                 "wrong user or password, or guest from a remote host (ACCESS_REFUSED - Login was "
                 "refused)"));
  }

  TEST_CASE("Refused by closing the connection") {
    FakeServer server({expect(protocol_header), say(rabbitmq_start), expect(start_ok("app", "sesame")), hang_up()});
    CHECK(reported(probe_one({url(server, "app:sesame@")})) ==
          failed("login", "the peer hung up, as some servers do for a wrong user or password"));
    CHECK(server.problem() == "");
  }

  TEST_CASE("Closed for another reason") {
    CHECK(result_of_login(close(320, "CONNECTION_FORCED - broker forced connection closure")) ==
          failed("login", "CONNECTION_FORCED - broker forced connection closure"));
  }

  TEST_CASE("Without the mechanism PLAIN") {
    CHECK(result_of({expect(protocol_header), say(start(product, "EXTERNAL ANONYMOUS")), expect_close()}) ==
          failed("login", "the server does not offer a login by user and password (PLAIN), but EXTERNAL ANONYMOUS"));
    CHECK(result_of({expect(protocol_header), say(start(product, "")), expect_close()}) ==
          failed("login", "the server does not offer a login by user and password (PLAIN), but nothing"));
  }

  TEST_CASE("The virtual host") {
    CHECK(result_of_open(close(530, "NOT_ALLOWED - vhost / not found")) ==
          failed("login", "NOT_ALLOWED - vhost / not found"));
    CHECK(result_of_open(close(530, "NOT_ALLOWED - access to vhost '/' refused for user 'guest'")) ==
          failed("login", "NOT_ALLOWED - access to vhost '/' refused for user 'guest'"));
    CHECK(result_of_open(close(403, "ACCESS_REFUSED - no")) == failed("login", "ACCESS_REFUSED - no"));
  }

  TEST_CASE("A server that repeats the password does not make hale repeat it") {
    CHECK(result_of_login(close(403, "sesame is wrong")) == failed("login", "wrong user or password (*** is wrong)"));
  }
}

TEST_SUITE("amqp errors") {
  TEST_CASE("Refused") {
    const ClosedPort port;
    CHECK(reported(probe_one({fmt::format("amqp://127.0.0.1:{}", port.port())})) ==
          "critical: connect: Connection refused\nfailed: connect\nphases: dns, connect\n");
  }

  TEST_CASE("Not AMQP") {
    CHECK(result_of_start("HTTP/1.1 400 Bad Request\r\n\r\n") == failed("login", "not AMQP: HTTP/1.1 400 Bad Request"));
    CHECK(result_of_start(std::string(1000, 'V')) == failed("login", "not AMQP: " + std::string(57, 'V') + "\u2026"));
    CHECK(result_of_start(tune) == failed("login", "the server sent the method 10.30 instead of 10.10"));
    CHECK(result_of_start(frame(3, 1, "hello")) == failed("login", "not AMQP: an unexpected message"));
    CHECK(result_of_start(frame(1, 0, "\1\2")) == failed("login", "not AMQP: a value exceeds its frame"));
  }

  TEST_CASE("Another version") {
    CHECK(result_of_start(std::string("AMQP\0\1\0\0", 8)) ==
          failed("login", "the server refuses AMQP 0-9-1, it speaks AMQP 1-0-0"));
  }

  TEST_CASE("A frame that is too long, or longer than its length") {
    CHECK(result_of_start(number(1, 1) + number(0, 2) + number(0xffffffff, 4) + "x") ==
          failed("login", "not AMQP: a frame of more than 131072 bytes"));
    CHECK(result_of_start(number(1, 1) + number(0, 2) + number(4, 4) + number(0, 4) + "x") ==
          failed("login", "not AMQP: a frame exceeds its declared length"));
  }

  TEST_CASE("Endless bytes") {
    FakeServer server({expect(protocol_header), pour(heartbeat.substr(0, 1) + std::string(16384, '\0'))});
    CHECK(reported(probe_one({url(server)})) == failed("login", "not AMQP: a frame exceeds its declared length"));
  }

  TEST_CASE("Unexpected methods") {
    CHECK(result_of_inspection(open_ok) == failed("ask", "the server sent the method 10.41 instead of 50.11"));
    CHECK(result_of_inspection(method(1, 50, 11, short_string("jobs"))) ==
          failed("ask", "not AMQP: a value exceeds its frame"));
  }

  TEST_CASE("The closing of the connection by the server is confirmed") {
    const Conversation ending{expect(inspect_queue("jobs")), say(close(320, "CONNECTION_FORCED - shutdown")),
                              expect(close_ok), expect_close()};
    CHECK(result_of(joined(logged_in(), ending), {"--queue", "jobs"}) == failed("ask", "CONNECTION_FORCED - shutdown"));
  }

  TEST_CASE("Hanging up in the middle of a frame") {
    CHECK(result_of({expect(protocol_header), say(rabbitmq_start.substr(0, 20)), hang_up()}) ==
          failed("login", "the peer hung up"));
    CHECK(result_of(
              joined(logged_in(), {expect(inspect_queue("jobs")), say(queue("jobs", 1, 1).substr(0, 12)), hang_up()}),
              {"--queue", "jobs"}) == failed("ask", "the peer hung up"));
  }

  TEST_CASE("A reset") {
    CHECK(result_of({expect(protocol_header), reset()}) == failed("login", "Connection reset by peer"));
  }

  TEST_CASE("The server never answers") {
    const FakeClock clock;
    FakeServer server({expect(protocol_header), stay_silent()});
    const Result result = probe_one({url(server), "-t", "200ms"});
    CHECK(reported(result) == failed("login", "no answer within 200 ms"));
    CHECK(result.length == std::chrono::milliseconds(200));
  }

  TEST_CASE("The server never confirms the close") {
    const FakeClock clock;
    FakeServer server(joined(logged_in(), {expect(unfinished_message + close_connection), stay_silent()}));
    CHECK(reported(probe_one({url(server), "-t", "200ms"})) == failed("ask", "no answer within 200 ms"));
  }

  TEST_CASE("Only heartbeats") {
    FakeServer server({expect(protocol_header), pour(heartbeat)});
    const Result result = probe_one({url(server), "-t", "200ms"});
    CHECK(result.message == "login: no answer within 200 ms");
    CHECK(ends_in_time(result.length, std::chrono::milliseconds(200)));
  }

  TEST_CASE("Hostile text is unchanged in the result") {
    CHECK(result_of(conversation({expect(inspect_queue("jobs")), say(close_channel(404, "\x1b[2J\xe2\x80\xae|\xff")),
                                  expect(channel_close_ok + open_channel), say(channel_open_ok)}),
                    {"--queue", "jobs"}) == "critical: \x1b[2J\xe2\x80\xae|\xff" + phases + facts);
  }

  TEST_CASE("Hostile text does not reach a terminal") {
    FakeServer server(joined(logged_in(start(string_entry("product", "\x1b[2J\xe2\x80\xae|\xff"))),
                             {expect(close_connection), say(close_ok), expect_close()}));
    const Finished finished = run_hale({"--for", "nagios", url(server)});
    CHECK(finished.out.starts_with("HALE OK: "));
    CHECK(finished.out.find("\\x1b[2J\\u{202e}/\xef\xbf\xbd, vhost /") != std::string::npos);
    CHECK(finished.exit_code == 0);
    CHECK(server.problem() == "");
  }
}

TEST_SUITE("amqp address") {
  TEST_CASE("Invalid addresses and options") {
    const std::string login = "an AMQP login needs a user and a password; use USER:PASSWORD@HOST";
    CHECK(refusal_of({"amqp://app@127.0.0.1"}) == "amqp:...: " + login);
    CHECK(refusal_of({"amqp://:sesame@127.0.0.1"}) == "amqp:...: " + login);
    CHECK(refusal_of({"amqp://app:sesame@127.0.0.1", "--password", "x"}) ==
          "amqp:...: the address and --password both have a password; use one of them");
    CHECK(refusal_of({"amqp://127.0.0.1/" + std::string(256, 'v')})
              .ends_with(": the name of a virtual host has at most 255 bytes"));
    CHECK(refusal_of({"amqp://127.0.0.1", "--queue", ""}) ==
          "amqp://127.0.0.1: the name of a queue has 1 to 255 bytes; use --queue NAME");
    CHECK(refusal_of({"amqp://127.0.0.1", "--queue", std::string(256, 'q')}) ==
          "amqp://127.0.0.1: the name of a queue has 1 to 255 bytes; use --queue NAME");
    CHECK(refusal_of({"amqp://127.0.0.1", "-c", "consumers=1:"}) ==
          "amqp://127.0.0.1: consumers is a metric of queues; use --queue NAME");
    CHECK(refusal_of({"amqp://127.0.0.1", "-e", "message<1"}) ==
          "--expect: amqp targets have no metric or fact message; did you mean messages?");
  }
}

}  // namespace hale::testing
