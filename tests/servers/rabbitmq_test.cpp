#include <doctest/doctest.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

#include "tests/servers/servers.hpp"

namespace hale::testing {
namespace {

/// amqp://[LOGIN@]127.0.0.1:PORT[/VHOST], and what is shown of it.
std::string endpoint(const std::string& login = "", const std::string& virtual_host = "") {
  return "amqp://" + login + "127.0.0.1:" + server("AMQP_PORT") + virtual_host;
}

/// Has the server's own Erlang evaluate `expressions`.
void command(const std::string& expressions) {
  const Finished finished = run_program({"erl_call", "-address", "127.0.0.1:" + server("AMQP_NODE_PORT"), "-e"},
                                        {.environment = {"HOME=" + server("AMQP_HOME")}, .input = expressions + "\n"});
  REQUIRE(finished.out.starts_with("{ok, "));
}

/// The server's log from its first `begin` on, once `end` stands behind that: it writes when it has time to.
std::string log_between(const std::string& begin, const std::string& end) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  for (;;) {
    std::ifstream file(server("AMQP_LOG"), std::ios::binary);
    const std::string words((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    const std::size_t at = words.find(begin);
    if (at != std::string::npos && words.find(end, at) != std::string::npos) return words.substr(at);
    REQUIRE(std::chrono::steady_clock::now() < limit);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

/// Does something to the server, and undoes it at the end.
class Meanwhile {
 public:
  Meanwhile(const std::string& before, std::string after) : after_(std::move(after)) { command(before); }
  ~Meanwhile() { command(after_); }
  Meanwhile(const Meanwhile&) = delete;
  Meanwhile& operator=(const Meanwhile&) = delete;

 private:
  std::string after_;
};

const std::string lead = "RabbitMQ 3.";

}  // namespace

TEST_SUITE("RabbitMQ") {
  TEST_CASE("Healthy") {
    const Finished finished = run_hale({endpoint(), "-e", "server=RabbitMQ", "-e", "version>=3.8", "-e", "alarm=none"});
    CHECK(finished.out.starts_with("OK: " + endpoint() + " \u2013 " + lead));
    CHECK(finished.out.find(", vhost /\n") != std::string::npos);
    CHECK(finished.err == "");
    CHECK(finished.exit_code == 0);
  }

  TEST_CASE("The virtual host") {
    for (const std::string path : {"", "/", "//", "/%2F"}) {
      CAPTURE(path);
      CHECK(run_hale({endpoint("", path), "--queue", "jobs"}).exit_code == 0);
    }
    CHECK(run_hale({endpoint("app:s3cret-app@", "/shop"), "--queue", "orders"}).exit_code == 0);
    CHECK(settled(run_hale({endpoint("", "/nowhere")}).out) ==
          unwell(endpoint("", "/nowhere"), "login: NOT_ALLOWED - vhost nowhere not found"));
    CHECK(settled(run_hale({endpoint("stranger:s3cret-stranger@", "/shop")}).out) ==
          unwell(endpoint("stranger@", "/shop"),
                 "login: NOT_ALLOWED - access to vhost 'shop' refused for user 'stranger'"));
  }

  TEST_CASE("Wrong password") {
    const std::string words =
        " (ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker "
        "logfile.)";
    CHECK(settled(run_hale({endpoint("app:mistaken@", "/shop")}).out) ==
          unwell(endpoint("app@", "/shop"), "login: wrong user or password" + words));
    CHECK(settled(run_hale({endpoint("guest:mistaken@")}).out) ==
          unwell(endpoint("guest@"),
                 "login: wrong user or password, or guest from another host than the server's own" + words));
  }

  TEST_CASE("Nothing but a login, and a word of neither warning nor error in the log") {
    const std::vector<std::vector<std::string>> targets{
        {endpoint(), "--queue", "jobs"},
        {endpoint("reader:s3cret-reader@", "/shop"), "--queue", "orders"},
        {"amqps://localhost:" + server("AMQPS_PORT"), "--cacert", server("CA")}};
    for (std::size_t i = 0; i < targets.size(); ++i) {
      CAPTURE(targets[i].front());
      const std::string mark = "mark " + std::to_string(i);
      command("rabbit_log:info(\"" + mark + "\").");
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

  TEST_CASE("Other servers than it") {
    const std::string web = "amqp://127.0.0.1:" + server("HTTP_PORT");
    CHECK(settled(run_hale({web}).out) == unwell(web, "login: no AMQP: HTTP/1.1 400 Bad Request"));
    const std::string cache = "amqp://127.0.0.1:" + server("REDIS_PORT");
    CHECK(run_hale({cache, "-t", "300ms"}).exit_code == 2);
  }
}

TEST_SUITE("RabbitMQ queues") {
  TEST_CASE("Messages and consumers") {
    const Meanwhile three_messages(
        R"([rabbit_basic:publish(rabbit_misc:r(<<"/">>, exchange, <<>>), <<"jobs">>, [], <<"job">>) || _ <- [1, 2, 3]].)",
        R"({ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, <<"jobs">>)), rabbit_amqqueue:purge(Q).)");
    const Finished finished = run_hale({endpoint(), "--queue", "jobs", "-e", "messages:jobs=3", "-c", "consumers=1:"});
    CHECK(finished.out.find(", jobs: 3 messages, 0 consumers, but consumers 0 is under 1\n") != std::string::npos);
    CHECK(finished.exit_code == 2);
  }

  TEST_CASE("One that there is not, between two that are") {
    const Finished finished = run_hale(
        {endpoint("app:s3cret-app@", "/shop"), "--queue", "orders", "--queue", "jobs", "-e", "messages:orders=0"});
    CHECK(settled(finished.out) == unwell(endpoint("app@", "/shop"), "NOT_FOUND - no queue 'jobs' in vhost 'shop'"));
  }

  TEST_CASE("One that is exclusive to another connection") {
    const Meanwhile exclusive_queue(
        R"(rabbit_amqqueue:declare(rabbit_misc:r(<<"/">>, queue, <<"mine">>), false, false, [], whereis(init), <<"guest">>).)",
        R"({ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, <<"mine">>)), rabbit_amqqueue:delete(Q, false, false, <<"guest">>).)");
    const Finished finished = run_hale({endpoint(), "--queue", "mine"});
    CHECK(finished.out.find(", mine: exclusive to another connection\n") != std::string::npos);
    CHECK(finished.exit_code == 0);
    CHECK(run_hale({endpoint(), "-w", "messages:mine=10"}).exit_code == 3);
  }
}

TEST_SUITE("RabbitMQ alarms") {
  TEST_CASE("Low on memory") {
    {
      const Meanwhile alarm("vm_memory_monitor:set_vm_memory_high_watermark(0.000001).",
                            "vm_memory_monitor:set_vm_memory_high_watermark(0.4).");
      CHECK(settled(run_hale({endpoint(), "--queue", "jobs"}).out) ==
            unwell(endpoint(), "nobody may publish: low on memory"));
      // Who may not publish anyway is told so too.
      CHECK(run_hale({endpoint("reader:s3cret-reader@", "/shop")}).exit_code == 2);
      CHECK(run_hale({endpoint(), "--prefer", "alarm=none"}).exit_code == 1);
      CHECK(run_hale({"amqps://localhost:" + server("AMQPS_PORT"), "--cacert", server("CA")}).exit_code == 2);
    }
    CHECK(run_hale({endpoint()}).exit_code == 0);
  }

  TEST_CASE("Low on disk") {
    {
      const Meanwhile alarm("rabbit_disk_monitor:set_disk_free_limit(1000000000000000).",
                            "rabbit_disk_monitor:set_disk_free_limit(50000000).");
      CHECK(settled(run_hale({endpoint()}).out) == unwell(endpoint(), "nobody may publish: low on disk"));
    }
    CHECK(run_hale({endpoint()}).exit_code == 0);
  }
}

}  // namespace hale::testing
