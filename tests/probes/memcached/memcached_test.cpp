#include <doctest/doctest.h>

#include "tests/probes/format_result.hpp"
#include "tests/probes/reported.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/hale.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

const std::string version = "VERSION 1.6.18\r\n";
const std::string stats =
    "STAT curr_connections 3\r\nSTAT evictions 0\r\nSTAT get_hits 3\r\nSTAT get_misses 1\r\nEND\r\n";

/// The random name in a probe's commands: its value, and its key after "hale:".
std::string random_name_in(const std::string& received) {
  const std::size_t begin = received.find("hale:") + 5;
  return received.substr(begin, received.find(' ', begin) - begin);
}

/// A server's answers to set, get and delete, with KEY and VALUE! replaced by hale's own.
Step answer_with_key(const std::string& text) {
  return answer([text](const std::string& received) {
    return replaced(replaced(text, "KEY", "hale:" + random_name_in(received)), "VALUE!", random_name_in(received));
  });
}

const std::string stored = "STORED\r\nVALUE KEY 0 16\r\nVALUE!\r\nEND\r\nDELETED\r\n";

Conversation healthy() {
  return {
      expect("version\r\n"), say(version), expect_until("\r\ndelete "), expect_until("\r\n"), answer_with_key(stored),
      expect("stats\r\n"),   say(stats),   expect("quit\r\n"),          expect_close()};
}

std::string url(const FakeServer& server, const std::string& login = "") {
  return fmt::format("memcached://{}{}", login, server.endpoint());
}

/// The report on `server`, with its address as S.
std::string report_for(FakeServer& server, std::vector<std::string> more = {}) {
  more.insert(more.begin(), url(server));
  const std::string report = replaced(reported(probe_one(more)), server.endpoint(), "S");
  CHECK(server.problem() == "");
  return report;
}

/// The report on a server that answers set, get and delete with `answers`.
std::string report_for_answers(const std::string& answers) {
  FakeServer server({expect("version\r\n"), say(version), expect_until("\r\ndelete "), expect_until("\r\n"),
                     answer_with_key(answers), expect_close()});
  return report_for(server);
}

/// The report on a server that answers version with `text`.
std::string report_for_version(const std::string& text) {
  FakeServer server({expect("version\r\n"), say(text), expect_close()});
  return report_for(server);
}

/// The report on a server that answers stats with `text`.
std::string report_for_stats(const std::string& text, std::vector<std::string> more = {}) {
  FakeServer server(
      {expect("version\r\n"), say(version), expect("stats\r\n"), say(text), expect("quit\r\n"), expect_close()});
  more.emplace_back("--read-only");
  return report_for(server, more);
}

std::string failure(const std::string& text) {
  return "critical: ask: " + text + "\nfailed: ask\nphases: dns, connect, ask\n";
}

const std::string default_metrics = "metric curr_connections=3 ok\nmetric evictions=0c ok\nmetric hit_ratio=75% ok\n";
const std::string facts = "fact version=1.6.18\nfact address=S\n";
const std::string success_report =
    "ok: memcached 1.6.18, set, get and delete\nphases: dns, connect, ask\n" + default_metrics + facts;

}  // namespace

