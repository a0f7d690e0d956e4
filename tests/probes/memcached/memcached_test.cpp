#include <doctest/doctest.h>

#include "tests/probes/observed.hpp"
#include "tests/probes/whole.hpp"
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

/// What hale drew for this probe: its key is "hale:" and that, its value that alone.
std::string drawn(const std::string& heard) {
  const std::size_t begin = heard.find("hale:") + 5;
  return heard.substr(begin, heard.find(' ', begin) - begin);
}

/// A server's answers to set, get and delete, in which KEY and VALUE stand for hale's own.
Step reply(const std::string& text) {
  return answer([text](const std::string& heard) {
    return replaced(replaced(text, "KEY", "hale:" + drawn(heard)), "VALUE!", drawn(heard));
  });
}

const std::string stored = "STORED\r\nVALUE KEY 0 16\r\nVALUE!\r\nEND\r\nDELETED\r\n";

Conversation healthy() {
  return {expect("version\r\n"), say(version), expect_until("\r\ndelete "), expect_until("\r\n"), reply(stored),
          expect("stats\r\n"),   say(stats),   expect("quit\r\n"),          expect_close()};
}

std::string url(const FakeServer& server, const std::string& login = "") {
  return fmt::format("memcached://{}{}", login, server.endpoint());
}

/// What is told of the server, whose address is S.
std::string told_of(FakeServer& server, std::vector<std::string> more = {}) {
  more.insert(more.begin(), url(server));
  const std::string story = replaced(reported(probe_one(more)), server.endpoint(), "S");
  CHECK(server.problem() == "");
  return story;
}

/// The same of one that answers set, get and delete by `answers`.
std::string told_of_answers(const std::string& answers) {
  FakeServer server({expect("version\r\n"), say(version), expect_until("\r\ndelete "), expect_until("\r\n"),
                     reply(answers), expect_close()});
  return told_of(server);
}

/// The same of one that answers version by `answer`.
std::string told_of_version(const std::string& words) {
  FakeServer server({expect("version\r\n"), say(words), expect_close()});
  return told_of(server);
}

/// The same of one that answers stats by `answer`.
std::string told_of_stats(const std::string& words, std::vector<std::string> more = {}) {
  FakeServer server(
      {expect("version\r\n"), say(version), expect("stats\r\n"), say(words), expect("quit\r\n"), expect_close()});
  more.emplace_back("--read-only");
  return told_of(server, more);
}

std::string failed(const std::string& words) {
  return "critical: ask: " + words + "\nfailed: ask\nphases: dns, connect, ask\n";
}

const std::string measured = "measure curr_connections=3 ok\nmeasure evictions=0c ok\nmeasure hit_ratio=75% ok\n";
const std::string facts = "fact version=1.6.18\nfact address=S\n";
const std::string well = "ok: memcached 1.6.18, set, get and delete\nphases: dns, connect, ask\n" + measured + facts;

}  // namespace

