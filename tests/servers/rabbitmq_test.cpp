#include <doctest/doctest.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

#include "tests/servers/servers.hpp"

namespace hale::testing {
namespace {

/// amqp://[LOGIN@]127.0.0.1:PORT[/VHOST], typed or displayed.
std::string address(const std::string& login = "", const std::string& virtual_host = "") {
  return "amqp://" + login + "127.0.0.1:" + server("AMQP_PORT") + virtual_host;
}

/// Evaluates Erlang expressions in the server.
void run_erlang(const std::string& expressions) {
  const Finished finished = run_program({"erl_call", "-address", "127.0.0.1:" + server("AMQP_NODE_PORT"), "-e"},
                                        {.environment = {"HOME=" + server("AMQP_HOME")}, .input = expressions + "\n"});
  REQUIRE(finished.out.starts_with("{ok, "));
}

/// The server's log from its first `begin` on, as soon as `end` follows: the server writes its log with a delay.
std::string log_between(const std::string& begin, const std::string& end) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  for (;;) {
    std::ifstream file(server("AMQP_LOG"), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    const std::size_t at = text.find(begin);
    if (at != std::string::npos && text.find(end, at) != std::string::npos) return text.substr(at);
    REQUIRE(std::chrono::steady_clock::now() < limit);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

/// Changes the server as long as this exists.
class TemporaryChange {
 public:
  TemporaryChange(const std::string& setup, std::string undo) : undo_(std::move(undo)) { run_erlang(setup); }
  ~TemporaryChange() { run_erlang(undo_); }
  TemporaryChange(const TemporaryChange&) = delete;
  TemporaryChange& operator=(const TemporaryChange&) = delete;

 private:
  std::string undo_;
};

const std::string summary_prefix = "RabbitMQ 3.";

}  // namespace

TEST_SUITE("RabbitMQ") {
  TEST_CASE("Healthy") {
    const Finished finished = run_hale({address(), "-e", "server=RabbitMQ", "-e", "version>=3.8", "-e", "alarm=none"});
    CHECK(finished.out.starts_with("OK: " + address() + " \u2013 " + summary_prefix));
    CHECK(finished.out.find(", vhost /\n") != std::string::npos);
    CHECK(finished.err == "");
    CHECK(finished.exit_code == 0);
  }

  TEST_CASE("The virtual host") {
    for (const std::string path : {"", "/", "//", "/%2F"}) {
      CAPTURE(path);
      CHECK(run_hale({address("", path), "--queue", "jobs"}).exit_code == 0);
    }
    CHECK(run_hale({address("app:s3cret-app@", "/shop"), "--queue", "orders"}).exit_code == 0);
    CHECK(normalize_report(run_hale({address("", "/nowhere")}).out) ==
          critical_report(address("", "/nowhere"), "login: NOT_ALLOWED - vhost nowhere not found"));
    CHECK(normalize_report(run_hale({address("stranger:s3cret-stranger@", "/shop")}).out) ==
          critical_report(address("stranger@", "/shop"),
                          "login: NOT_ALLOWED - access to vhost 'shop' refused for user 'stranger'"));
  }

  TEST_CASE("Wrong password") {
    const std::string text =
        " (ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker "
        "logfile.)";
    CHECK(normalize_report(run_hale({address("app:mistaken@", "/shop")}).out) ==
          critical_report(address("app@", "/shop"), "login: wrong user or password" + text));
    CHECK(normalize_report(run_hale({address("guest:mistaken@")}).out) ==
          critical_report(address("guest@"), "login: wrong user or password, or guest from a remote host" + text));
  }

  TEST_CASE("The server logs a login, and no warning or error") {
    const std::vector<std::vector<std::string>> targets{
        {address(), "--queue", "jobs"},
        {address("reader:s3cret-reader@", "/shop"), "--queue", "orders"},
        {"amqps://localhost:" + server("AMQPS_PORT"), "--cacert", server("CA")}};
    for (std::size_t i = 0; i < targets.size(); ++i) {
      CAPTURE(targets[i].front());
      const std::string mark = "mark " + std::to_string(i);
      run_erlang("rabbit_log:info(\"" + mark + "\").");
      log_between(mark, "\n");
      CHECK(run_hale(targets[i]).exit_code == 0);
      const std::string reported = log_between(mark, "closing AMQP connection");
      CHECK(reported.find("granted access to vhost") != std::string::npos);
      CHECK(reported.find("[warning]") == std::string::npos);
      CHECK(reported.find("[error]") == std::string::npos);
    }
  }

  TEST_CASE("TLS is verified") {
    const std::string tls = "amqps://localhost:" + server("AMQPS_PORT");
    const Finished finished = run_hale({tls});
    CHECK(finished.out.starts_with("CRITICAL: " + tls + " \u2013 tls: "));
    CHECK(finished.exit_code == 2);
    CHECK(run_hale({tls, "--cacert", server("CA"), "-e", "names~localhost", "-c", "cert_days=7:"}).exit_code == 0);
    CHECK(run_hale({tls, "--insecure"}).exit_code == 0);
  }

  TEST_CASE("Servers that are not RabbitMQ") {
    const std::string web = "amqp://127.0.0.1:" + server("HTTP_PORT");
    CHECK(normalize_report(run_hale({web}).out) == critical_report(web, "login: not AMQP: HTTP/1.1 400 Bad Request"));
    const std::string cache = "amqp://127.0.0.1:" + server("REDIS_PORT");
    CHECK(run_hale({cache, "-t", "300ms"}).exit_code == 2);
  }
}

TEST_SUITE("RabbitMQ queues") {
  TEST_CASE("Messages and consumers") {
    const TemporaryChange three_messages(
        R"([rabbit_basic:publish(rabbit_misc:r(<<"/">>, exchange, <<>>), <<"jobs">>, [], <<"job">>) || _ <- [1, 2, 3]].)",
        R"({ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, <<"jobs">>)), rabbit_amqqueue:purge(Q).)");
    const Finished finished = run_hale({address(), "--queue", "jobs", "-e", "messages:jobs=3", "-c", "consumers=1:"});
    CHECK(finished.out.find(", jobs: 3 messages, 0 consumers, but consumers 0 is under 1\n") != std::string::npos);
    CHECK(finished.exit_code == 2);
  }

  TEST_CASE("A queue that does not exist, after one that does") {
    const Finished finished = run_hale(
        {address("app:s3cret-app@", "/shop"), "--queue", "orders", "--queue", "jobs", "-e", "messages:orders=0"});
    CHECK(normalize_report(finished.out) ==
          critical_report(address("app@", "/shop"), "NOT_FOUND - no queue 'jobs' in vhost 'shop'"));
  }

  TEST_CASE("A queue that is exclusive to another connection") {
    const TemporaryChange exclusive_queue(
        R"(rabbit_amqqueue:declare(rabbit_misc:r(<<"/">>, queue, <<"mine">>), false, false, [], whereis(init), <<"guest">>).)",
        R"({ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, <<"mine">>)), rabbit_amqqueue:delete(Q, false, false, <<"guest">>).)");
    const Finished finished = run_hale({address(), "--queue", "mine"});
    CHECK(finished.out.find(", mine: exclusive to another connection\n") != std::string::npos);
    CHECK(finished.exit_code == 0);
    CHECK(run_hale({address(), "-w", "messages:mine=10"}).exit_code == 3);
  }
}

TEST_SUITE("RabbitMQ alarms") {
  TEST_CASE("Low on memory") {
    {
      const TemporaryChange alarm("vm_memory_monitor:set_vm_memory_high_watermark(0.000001).",
                                  "vm_memory_monitor:set_vm_memory_high_watermark(0.4).");
      CHECK(normalize_report(run_hale({address(), "--queue", "jobs"}).out) ==
            critical_report(address(), "publishing is blocked: low on memory"));
      // Also for a user without permission to publish.
      CHECK(run_hale({address("reader:s3cret-reader@", "/shop")}).exit_code == 2);
      CHECK(run_hale({address(), "--prefer", "alarm=none"}).exit_code == 1);
      CHECK(run_hale({"amqps://localhost:" + server("AMQPS_PORT"), "--cacert", server("CA")}).exit_code == 2);
    }
    CHECK(run_hale({address()}).exit_code == 0);
  }

  TEST_CASE("Low on disk") {
    {
      const TemporaryChange alarm("rabbit_disk_monitor:set_disk_free_limit(1000000000000000).",
                                  "rabbit_disk_monitor:set_disk_free_limit(50000000).");
      CHECK(normalize_report(run_hale({address()}).out) ==
            critical_report(address(), "publishing is blocked: low on disk"));
    }
    CHECK(run_hale({address()}).exit_code == 0);
  }
}

}  // namespace hale::testing
