#include <doctest/doctest.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "base/file.hpp"
#include "base/text.hpp"
#include "tests/servers/servers.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

/// A database of the server without a password.
std::string broker(int database) { return fmt::format("redis://127.0.0.1:{}/{}", server("REDIS_PORT"), database); }
std::string displayed(int database) { return "celery+" + broker(database); }

/// The server that requires a password.
std::string broker_with_password(const std::string& login) {
  return fmt::format("redis://{}127.0.0.1:{}/2", login, server("REDIS_AUTH_PORT"));
}

/// The output of redis-cli.
std::string redis_cli(int database, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"redis-cli", "-p", server("REDIS_PORT"), "-n", fmt::format("{}", database)});
  return run_program(arguments).out;
}

template <typename Condition>
bool eventually(Condition condition) {
  for (int tries = 0; tries < 1000; ++tries) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

/// hale's settled report on the broker in `database`.
std::string report_on(int database, std::vector<std::string> options = {}) {
  options.insert(options.begin(), {"--celery", broker(database)});
  const Finished finished = run_hale(options);
  CHECK(finished.err == "");
  return normalize_report(finished.out);
}

/// The keys of the lists for replies in a database.
std::vector<std::string> reply_keys(int database) {
  const std::string all = redis_cli(database, {"keys", "*.reply.*"});
  std::vector<std::string> keys;
  for (const std::string_view key : split(all, '\n')) {
    if (!key.empty()) keys.emplace_back(key);
  }
  return keys;
}

/// True when every list for replies has a time to live. PTTL is -1 without one.
bool all_keys_expire(int database) {
  for (const std::string& key : reply_keys(database)) {
    if (redis_cli(database, {"pttl", key}) == "-1\n") return false;
  }
  return true;
}

/// Sends the workers of a database a control command without a reply.
void send_control_command(int database, const std::string& method, const std::string& queue) {
  const std::string body = fmt::format(
      R"({{\"method\": \"{}\", \"arguments\": {{\"queue\": \"{}\"}}, \"destination\": null}})", method, queue);
  const std::string message = fmt::format(
      R"({{"body": "{}", "content-type": "application/json", "content-encoding": "utf-8", "headers": {{}}, )"
      R"("properties": {{"delivery_tag": "1"}}}})",
      body);
  REQUIRE(redis_cli(database, {"publish", fmt::format("/{}.celery.pidbox", database), message}) == "1\n");
}

/// Keeps a worker busy with a task as long as this exists: the task lasts until its marker file is removed.
class SleepingWorker {
 public:
  SleepingWorker(int database, const std::string& queue, const TemporaryFolder& folder) : marker_(folder / queue) {
    const std::string body = fmt::format(
        R"([[\"{}\"], {{}}, {{\"callbacks\": null, \"errbacks\": null, \"chain\": null, \"chord\": null}}])", marker_);
    const std::string message = fmt::format(
        R"({{"body": "{0}", "content-type": "application/json", "content-encoding": "utf-8", )"
        R"("headers": {{"lang": "py", "task": "nap", "id": "{1}", "root_id": "{1}", "parent_id": null, "group": null}}, )"
        R"("properties": {{"correlation_id": "{1}", "reply_to": "", "delivery_mode": 2, "priority": 0, )"
        R"("delivery_info": {{"exchange": "", "routing_key": "{2}"}}, "delivery_tag": "{1}"}}}})",
        body, queue + "-nap", queue);
    REQUIRE(redis_cli(database, {"lpush", queue, message}) != "");
    REQUIRE(eventually([&] { return access(marker_.c_str(), F_OK) == 0; }));
  }
  ~SleepingWorker() { unlink(marker_.c_str()); }
  SleepingWorker(const SleepingWorker&) = delete;
  SleepingWorker& operator=(const SleepingWorker&) = delete;

 private:
  std::string marker_;
};

const std::string silence_reasons = "busy in a solo pool, stopped or hung";

}  // namespace