TEST_SUITE("memcached") {
  TEST_CASE("A value is stored, read back and deleted") {
    FakeServer server(healthy());
    CHECK(report_for(server) == success_report);
    const std::string received = server.received();
    const std::string name = random_name_in(received);
    CHECK(name.size() == 16);
    CHECK(name.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(received ==
          fmt::format("version\r\nset hale:{0} 0 5 16\r\n{0}\r\nget hale:{0}\r\ndelete hale:{0}\r\nstats\r\n"
                      "quit\r\n",
                      name));
  }

  TEST_CASE("Each probe has its own key") {
    FakeServer server(healthy(), {.repeat = true});
    probe({url(server), url(server)});
    CHECK(random_name_in(server.received(0)) != random_name_in(server.received(1)));
    CHECK(server.problem() == "");
  }

  TEST_CASE("--read-only stores nothing") {
    CHECK(report_for_stats(stats) == "ok: memcached 1.6.18\nphases: dns, connect, ask\n" + default_metrics + facts);
  }

  TEST_CASE("An answer that arrives byte by byte") {
    FakeServer server({expect("version\r\n"), drip(version, std::chrono::milliseconds(1)), expect("stats\r\n"),
                       drip(stats, std::chrono::milliseconds(1)), expect("quit\r\n"), expect_close()});
    CHECK(report_for(server, {"--read-only"}) ==
          "ok: memcached 1.6.18\nphases: dns, connect, ask\n" + default_metrics + facts);
  }

  TEST_CASE("The address") {
    FakeServer server(healthy());
    CHECK(probe_one({url(server)}).address == url(server));
    CHECK(server.problem() == "");
  }
}

TEST_SUITE("memcached stats") {
  const std::string prefix = "ok: memcached 1.6.18\nphases: dns, connect, ask\n";

  TEST_CASE("Without gets there is no hit ratio") {
    CHECK(report_for_stats("STAT curr_connections 3\r\nSTAT get_hits 0\r\nSTAT get_misses 0\r\nEND\r\n") ==
          prefix + "metric curr_connections=3 ok\n" + facts);
  }

  TEST_CASE("Requested stats are metrics with their name and unit") {
    CHECK(report_for_stats("STAT bytes 42\r\nSTAT uptime 7\r\nSTAT threads 4\r\nSTAT evictions 1\r\nEND\r\n",
                           {"-w", "bytes=1MB", "-e", "uptime>1s", "-c", "stat:threads=8", "-w", "evictions=2"}) ==
          prefix +
              "metric evictions=1c ok w 2\nmetric uptime=7s ok\nmetric bytes=42B ok w 1000000\n"
              "metric stat:threads=4 ok c 8\n" +
              facts);
  }

  TEST_CASE("A value outside its range") {
    CHECK(report_for_stats(stats, {"-c", "hit_ratio=80:"}) ==
          "critical: memcached 1.6.18, but hit_ratio 75 % is under 80 %\nphases: dns, connect, ask\n"
          "metric curr_connections=3 ok\nmetric evictions=0c ok\nmetric hit_ratio=75% critical c 80:\n" +
              facts);
  }

  TEST_CASE("Refused stats are left out") {
    CHECK(report_for_stats("ERROR\r\n") == prefix + facts);
    CHECK(report_for_stats("SERVER_ERROR not here\r\n") == prefix + facts);
  }

  TEST_CASE("A condition on a missing stat") {
    CHECK(report_for_stats("END\r\n", {"-w", "stat:nothing=1"}) ==
          "unknown: memcached 1.6.18, but the answer has no metric stat:nothing\nphases: dns, connect, ask\n" + facts);
  }

  TEST_CASE("A stat that is not a number") {
    CHECK(report_for_stats("STAT curr_connections many\r\nSTAT evictions nan\r\nEND\r\n") == prefix + facts);
  }

  TEST_CASE("A line that is not a stat") {
    FakeServer server({expect("version\r\n"), say(version), expect("stats\r\n"), say("STAT evictions 0\r\nhello\r\n"),
                       expect_close()});
    CHECK(report_for(server, {"--read-only"}) == failure("unexpected answer to stats: hello"));
  }

  TEST_CASE("Stats without an end") {
    std::string many;
    for (int i = 0; i < 4097; ++i) many += fmt::format("STAT s{} 1\r\n", i);
    FakeServer server({expect("version\r\n"), say(version), expect("stats\r\n"), say(many), stay_silent()});
    CHECK(reported(probe_one({url(server), "--read-only"})) == failure("stats: more than 4096 values"));
  }
}

TEST_SUITE("memcached login") {
  /// Waits for the login, and answers it with `text`.
  Conversation login(const std::string& text) { return {expect_until(" 0 -1 10\r\nali sesame\r\n"), say(text)}; }

  /// The report on a server that answers the login with `text`.
  std::string report_for_login(const std::string& text) {
    Conversation conversation = login(text);
    conversation.push_back(expect_close());
    FakeServer server(conversation);
    const std::string report = reported(probe_one({url(server, "ali:sesame@")}));
    CHECK(server.problem() == "");
    return report;
  }

  std::string login_failure(const std::string& text) {
    return "critical: login: " + text + "\nfailed: login\nphases: dns, connect, login\n";
  }

  TEST_CASE("User and password are the value of the first set") {
    Conversation conversation = login("STORED\r\n");
    const Conversation rest{
        expect_until("delete "), expect_until("\r\n"), say("NOT_FOUND\r\n"), expect("version\r\n"), say(version),
        expect("stats\r\n"),     say(stats),           expect("quit\r\n"),   expect_close()};
    conversation.insert(conversation.end(), rest.begin(), rest.end());
    FakeServer server(conversation);
    const Result result = probe_one({url(server, "ali:sesame@"), "--read-only"});
    CHECK(replaced(reported(result), server.endpoint(), "S") ==
          "ok: memcached 1.6.18\nphases: dns, connect, login, ask\n" + default_metrics + facts);
    CHECK(result.address == url(server, "ali@"));
    CHECK(server.problem() == "");
    const std::string received = server.received();
    CHECK(received ==
          fmt::format("set hale:{0} 0 -1 10\r\nali sesame\r\ndelete hale:{0}\r\nversion\r\nstats\r\nquit\r\n",
                      random_name_in(received)));
  }

  TEST_CASE("A rejected login") {
    CHECK(report_for_login("CLIENT_ERROR authentication failure\r\n") ==
          login_failure("wrong user or password (CLIENT_ERROR authentication failure)"));
    CHECK(report_for_login("SERVER_ERROR out of memory\r\n") == login_failure("SERVER_ERROR out of memory"));
  }

  TEST_CASE("No login where one is required") {
    CHECK(report_for_version("CLIENT_ERROR unauthenticated\r\n") ==
          failure("a login is required (CLIENT_ERROR unauthenticated)"));
  }

  TEST_CASE("An answer of another protocol") {
    CHECK(report_for_login("VERSION 1.6.18\r\n") == login_failure("unexpected answer to login: VERSION 1.6.18"));
    Conversation conversation = login("STORED\r\n");
    const Conversation rest{expect_until("delete "), expect_until("\r\n"), say("hello\r\n"), expect_close()};
    conversation.insert(conversation.end(), rest.begin(), rest.end());
    FakeServer server(conversation);
    CHECK(reported(probe_one({url(server, "ali:sesame@")})) == login_failure("unexpected answer to login: hello"));
  }

  TEST_CASE("A password that the server repeats is not shown") {
    CHECK(report_for_login("CLIENT_ERROR sesame is wrong\r\n") == login_failure("CLIENT_ERROR *** is wrong"));
  }

  TEST_CASE("A server that does not answer") {
    const FakeClock clock;
    FakeServer server({expect_until("sesame\r\n"), stay_silent()});
    CHECK(reported(probe_one({url(server, "ali:sesame@"), "-t", "200ms"})) == login_failure("no answer within 200 ms"));
  }
}

TEST_SUITE("memcached failures") {
  TEST_CASE("Errors contain the server's own message") {
    CHECK(report_for_version("ERROR\r\n") == failure("version: ERROR"));
    CHECK(report_for_answers("SERVER_ERROR out of memory storing object\r\nEND\r\nNOT_FOUND\r\n") ==
          failure("set: SERVER_ERROR out of memory storing object"));
    CHECK(report_for_answers("NOT_STORED\r\nEND\r\nNOT_FOUND\r\n") == failure("unexpected answer to set: NOT_STORED"));
    CHECK(report_for_answers("STORED\r\nSERVER_ERROR out of memory writing get response\r\n") ==
          failure("get: SERVER_ERROR out of memory writing get response"));
    CHECK(report_for_answers("STORED\r\nVALUE KEY 0 16\r\nVALUE!\r\nEND\r\nCLIENT_ERROR bad\r\n") ==
          failure("delete: CLIENT_ERROR bad"));
  }

  TEST_CASE("A lost value") {
    CHECK(report_for_answers("STORED\r\nEND\r\nNOT_FOUND\r\n") == failure("get: the value just stored is missing"));
    CHECK(report_for_answers("STORED\r\nVALUE KEY 0 16\r\nVALUE!\r\nEND\r\nNOT_FOUND\r\n") ==
          failure("unexpected answer to delete: NOT_FOUND"));
  }

  TEST_CASE("A changed value") {
    const std::string text = failure("get: the value is not the one just stored");
    CHECK(report_for_answers("STORED\r\nVALUE KEY 0 5\r\nwrong\r\nEND\r\nDELETED\r\n") == text);
    CHECK(report_for_answers("STORED\r\nVALUE other 0 16\r\nVALUE!\r\nEND\r\nDELETED\r\n") == text);
    CHECK(report_for_answers("STORED\r\nVALUE KEY 0 15\r\nVALUE!\r\nEND\r\nDELETED\r\n") ==
          failure("not a memcached answer: a value is longer than its length"));
    CHECK(report_for_answers("STORED\r\nVALUE k 0 9999999\r\n") ==
          failure("unexpected answer to get: VALUE k 0 9999999"));
  }

  TEST_CASE("A refused connection") {
    const ClosedPort closed;
    CHECK(reported(probe_one({fmt::format("memcached://127.0.0.1:{}", closed.port())})) ==
          "critical: connect: Connection refused\nfailed: connect\nphases: dns, connect\n");
  }

  TEST_CASE("An answer of another protocol") {
    CHECK(report_for_version("HTTP/1.1 400 Bad Request\r\n\r\n") ==
          failure("unexpected answer to version: HTTP/1.1 400 Bad Request"));
    CHECK(report_for_version("\r\n") == failure("unexpected answer to version: an empty line"));
    CHECK(report_for_version(std::string(1000, 'V') + "\r\n") ==
          failure("unexpected answer to version: " + std::string(57, 'V') + "\u2026"));
  }

  TEST_CASE("A connection closed within a line") {
    FakeServer server({expect("version\r\n"), say("VERSION 1.6"), hang_up()});
    CHECK(report_for(server) == failure("the peer hung up"));
  }

  TEST_CASE("A reset") {
    FakeServer server({expect("version\r\n"), reset()});
    CHECK(report_for(server) == failure("Connection reset by peer"));
  }

  TEST_CASE("A server that does not answer") {
    const FakeClock clock;
    FakeServer server({expect("version\r\n"), stay_silent()});
    const Result result = probe_one({url(server), "-t", "200ms"});
    CHECK(reported(result) == failure("no answer within 200 ms"));
    CHECK(result.length == std::chrono::milliseconds(200));
  }

  TEST_CASE("Control characters are kept until the report") {
    CHECK(report_for_version("SERVER_ERROR \x1b[2J\xe2\x80\xae|\xff\r\n") ==
          failure("version: SERVER_ERROR \x1b[2J\xe2\x80\xae|\xff"));
  }

  TEST_CASE("Control characters are escaped in the report") {
    FakeServer server({expect("version\r\n"), say("SERVER_ERROR \x1b[2J\xe2\x80\xae|\xff\r\n"), expect_close()});
    const Finished finished = run_hale({"--for", "nagios", url(server)});
    CHECK(finished.out.starts_with("HALE CRITICAL: "));
    CHECK(finished.out.find("SERVER_ERROR \\x1b[2J\\u{202e}/\xef\xbf\xbd") != std::string::npos);
    CHECK(finished.exit_code == 2);
  }

  TEST_CASE("A line without an end") {
    FakeServer server({expect("version\r\n"), pour(std::string(16384, 'V'))});
    CHECK(report_for(server) == failure("not a memcached answer: a line of more than 8192 bytes"));
  }
}

TEST_SUITE("memcached unix socket") {
  TEST_CASE("A path") {
    const TemporaryFolder folder;
    FakeServer server(healthy(), {.unix_path = folder / "socket"});
    const Result result = probe_one({"--memcached", server.endpoint()});
    CHECK(replaced(reported(result), server.endpoint(), "S") == replaced(success_report, "dns, ", ""));
    CHECK(result.address == "memcached+unix://" + server.endpoint());
    CHECK(server.problem() == "");
  }

  TEST_CASE("A socket that nothing listens on") {
    const TemporaryFolder folder;
    CHECK(reported(probe_one({"memcached+unix://" + (folder / "socket")})) ==
          "critical: connect: No such file or directory\nfailed: connect\nphases: connect\n");
  }
}

TEST_SUITE("memcached address") {
  TEST_CASE("Invalid addresses") {
    CHECK(refusal_of({"memcached://127.0.0.1/path"}) ==
          "memcached://127.0.0.1/path: memcached targets have no path; use "
          "[memcached://][USER:PASSWORD@]HOST[:PORT] or /PATH/TO/SOCKET");
    CHECK(refusal_of({"memcached+unix://host/path"}) ==
          "memcached+unix://host/path: a unix socket needs an absolute path; use "
          "memcached+unix:///run/memcached.sock");
    const std::string login =
        "a memcached login is a user without spaces and a password; use memcached://USER:PASSWORD@HOST";
    CHECK(refusal_of({"memcached://sesame@127.0.0.1"}) == "memcached:...: " + login);
    CHECK(refusal_of({"memcached://:sesame@127.0.0.1"}) == "memcached:...: " + login);
    CHECK(refusal_of({"memcached://a%20b:sesame@127.0.0.1"}) == "memcached:...: " + login);
    CHECK(refusal_of({"memcached://127.0.0.1", "-w", "evictoins=1"}) ==
          "-w memcached targets have no metric evictoins; did you mean evictions?");
  }
}

}  // namespace hale::testing
