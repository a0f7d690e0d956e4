#include <doctest/doctest.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "base/text.hpp"
#include "tests/servers/servers.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

/// A database of the open server.
std::string broker(int database) { return fmt::format("redis://127.0.0.1:{}/{}", server("REDIS_PORT"), database); }
std::string shown(int database) { return "celery+" + broker(database); }

/// The server that demands a password.
std::string locked(const std::string& login) {
  return fmt::format("redis://{}127.0.0.1:{}/2", login, server("REDIS_AUTH_PORT"));
}

/// What redis-cli prints, of the database.
std::string ask_redis(int database, std::vector<std::string> words) {
  words.insert(words.begin(), {"redis-cli", "-p", server("REDIS_PORT"), "-n", fmt::format("{}", database)});
  return run_program(words).out;
}

template <typename Condition>
bool comes_true(Condition condition) {
  for (int tries = 0; tries < 1000; ++tries) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

/// hale's report on a broker, settled; its times may be long where a worker is silent.
std::string requested(int database, std::vector<std::string> more = {}) {
  more.insert(more.begin(), {"--celery", broker(database)});
  const Finished finished = run_hale(more);
  CHECK(finished.err == "");
  return settled(finished.out);
}

/// The keys of a database that are neither queues nor Celery's own lists of names.
std::vector<std::string> keys_for_replies(int database) {
  const std::string all = ask_redis(database, {"keys", "*.reply.*"});
  std::vector<std::string> keys;
  for (const std::string_view key : split(all, '\n')) {
    if (!key.empty()) keys.emplace_back(key);
  }
  return keys;
}

/// True when no key for replies lives for ever. PTTL says -1 of such.
bool all_pass_away(int database) {
  for (const std::string& key : keys_for_replies(database)) {
    if (ask_redis(database, {"pttl", key}) == "-1\n") return false;
  }
  return true;
}

/// Sends the workers of a database a control command that nobody answers.
void record_workers_to(int database, const std::string& method, const std::string& queue) {
  const std::string body = fmt::format(
      R"({{\"method\": \"{}\", \"arguments\": {{\"queue\": \"{}\"}}, \"destination\": null}})", method, queue);
  const std::string message = fmt::format(
      R"({{"body": "{}", "content-type": "application/json", "content-encoding": "utf-8", "headers": {{}}, )"
      R"("properties": {{"delivery_tag": "1"}}}})",
      body);
  REQUIRE(ask_redis(database, {"publish", fmt::format("/{}.celery.pidbox", database), message}) == "1\n");
}

/// A worker that sleeps over a task from the making of this to its end.
class Nap {
 public:
  Nap(int database, const std::string& queue, const TemporaryFolder& folder) : bed_(folder / queue) {
    const std::string body = fmt::format(
        R"([[\"{}\"], {{}}, {{\"callbacks\": null, \"errbacks\": null, \"chain\": null, \"chord\": null}}])", bed_);
    const std::string message = fmt::format(
        R"({{"body": "{0}", "content-type": "application/json", "content-encoding": "utf-8", )"
        R"("headers": {{"lang": "py", "task": "nap", "id": "{1}", "root_id": "{1}", "parent_id": null, "group": null}}, )"
        R"("properties": {{"correlation_id": "{1}", "reply_to": "", "delivery_mode": 2, "priority": 0, )"
        R"("delivery_info": {{"exchange": "", "routing_key": "{2}"}}, "delivery_tag": "{1}"}}}})",
        body, queue + "-nap", queue);
    REQUIRE(ask_redis(database, {"lpush", queue, message}) != "");
    REQUIRE(comes_true([&] { return access(bed_.c_str(), F_OK) == 0; }));
  }
  ~Nap() { unlink(bed_.c_str()); }
  Nap(const Nap&) = delete;
  Nap& operator=(const Nap&) = delete;

 private:
  std::string bed_;
};

const std::string silence = "busy in a solo pool, stopped or hung";

}  // namespace