TEST_SUITE("memcached") {
  TEST_CASE("A value is stored, read back and deleted") {
    FakeServer server(healthy());
    CHECK(told_of(server) == well);
    const std::string heard = server.heard();
    const std::string name = drawn(heard);
    CHECK(name.size() == 16);
    CHECK(name.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(heard == fmt::format("version\r\nset hale:{0} 0 5 16\r\n{0}\r\nget hale:{0}\r\ndelete hale:{0}\r\nstats\r\n"
                               "quit\r\n",
                               name));
  }

  TEST_CASE("No two probes draw the same key") {
    FakeServer server(healthy(), {.repeat = true});
    probe({url(server), url(server)});
    CHECK(drawn(server.heard(0)) != drawn(server.heard(1)));
    CHECK(server.problem() == "");
  }

  TEST_CASE("--read-only stores nothing") {
    CHECK(told_of_stats(stats) == "ok: memcached 1.6.18\nphases: dns, connect, ask\n" + measured + facts);
  }

  TEST_CASE("An answer that comes byte by byte") {
    FakeServer server({expect("version\r\n"), drip(version, std::chrono::milliseconds(1)), expect("stats\r\n"),
                       drip(stats, std::chrono::milliseconds(1)), expect("quit\r\n"), expect_close()});
    CHECK(told_of(server, {"--read-only"}) == "ok: memcached 1.6.18\nphases: dns, connect, ask\n" + measured + facts);
  }

  TEST_CASE("The address") {
    FakeServer server(healthy());
    CHECK(probe_one({url(server)}).address == url(server));
    CHECK(server.problem() == "");
  }
}

TEST_SUITE("memcached stats") {
  const std::string lead = "ok: memcached 1.6.18\nphases: dns, connect, ask\n";

  TEST_CASE("Without gets there is no hit ratio") {
    CHECK(told_of_stats("STAT curr_connections 3\r\nSTAT get_hits 0\r\nSTAT get_misses 0\r\nEND\r\n") ==
          lead + "measure curr_connections=3 ok\n" + facts);
  }

  TEST_CASE("Whatever is asked for is told by its name and unit") {
    CHECK(told_of_stats("STAT bytes 42\r\nSTAT uptime 7\r\nSTAT threads 4\r\nSTAT evictions 1\r\nEND\r\n",
                        {"-w", "bytes=1MB", "-e", "uptime>1s", "-c", "stat:threads=8", "-w", "evictions=2"}) ==
          lead +
              "measure evictions=1c ok w 2\nmeasure uptime=7s ok\nmeasure bytes=42B ok w 1000000\n"
              "measure stat:threads=4 ok c 8\n" +
              facts);
  }

  TEST_CASE("A range that is crossed") {
    CHECK(told_of_stats(stats, {"-c", "hit_ratio=80:"}) ==
          "critical: memcached 1.6.18, but hit_ratio 75 % is under 80 %\nphases: dns, connect, ask\n"
          "measure curr_connections=3 ok\nmeasure evictions=0c ok\nmeasure hit_ratio=75% critical c 80:\n" +
              facts);
  }

  TEST_CASE("Refused stats are left out") {
    CHECK(told_of_stats("ERROR\r\n") == lead + facts);
    CHECK(told_of_stats("SERVER_ERROR not here\r\n") == lead + facts);
  }

  TEST_CASE("A stat that is not told cannot be judged") {
    CHECK(told_of_stats("END\r\n", {"-w", "stat:nothing=1"}) ==
          "unknown: memcached 1.6.18, but the answer has no measure stat:nothing\nphases: dns, connect, ask\n" + facts);
  }

  TEST_CASE("A stat that is no number") {
    CHECK(told_of_stats("STAT curr_connections many\r\nSTAT evictions nan\r\nEND\r\n") == lead + facts);
  }

  TEST_CASE("Something else among them") {
    FakeServer server({expect("version\r\n"), say(version), expect("stats\r\n"), say("STAT evictions 0\r\nhello\r\n"),
                       expect_close()});
    CHECK(told_of(server, {"--read-only"}) == failed("stats was answered by hello"));
  }

  TEST_CASE("Stats without an end") {
    std::string many;
    for (int i = 0; i < 4097; ++i) many += fmt::format("STAT s{} 1\r\n", i);
    FakeServer server({expect("version\r\n"), say(version), expect("stats\r\n"), say(many), stay_silent()});
    CHECK(reported(probe_one({url(server), "--read-only"})) == failed("stats: more than 4096 of them"));
  }
}

TEST_SUITE("memcached login") {
  /// What is heard up to the end of the login, and the answer to it.
  Conversation login(const std::string& words) { return {expect_until(" 0 -1 10\r\nali sesame\r\n"), say(words)}; }

  /// The whole story of a login that is answered by `words`.
  std::string told_of_login(const std::string& words) {
    Conversation conversation = login(words);
    conversation.push_back(expect_close());
    FakeServer server(conversation);
    const std::string story = reported(probe_one({url(server, "ali:sesame@")}));
    CHECK(server.problem() == "");
    return story;
  }

  std::string failed_login(const std::string& words) {
    return "critical: login: " + words + "\nfailed: login\nphases: dns, connect, login\n";
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
          "ok: memcached 1.6.18\nphases: dns, connect, login, ask\n" + measured + facts);
    CHECK(result.address == url(server, "ali@"));
    CHECK(server.problem() == "");
    const std::string heard = server.heard();
    CHECK(heard == fmt::format("set hale:{0} 0 -1 10\r\nali sesame\r\ndelete hale:{0}\r\nversion\r\nstats\r\nquit\r\n",
                               drawn(heard)));
  }

  TEST_CASE("Refusing login") {
    CHECK(told_of_login("CLIENT_ERROR authentication failure\r\n") ==
          failed_login("wrong user or password (CLIENT_ERROR authentication failure)"));
    CHECK(told_of_login("SERVER_ERROR out of memory\r\n") == failed_login("SERVER_ERROR out of memory"));
  }

  TEST_CASE("No login where one is required") {
    CHECK(told_of_version("CLIENT_ERROR unauthenticated\r\n") ==
          failed("a login is required (CLIENT_ERROR unauthenticated)"));
  }

  TEST_CASE("Nonsense") {
    CHECK(told_of_login("VERSION 1.6.18\r\n") == failed_login("login was answered by VERSION 1.6.18"));
    Conversation conversation = login("STORED\r\n");
    const Conversation rest{expect_until("delete "), expect_until("\r\n"), say("hello\r\n"), expect_close()};
    conversation.insert(conversation.end(), rest.begin(), rest.end());
    FakeServer server(conversation);
    CHECK(reported(probe_one({url(server, "ali:sesame@")})) == failed_login("login was answered by hello"));
  }

  TEST_CASE("A server that repeats the password does not make hale repeat it") {
    CHECK(told_of_login("CLIENT_ERROR sesame is wrong\r\n") == failed_login("CLIENT_ERROR *** is wrong"));
  }

  TEST_CASE("Never answering") {
    const FakeClock clock;
    FakeServer server({expect_until("sesame\r\n"), stay_silent()});
    CHECK(reported(probe_one({url(server, "ali:sesame@"), "-t", "200ms"})) == failed_login("no answer within 200 ms"));
  }
}