TEST_SUITE("Celery") {
  TEST_CASE("One worker and its queues") {
    CHECK(report_on(7) == ok_report(displayed(7), "victim@hale, consuming jobs"));
    CHECK(report_on(7, {"--queue", "jobs", "-w", "queue:jobs=10", "-c", "workers=1:", "-e", "worker=victim@hale", "-e",
                        "unacked=0", "-e", "reply_time<10s", "-w", "queue:other=0"}) ==
          ok_report(displayed(7), "victim@hale, consuming jobs"));
    CHECK(report_on(7, {"--queue", "mail"}) == critical_report(displayed(7), "no worker consumes mail"));
  }

  TEST_CASE("Two workers, and one of them by name") {
    CHECK(report_on(5) == ok_report(displayed(5), "2 workers, consuming celery, mail"));
    CHECK(report_on(5, {"--worker", "lab1@hale"}) == ok_report(displayed(5), "lab1@hale, consuming celery"));
    CHECK(report_on(5, {"--worker", "lab2@hale", "--worker", "lab1@hale"}) ==
          ok_report(displayed(5), "2 workers, consuming celery, mail"));
    CHECK(report_on(5, {"--worker", "lab1@hale", "--queue", "mail"}) ==
          critical_report(displayed(5), "no worker consumes mail"));
  }

  TEST_CASE("A worker that does not exist") {
    CHECK(report_on(5, {"--worker", "lab3@hale", "-t", "1s"}) ==
          critical_report(displayed(5),
                          "lab3@hale does not answer: " + silence_reasons + ", or not connected; 2 workers connected"));
    CHECK(report_on(5, {"--worker", "lab1@hale", "--worker", "lab3@hale", "-t", "3s"}) ==
          critical_report(displayed(5),
                          "lab3@hale does not answer: " + silence_reasons + ", or not connected; 2 workers connected"));
  }

  TEST_CASE("No worker is connected") {
    CHECK(report_on(4) ==
          critical_report(displayed(4), "no worker is connected: nothing listens on channel /4.celery.pidbox"));
    CHECK(report_on(4, {"--worker", "lab1@hale"}) ==
          critical_report(displayed(4), "lab1@hale is not connected: nothing listens on channel /4.celery.pidbox"));
    CHECK(report_on(5, {"--control-exchange", "other"}) ==
          critical_report(displayed(5), "no worker is connected: nothing listens on channel /5.other.pidbox"));
    CHECK(redis_cli(4, {"dbsize"}) == "0\n");
  }

  TEST_CASE("Tasks of all priorities are counted") {
    for (const std::string list : {"waiting",
                                   "waiting\x06\x16"
                                   "3",
                                   "waiting\x06\x16"
                                   "9"})
      redis_cli(4, {"rpush", list, "x", "y"});
    redis_cli(4, {"hset", "unacked", "tag", "task"});
    const Finished finished = run_hale({"--celery", broker(4), "-w", "queue:waiting=5", "-e", "unacked=1"});
    CHECK(finished.out.find("; queue:waiting 6 is over 5\n") != std::string::npos);
    CHECK(redis_cli(4, {"flushdb"}) == "OK\n");
  }

  TEST_CASE("Another application: prefix, exchange, channel, pickled replies, and a password") {
    const std::vector<std::string> names{
        "--control-exchange", "ctl", "--global-keyprefix", "pfx:", "--fanout-prefix", "/odd."};
    std::vector<std::string> arguments{"--celery",   broker_with_password(":s3cret-redis@"), "--queue", "odd", "-e",
                                       "queue:odd=0"};
    arguments.insert(arguments.end(), names.begin(), names.end());
    CHECK(normalize_report(run_hale(arguments).out) ==
          ok_report("celery+" + broker_with_password(""), "odd@hale, consuming celery, odd"));
    arguments[1] = broker_with_password("asker:s3cret-asker@");
    CHECK(normalize_report(run_hale(arguments).out) ==
          unknown_report("celery+" + broker_with_password("asker@"),
                         "odd@hale, consuming celery, odd, but the answer has no queue:odd: "
                         "permission denied (NOPERM this user has no permissions to run the 'llen' command)"));
    arguments[1] = broker_with_password("");
    CHECK(normalize_report(run_hale(arguments).out) ==
          critical_report("celery+" + broker_with_password(""),
                          "login: a password is required (NOAUTH Authentication required.)"));
    arguments[1] = broker_with_password(":mistaken@");
    CHECK(run_hale(arguments).out.find("login: wrong user or password (WRONGPASS ") != std::string::npos);
    arguments[1] = broker_with_password("pinger:s3cret-pinger@");
    CHECK(run_hale(arguments).out.find("login: permission denied (NOPERM ") != std::string::npos);
    arguments[1] = broker_with_password("app:s3cret-app@");
    CHECK(run_hale(arguments).out.find("ask: permission denied (NOPERM ") != std::string::npos);
  }

  TEST_CASE("A broker that is a replica") {
    const Finished finished = run_hale({"--celery", "redis://127.0.0.1:" + server("REDIS_REPLICA_PORT")});
    CHECK(finished.out.find("ask: the broker is a replica, which accepts no messages (READONLY ") != std::string::npos);
    CHECK(finished.exit_code == 2);
  }

  TEST_CASE("A unix socket, TLS and a sentinel") {
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

  TEST_CASE("A busy worker replies with the prefork pool and not with the solo pool") {
    const TemporaryFolder folder;
    {
      const SleepingWorker fork(5, "celery", folder);
      CHECK(report_on(5, {"--worker", "lab1@hale"}) == ok_report(displayed(5), "lab1@hale, consuming celery"));
      const SleepingWorker solo(5, "mail", folder);
      CHECK(report_on(5, {"-t", "3s"}) ==
            warning_report(displayed(5), "1 of 2 workers does not answer: " + silence_reasons));
      CHECK(report_on(5, {"-t", "1s", "--worker", "lab2@hale"}) ==
            critical_report(displayed(5), "lab2@hale does not answer: " + silence_reasons +
                                              ", or not connected; 2 workers connected"));
      CHECK(all_keys_expire(5));
    }
    CHECK(report_on(5, {"-t", "20s"}) == ok_report(displayed(5), "2 workers, consuming celery, mail"));
    CHECK(all_keys_expire(5));
  }

  TEST_CASE("A worker that consumes nothing") {
    send_control_command(7, "cancel_consumer", "jobs");
    const std::string nothing = critical_report(displayed(7), "victim@hale answers but consumes no queue");
    CHECK(eventually([&] { return report_on(7) == nothing; }));
    CHECK(report_on(7, {"--worker", "victim@hale"}) == nothing);
    send_control_command(7, "add_consumer", "jobs");
    CHECK(eventually([&] { return report_on(7) == ok_report(displayed(7), "victim@hale, consuming jobs"); }));
  }
}

// The last suite, because it kills a worker.
TEST_SUITE("Celery, last") {
  TEST_CASE("A worker that is stopped, continued and killed, and the lists for replies") {
    const pid_t victim = static_cast<pid_t>(std::stol(server("CELERY_VICTIM")));
    REQUIRE(reply_keys(7).empty());
    REQUIRE(kill(victim, SIGSTOP) == 0);
    CHECK(report_on(7, {"-t", "1s"}) ==
          critical_report(displayed(7), "no worker answers: " + silence_reasons + "; 1 worker connected"));
    REQUIRE(reply_keys(7).size() == 1);
    CHECK(std::stol(redis_cli(7, {"ttl", reply_keys(7).front()})) > 86000);

    // hale is killed while it waits.
    Program killed(hale_command({"--celery", broker(7), "-t", "60s"}), hale_options());
    REQUIRE(eventually([] { return reply_keys(7).size() == 2; }));
    killed.send(SIGKILL);
    CHECK(killed.finish().signal == SIGKILL);
    CHECK(all_keys_expire(7));

    // Both requests get late replies.
    REQUIRE(kill(victim, SIGCONT) == 0);
    CHECK(eventually([] {
      std::string lengths;
      for (const std::string& key : reply_keys(7)) lengths += redis_cli(7, {"llen", key});
      return lengths == "2\n2\n";
    }));
    CHECK(all_keys_expire(7));
    CHECK(report_on(7) == ok_report(displayed(7), "victim@hale, consuming jobs"));
    CHECK(reply_keys(7).size() == 2);

    REQUIRE(kill(victim, SIGKILL) == 0);
    const std::string no_worker =
        critical_report(displayed(7), "no worker is connected: nothing listens on channel /7.celery.pidbox");
    CHECK(eventually([&] { return report_on(7) == no_worker; }));
    CHECK(redis_cli(7, {"exists", "_kombu.binding.reply.celery.pidbox"}) == "0\n");
  }

  TEST_CASE("The workers are unharmed and have logged no errors") {
    CHECK(report_on(5) == ok_report(displayed(5), "2 workers, consuming celery, mail"));
    for (const std::string worker : {"lab1", "lab2", "victim", "odd"}) {
      CAPTURE(worker);
      const std::string log = read_file(server("LOGS") + "/celery-" + worker);
      CHECK(log.find(worker + "@hale ready.") != std::string::npos);
      for (const std::string word : {"ERROR", "CRITICAL", "WARNING", "Traceback"})
        CHECK(log.find(word) == std::string::npos);
    }
    for (const int database : {4, 5, 7}) CHECK(all_keys_expire(database));
  }
}

}  // namespace hale::testing