TEST_SUITE("Celery") {
  TEST_CASE("One worker, and its queues") {
    CHECK(requested(7) == well(shown(7), "victim@hale, consuming jobs"));
    CHECK(requested(7, {"--queue", "jobs", "-w", "queue:jobs=10", "-c", "workers=1:", "-e", "worker=victim@hale", "-e",
                        "unacked=0", "-e", "reply_time<10s", "-w", "queue:other=0"}) ==
          well(shown(7), "victim@hale, consuming jobs"));
    CHECK(requested(7, {"--queue", "mail"}) == unwell(shown(7), "no worker consumes mail"));
  }

  TEST_CASE("Two workers, and one of them by its name") {
    CHECK(requested(5) == well(shown(5), "2 workers, consuming celery, mail"));
    CHECK(requested(5, {"--worker", "lab1@hale"}) == well(shown(5), "lab1@hale, consuming celery"));
    CHECK(requested(5, {"--worker", "lab2@hale", "--worker", "lab1@hale"}) ==
          well(shown(5), "2 workers, consuming celery, mail"));
    CHECK(requested(5, {"--worker", "lab1@hale", "--queue", "mail"}) == unwell(shown(5), "no worker consumes mail"));
  }

  TEST_CASE("A worker that is not there") {
    CHECK(requested(5, {"--worker", "lab3@hale", "-t", "1s"}) ==
          unwell(shown(5), "lab3@hale does not answer: " + silence + ", or not connected; 2 workers connected"));
    CHECK(requested(5, {"--worker", "lab1@hale", "--worker", "lab3@hale", "-t", "3s"}) ==
          unwell(shown(5), "lab3@hale does not answer: " + silence + ", or not connected; 2 workers connected"));
  }

  TEST_CASE("No worker at all is told at once") {
    CHECK(requested(4) == unwell(shown(4), "no worker is connected: nobody listens at channel /4.celery.pidbox"));
    CHECK(requested(4, {"--worker", "lab1@hale"}) ==
          unwell(shown(4), "lab1@hale is not connected: nobody listens at channel /4.celery.pidbox"));
    CHECK(requested(5, {"--control-exchange", "other"}) ==
          unwell(shown(5), "no worker is connected: nobody listens at channel /5.other.pidbox"));
    CHECK(ask_redis(4, {"dbsize"}) == "0\n");
  }

  TEST_CASE("How much waits, whatever its priority") {
    for (const std::string list : {"waiting",
                                   "waiting\x06\x16"
                                   "3",
                                   "waiting\x06\x16"
                                   "9"})
      ask_redis(4, {"rpush", list, "x", "y"});
    ask_redis(4, {"hset", "unacked", "tag", "task"});
    const Finished finished = run_hale({"--celery", broker(4), "-w", "queue:waiting=5", "-e", "unacked=1"});
    CHECK(finished.out.find("; queue:waiting 6 is over 5\n") != std::string::npos);
    CHECK(ask_redis(4, {"flushdb"}) == "OK\n");
  }

  TEST_CASE("Another application: prefix, exchange, channel, pickled answers, and a password") {
    const std::vector<std::string> names{
        "--control-exchange", "ctl", "--global-keyprefix", "pfx:", "--fanout-prefix", "/odd."};
    std::vector<std::string> words{"--celery", locked(":s3cret-redis@"), "--queue", "odd", "-e", "queue:odd=0"};
    words.insert(words.end(), names.begin(), names.end());
    CHECK(settled(run_hale(words).out) == well("celery+" + locked(""), "odd@hale, consuming celery, odd"));
    words[1] = locked("asker:s3cret-asker@");
    CHECK(settled(run_hale(words).out) ==
          unknown("celery+" + locked("asker@"),
                  "odd@hale, consuming celery, odd, but the answer has no queue:odd: this user "
                  "may not (NOPERM this user has no permissions to run the 'llen' command)"));
    words[1] = locked("");
    CHECK(settled(run_hale(words).out) ==
          unwell("celery+" + locked(""), "login: a password is required (NOAUTH Authentication required.)"));
    words[1] = locked(":mistaken@");
    CHECK(run_hale(words).out.find("login: wrong user or password (WRONGPASS ") != std::string::npos);
    words[1] = locked("pinger:s3cret-pinger@");
    CHECK(run_hale(words).out.find("login: this user may not (NOPERM ") != std::string::npos);
    words[1] = locked("app:s3cret-app@");
    CHECK(run_hale(words).out.find("ask: this user may not (NOPERM ") != std::string::npos);
  }

  TEST_CASE("A broker that is a replica") {
    const Finished finished = run_hale({"--celery", "redis://127.0.0.1:" + server("REDIS_REPLICA_PORT")});
    CHECK(finished.out.find("ask: the broker is a replica, which takes no messages (READONLY ") != std::string::npos);
    CHECK(finished.exit_code == 2);
  }

  TEST_CASE("By a unix socket, by TLS and by a sentinel") {
    CHECK(run_hale(
              {"--celery", "redis+socket://" + server("REDIS_SOCKET") + "?virtual_host=7", "-e", "worker=victim@hale"})
              .exit_code == 0);
    CHECK(run_hale({"--celery", "rediss://localhost:" + server("REDIS_TLS_PORT") + "/7", "--cacert", server("CA"), "-e",
                    "worker=victim@hale"})
              .exit_code == 0);
    CHECK(run_hale({"--celery", "sentinel://127.0.0.1:" + server("REDIS_SENTINEL_PORT") + "/7", "--master-name",
                    "cache", "-e", "worker=victim@hale", "-e", "master_address=127.0.0.1:" + server("REDIS_PORT")})
              .exit_code == 0);
  }

  TEST_CASE("A busy worker that forks is well; one that is alone with its task is told") {
    const TemporaryFolder folder;
    {
      const Nap fork(5, "celery", folder);
      CHECK(requested(5, {"--worker", "lab1@hale"}) == well(shown(5), "lab1@hale, consuming celery"));
      const Nap solo(5, "mail", folder);
      CHECK(requested(5, {"-t", "3s"}) == poorly(shown(5), "1 of 2 workers does not answer: " + silence));
      CHECK(requested(5, {"-t", "1s", "--worker", "lab2@hale"}) ==
            unwell(shown(5), "lab2@hale does not answer: " + silence + ", or not connected; 2 workers connected"));
      CHECK(all_pass_away(5));
    }
    CHECK(requested(5, {"-t", "20s"}) == well(shown(5), "2 workers, consuming celery, mail"));
    CHECK(all_pass_away(5));
  }

  TEST_CASE("A worker that consumes nothing") {
    record_workers_to(7, "cancel_consumer", "jobs");
    const std::string nothing = unwell(shown(7), "victim@hale answers but consumes no queue");
    CHECK(comes_true([&] { return requested(7) == nothing; }));
    CHECK(requested(7, {"--worker", "victim@hale"}) == nothing);
    record_workers_to(7, "add_consumer", "jobs");
    CHECK(comes_true([&] { return requested(7) == well(shown(7), "victim@hale, consuming jobs"); }));
  }
}