TEST_SUITE("memcached trouble") {
  TEST_CASE("Errors are told in the server's words") {
    CHECK(told_of_version("ERROR\r\n") == failed("version: ERROR"));
    CHECK(told_of_answers("SERVER_ERROR out of memory storing object\r\nEND\r\nNOT_FOUND\r\n") ==
          failed("set: SERVER_ERROR out of memory storing object"));
    CHECK(told_of_answers("NOT_STORED\r\nEND\r\nNOT_FOUND\r\n") == failed("set was answered by NOT_STORED"));
    CHECK(told_of_answers("STORED\r\nSERVER_ERROR out of memory writing get response\r\n") ==
          failed("get: SERVER_ERROR out of memory writing get response"));
    CHECK(told_of_answers("STORED\r\nVALUE KEY 0 16\r\nVALUE!\r\nEND\r\nCLIENT_ERROR bad\r\n") ==
          failed("delete: CLIENT_ERROR bad"));
  }

  TEST_CASE("A value that is lost") {
    CHECK(told_of_answers("STORED\r\nEND\r\nNOT_FOUND\r\n") ==
          failed("get: the value that was just stored is not there"));
    CHECK(told_of_answers("STORED\r\nVALUE KEY 0 16\r\nVALUE!\r\nEND\r\nNOT_FOUND\r\n") ==
          failed("delete was answered by NOT_FOUND"));
  }

  TEST_CASE("Another value") {
    const std::string words = failed("get: another value came back than was stored");
    CHECK(told_of_answers("STORED\r\nVALUE KEY 0 5\r\nwrong\r\nEND\r\nDELETED\r\n") == words);
    CHECK(told_of_answers("STORED\r\nVALUE other 0 16\r\nVALUE!\r\nEND\r\nDELETED\r\n") == words);
    CHECK(told_of_answers("STORED\r\nVALUE KEY 0 15\r\nVALUE!\r\nEND\r\nDELETED\r\n") ==
          failed("no memcached answer: a value is longer than its length"));
    CHECK(told_of_answers("STORED\r\nVALUE k 0 9999999\r\n") == failed("get was answered by VALUE k 0 9999999"));
  }

  TEST_CASE("Refused") {
    const ClosedPort closed;
    CHECK(reported(probe_one({fmt::format("memcached://127.0.0.1:{}", closed.port())})) ==
          "critical: connect: Connection refused\nfailed: connect\nphases: dns, connect\n");
  }

  TEST_CASE("Nonsense") {
    CHECK(told_of_version("HTTP/1.1 400 Bad Request\r\n\r\n") ==
          failed("version was answered by HTTP/1.1 400 Bad Request"));
    CHECK(told_of_version("\r\n") == failed("version was answered by nothing"));
    CHECK(told_of_version(std::string(1000, 'V') + "\r\n") ==
          failed("version was answered by " + std::string(57, 'V') + "\u2026"));
  }

  TEST_CASE("Hanging up mid-word") {
    FakeServer server({expect("version\r\n"), say("VERSION 1.6"), hang_up()});
    CHECK(told_of(server) == failed("the peer hung up"));
  }

  TEST_CASE("A reset") {
    FakeServer server({expect("version\r\n"), reset()});
    CHECK(told_of(server) == failed("Connection reset by peer"));
  }

  TEST_CASE("Never answering") {
    const FakeClock clock;
    FakeServer server({expect("version\r\n"), stay_silent()});
    const Result result = probe_one({url(server), "-t", "200ms"});
    CHECK(reported(result) == failed("no answer within 200 ms"));
    CHECK(result.length == std::chrono::milliseconds(200));
  }

  TEST_CASE("Hostile text stays what it is until the report") {
    CHECK(told_of_version("SERVER_ERROR \x1b[2J\xe2\x80\xae|\xff\r\n") ==
          failed("version: SERVER_ERROR \x1b[2J\xe2\x80\xae|\xff"));
  }

  TEST_CASE("Hostile text does not reach a terminal") {
    FakeServer server({expect("version\r\n"), say("SERVER_ERROR \x1b[2J\xe2\x80\xae|\xff\r\n"), expect_close()});
    const Finished finished = run_hale({"--for", "nagios", url(server)});
    CHECK(finished.out.starts_with("HALE CRITICAL: "));
    CHECK(finished.out.find("SERVER_ERROR \\x1b[2J\\u{202e}/\xef\xbf\xbd") != std::string::npos);
    CHECK(finished.exit_code == 2);
  }

  TEST_CASE("A line without an end") {
    FakeServer server({expect("version\r\n"), pour(std::string(16384, 'V'))});
    CHECK(told_of(server) == failed("no memcached answer: a line of more than 8192 bytes"));
  }
}

