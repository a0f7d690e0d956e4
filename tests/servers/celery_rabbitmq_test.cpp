#include <doctest/doctest.h>
#include <signal.h>

#include <fstream>
#include <iterator>

#include "tests/servers/servers.hpp"

namespace hale::testing {
namespace {

std::string broker(const std::string& rest = "") { return "amqp://127.0.0.1:" + server("AMQP_PORT") + rest; }
std::string displayed() { return "celery+" + broker(); }

/// hale's settled report on the workers of RabbitMQ.
std::string report(std::vector<std::string> options = {}) {
  options.insert(options.begin(), {"--celery", broker()});
  const Finished finished = run_hale(options);
  CHECK(finished.err == "");
  return normalize_report(finished.out);
}

void signal_worker(int number, int signal) {
  REQUIRE(kill(std::stoi(server("CELERY_RABBIT" + std::to_string(number))), signal) == 0);
}

/// Stops a worker as long as this exists.
class StoppedWorker {
 public:
  explicit StoppedWorker(int number) : number_(number) { signal_worker(number_, SIGSTOP); }
  ~StoppedWorker() { signal_worker(number_, SIGCONT); }
  StoppedWorker(const StoppedWorker&) = delete;
  StoppedWorker& operator=(const StoppedWorker&) = delete;

 private:
  int number_;
};

const std::string both = "2 workers, consuming celery, mail";
const std::string silence_reasons = "busy in a solo pool, stopped or hung";

}  // namespace

TEST_SUITE("Celery over RabbitMQ") {
  TEST_CASE("Two workers and their queues") {
    CHECK(report() == ok_report(displayed(), both));
    CHECK(report({"--queue", "mail", "-e", "workers=2", "-e", "workers_connected=2", "-e", "workers_silent=0", "-w",
                  "queue:celery=0", "-e", "worker~rabbit1@hale, rabbit2@hale", "-e", "reply_time<10s"}) ==
          ok_report(displayed(), both));
    CHECK(report({"--queue", "other"}) == critical_report(displayed(), "no worker consumes other"));
  }

  TEST_CASE("By TLS") {
    const std::string tls = "amqps://localhost:" + server("AMQPS_PORT");
    const Finished finished = run_hale({"--celery", tls, "--cacert", server("CA"), "-e", "workers>=2"});
    CHECK(normalize_report(finished.out) == ok_report("celery+" + tls, both));
  }

  TEST_CASE("One of them by name") {
    CHECK(report({"--worker", "rabbit1@hale"}) == ok_report(displayed(), "rabbit1@hale, consuming celery"));
    CHECK(report({"--worker", "rabbit2@hale", "--worker", "rabbit1@hale", "--queue", "mail"}) ==
          ok_report(displayed(), both));
  }

  TEST_CASE("A named worker that is not connected is reported before the timeout") {
    const Finished finished = run_hale({"--celery", broker(), "--worker", "rabbit3@hale", "-t", "20s"});
    CHECK(normalize_report(finished.out) ==
          critical_report(displayed(),
                          "rabbit3@hale is not connected: nothing listens on queue rabbit3@hale.celery.pidbox"));
    CHECK(report({"--worker", "rabbit3@hale", "--worker", "rabbit1@hale"}) ==
          critical_report(displayed(), "rabbit3@hale is not connected; 1 worker connected"));
  }

  TEST_CASE("No worker is connected") {
    const std::string text = "no worker is connected: nothing listens on exchange ";
    const std::string shop = "amqp://app:s3cret-app@127.0.0.1:" + server("AMQP_PORT") + "/shop";
    const Finished finished = run_hale({"--celery", shop, "-t", "20s"});
    const std::string where = "celery+amqp://app@127.0.0.1:" + server("AMQP_PORT") + "/shop";
    CHECK(normalize_report(finished.out) == critical_report(where, text + "celery.pidbox"));
    // An exchange outlives its workers.
    CHECK(normalize_report(run_hale({"--celery", shop, "--control-exchange", "idle", "-t", "20s"}).out) ==
          critical_report(where, text + "idle.pidbox"));
  }

  TEST_CASE("A wrong password, and a user without permission") {
    const std::string endpoint = "@127.0.0.1:" + server("AMQP_PORT") + "/shop";
    CHECK(run_hale({"--celery", "amqp://app:mistaken" + endpoint})
              .out.starts_with("CRITICAL: celery+amqp://app" + endpoint + " \u2013 login: wrong user or password ("));
    CHECK(
        run_hale({"--celery", "amqp://reader:s3cret-reader" + endpoint})
            .out.starts_with("CRITICAL: celery+amqp://reader" + endpoint + " \u2013 ask: ACCESS_REFUSED - access to "));
  }

  TEST_CASE("A stopped worker is connected and silent") {
    {
      const StoppedWorker second(2);
      CHECK(report({"-t", "3s"}) == warning_report(displayed(), "1 of 2 workers does not answer: " + silence_reasons));
      CHECK(report({"-t", "3s", "--prefer", "workers_silent<9"}) ==
            ok_report(displayed(), "rabbit1@hale, consuming celery"));
      CHECK(report({"-t", "1s", "--worker", "rabbit2@hale"}) ==
            critical_report(displayed(), "rabbit2@hale does not answer: " + silence_reasons +
                                             ", or not connected; 1 worker connected"));
      const StoppedWorker first(1);
      CHECK(report({"-t", "1s"}) == critical_report(displayed(), "no worker answers: " + silence_reasons));
    }
    CHECK(report({"-e", "workers=2"}) == ok_report(displayed(), both));
  }

  TEST_CASE("The workers have logged no errors") {
    for (const std::string worker : {"rabbit1", "rabbit2"}) {
      std::ifstream file(server("LOGS") + "/celery-" + worker);
      const std::string log((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
      CHECK(log.find(" ready.") != std::string::npos);
      for (const char* word : {"WARNING", "ERROR", "CRITICAL", "Traceback"}) CHECK(log.find(word) == std::string::npos);
    }
  }

  TEST_CASE("A killed worker") {
    signal_worker(2, SIGKILL);
    CHECK(report({"-e", "workers=1", "-t", "5s"}) == ok_report(displayed(), "rabbit1@hale, consuming celery"));
    CHECK(report({"--worker", "rabbit2@hale"}) ==
          critical_report(displayed(),
                          "rabbit2@hale is not connected: nothing listens on queue rabbit2@hale.celery.pidbox"));
  }
}

}  // namespace hale::testing