// The last of the suite, for it kills a worker.
TEST_SUITE("Celery, at the end") {
  TEST_CASE("A worker that is stopped, asked, let go on and killed; and what is left of it all") {
    const pid_t victim = static_cast<pid_t>(std::stol(server("CELERY_VICTIM")));
    REQUIRE(keys_for_replies(7).empty());
    REQUIRE(kill(victim, SIGSTOP) == 0);
    CHECK(requested(7, {"-t", "1s"}) == unwell(shown(7), "no worker answers: " + silence + "; 1 worker connected"));
    REQUIRE(keys_for_replies(7).size() == 1);
    CHECK(std::stol(ask_redis(7, {"ttl", keys_for_replies(7).front()})) > 86000);

    // hale is killed half-way.
    Program half_way(hale_words({"--celery", broker(7), "-t", "60s"}), hale_options());
    REQUIRE(comes_true([] { return keys_for_replies(7).size() == 2; }));
    half_way.send(SIGKILL);
    CHECK(half_way.finish().signal == SIGKILL);
    CHECK(all_pass_away(7));

    // Both questions are answered late.
    REQUIRE(kill(victim, SIGCONT) == 0);
    CHECK(comes_true([] {
      std::string lengths;
      for (const std::string& key : keys_for_replies(7)) lengths += ask_redis(7, {"llen", key});
      return lengths == "2\n2\n";
    }));
    CHECK(all_pass_away(7));
    CHECK(requested(7) == well(shown(7), "victim@hale, consuming jobs"));
    CHECK(keys_for_replies(7).size() == 2);

    REQUIRE(kill(victim, SIGKILL) == 0);
    const std::string nobody = unwell(shown(7), "no worker is connected: nobody listens at channel /7.celery.pidbox");
    CHECK(comes_true([&] { return requested(7) == nobody; }));
    CHECK(ask_redis(7, {"exists", "_kombu.binding.reply.celery.pidbox"}) == "0\n");
  }

  TEST_CASE("The workers have taken no harm, and no offence") {
    CHECK(requested(5) == well(shown(5), "2 workers, consuming celery, mail"));
    for (const std::string worker : {"lab1", "lab2", "victim", "odd"}) {
      CAPTURE(worker);
      const std::string log = read_file(server("LOGS") + "/celery-" + worker);
      CHECK(log.find(worker + "@hale ready.") != std::string::npos);
      for (const std::string word : {"ERROR", "CRITICAL", "WARNING", "Traceback"})
        CHECK(log.find(word) == std::string::npos);
    }
    for (const int database : {4, 5, 7}) CHECK(all_pass_away(database));
  }
}

}  // namespace hale::testing