TEST_SUITE("memcached unix socket") {
  TEST_CASE("A path") {
    const TemporaryFolder folder;
    FakeServer server(healthy(), {.unix_path = folder / "socket"});
    const Result result = probe_one({"--memcached", server.endpoint()});
    CHECK(replaced(reported(result), server.endpoint(), "S") == replaced(well, "dns, ", ""));
    CHECK(result.address == "memcached+unix://" + server.endpoint());
    CHECK(server.problem() == "");
  }

  TEST_CASE("Nobody there") {
    const TemporaryFolder folder;
    CHECK(reported(probe_one({"memcached+unix://" + (folder / "socket")})) ==
          "critical: connect: No such file or directory\nfailed: connect\nphases: connect\n");
  }
}

TEST_SUITE("memcached address") {
  TEST_CASE("What is wrong with it") {
    CHECK(refusal_of({"memcached://127.0.0.1/path"}) ==
          "memcached://127.0.0.1/path: a memcached target has no path; write "
          "[memcached://][USER:PASSWORD@]HOST[:PORT] or /PATH/TO/SOCKET");
    CHECK(refusal_of({"memcached+unix://host/path"}) ==
          "memcached+unix://host/path: a unix socket is named by its whole path; write "
          "memcached+unix:///run/memcached.sock");
    const std::string login =
        "a memcached login is a user without blanks and a password; write memcached://USER:PASSWORD@HOST";
    CHECK(refusal_of({"memcached://sesame@127.0.0.1"}) == "memcached:...: " + login);
    CHECK(refusal_of({"memcached://:sesame@127.0.0.1"}) == "memcached:...: " + login);
    CHECK(refusal_of({"memcached://a%20b:sesame@127.0.0.1"}) == "memcached:...: " + login);
    CHECK(refusal_of({"memcached://127.0.0.1", "-w", "evictoins=1"}) ==
          "-w memcached targets have no measure evictoins; did you mean evictions?");
  }
}

}  // namespace hale::testing
