#include <doctest/doctest.h>
#include <signal.h>

#include <fstream>
#include <iterator>

#include "tests/servers/servers.hpp"

namespace hale::testing {
namespace {

std::string broker(const std::string& rest = "") { return "amqp://127.0.0.1:" + server("AMQP_PORT") + rest; }
std::string shown() { return "celery+" + broker(); }

/// hale's report on the workers of RabbitMQ, settled.
std::string requested(std::vector<std::string> more = {}) {
  more.insert(more.begin(), {"--celery", broker()});
  const Finished finished = run_hale(more);
  CHECK(finished.err == "");
  return settled(finished.out);
}

void signal_worker(int number, int signal) {
  REQUIRE(kill(std::stoi(server("CELERY_RABBIT" + std::to_string(number))), signal) == 0);
}

/// Holds a worker up from the making of this to its end.
class Stopped {
 public:
  explicit Stopped(int number) : number_(number) { signal_worker(number_, SIGSTOP); }
  ~Stopped() { signal_worker(number_, SIGCONT); }
  Stopped(const Stopped&) = delete;
  Stopped& operator=(const Stopped&) = delete;

 private:
  int number_;
};

const std::string both = "2 workers, consuming celery, mail";
const std::string silence = "busy in a solo pool, stopped or hung";

}  // namespace

TEST_SUITE("Celery over RabbitMQ") {
  TEST_CASE("Two workers, and their queues") {
    CHECK(requested() == well(shown(), both));
    CHECK(requested({"--queue", "mail", "-e", "workers=2", "-e", "workers_connected=2", "-e", "workers_silent=0", "-w",
                     "queue:celery=0", "-e", "worker~rabbit1@hale, rabbit2@hale", "-e", "reply_time<10s"}) ==
          well(shown(), both));
    CHECK(requested({"--queue", "other"}) == unwell(shown(), "no worker consumes other"));
  }

  TEST_CASE("By TLS") {
    const std::string tls = "amqps://localhost:" + server("AMQPS_PORT");
    const Finished finished = run_hale({"--celery", tls, "--cacert", server("CA"), "-e", "workers>=2"});
    CHECK(settled(finished.out) == well("celery+" + tls, both));
  }

  TEST_CASE("One of them by its name") {
    CHECK(requested({"--worker", "rabbit1@hale"}) == well(shown(), "rabbit1@hale, consuming celery"));
    CHECK(requested({"--worker", "rabbit2@hale", "--worker", "rabbit1@hale", "--queue", "mail"}) ==
          well(shown(), both));
  }

  TEST_CASE("One that is not connected is told before the time is over") {
    const Finished finished = run_hale({"--celery", broker(), "--worker", "rabbit3@hale", "-t", "20s"});
    CHECK(settled(finished.out) ==
          unwell(shown(), "rabbit3@hale is not connected: nobody listens at queue rabbit3@hale.celery.pidbox"));
    CHECK(requested({"--worker", "rabbit3@hale", "--worker", "rabbit1@hale"}) ==
          unwell(shown(), "rabbit3@hale is not connected; 1 worker connected"));
  }

  TEST_CASE("No worker at all is told at once") {
    const std::string words = "no worker is connected: nobody listens at exchange ";
    const std::string shop = "amqp://app:s3cret-app@127.0.0.1:" + server("AMQP_PORT") + "/shop";
    const Finished finished = run_hale({"--celery", shop, "-t", "20s"});
    const std::string where = "celery+amqp://app@127.0.0.1:" + server("AMQP_PORT") + "/shop";
    CHECK(settled(finished.out) == unwell(where, words + "celery.pidbox"));
    // An exchange outlives its workers.
    CHECK(settled(run_hale({"--celery", shop, "--control-exchange", "idle", "-t", "20s"}).out) ==
          unwell(where, words + "idle.pidbox"));
  }

  TEST_CASE("A wrong password, and a user who may not ask") {
    const std::string endpoint = "@127.0.0.1:" + server("AMQP_PORT") + "/shop";
    CHECK(run_hale({"--celery", "amqp://app:mistaken" + endpoint})
              .out.starts_with("CRITICAL: celery+amqp://app" + endpoint + " \u2013 login: wrong user or password ("));
    CHECK(
        run_hale({"--celery", "amqp://reader:s3cret-reader" + endpoint})
            .out.starts_with("CRITICAL: celery+amqp://reader" + endpoint + " \u2013 ask: ACCESS_REFUSED - access to "));
  }

  TEST_CASE("A stopped worker is connected and silent") {
    {
      const Stopped second(2);
      CHECK(requested({"-t", "3s"}) == poorly(shown(), "1 of 2 workers does not answer: " + silence));
      CHECK(requested({"-t", "3s", "--prefer", "workers_silent<9"}) == well(shown(), "rabbit1@hale, consuming celery"));
      CHECK(requested({"-t", "1s", "--worker", "rabbit2@hale"}) ==
            unwell(shown(), "rabbit2@hale does not answer: " + silence + ", or not connected; 1 worker connected"));
      const Stopped first(1);
      CHECK(requested({"-t", "1s"}) == unwell(shown(), "no worker answers: " + silence));
    }
    CHECK(requested({"-e", "workers=2"}) == well(shown(), both));
  }

  TEST_CASE("The workers have nothing to complain of") {
    for (const std::string worker : {"rabbit1", "rabbit2"}) {
      std::ifstream file(server("LOGS") + "/celery-" + worker);
      const std::string log((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
      CHECK(log.find(" ready.") != std::string::npos);
      for (const char* word : {"WARNING", "ERROR", "CRITICAL", "Traceback"}) CHECK(log.find(word) == std::string::npos);
    }
  }

  TEST_CASE("A killed one") {
    signal_worker(2, SIGKILL);
    CHECK(requested({"-e", "workers=1", "-t", "5s"}) == well(shown(), "rabbit1@hale, consuming celery"));
    CHECK(requested({"--worker", "rabbit2@hale"}) ==
          unwell(shown(), "rabbit2@hale is not connected: nobody listens at queue rabbit2@hale.celery.pidbox"));
  }
}

}  // namespace hale::testing
