#include <doctest/doctest.h>

#include "tests/servers/servers.hpp"

namespace hale::testing {
namespace {

std::string http(const std::string& path) { return "http://127.0.0.1:" + server("HTTP_PORT") + path; }
std::string https(const std::string& path) { return "https://localhost:" + server("HTTPS_PORT") + path; }

}  // namespace

TEST_SUITE("nginx") {
  TEST_CASE("Healthy") {
    const Finished finished = run_hale({http("/health")});
    CHECK(normalize_report(finished.out) == ok_report(http("/health"), "200, healthy"));
    CHECK(finished.err == "");
    CHECK(finished.exit_code == 0);
  }

  TEST_CASE("Status 200 with an unhealthy body") {
    const Finished finished = run_hale({http("/sick")});
    CHECK(normalize_report(finished.out) == critical_report(http("/sick"), "down: db down: no connection left"));
    CHECK(finished.exit_code == 2);
  }

  TEST_CASE("Unavailable") {
    const Finished finished = run_hale({http("/broken")});
    CHECK(normalize_report(finished.out) == critical_report(http("/broken"), "status is 503, expected 200-399"));
    CHECK(finished.exit_code == 2);
  }

  TEST_CASE("A status that is expected") { CHECK(run_hale({http("/broken"), "-e", "status=503"}).exit_code == 0); }

  TEST_CASE("Busy") {
    const Finished finished = run_hale({http("/busy")});
    CHECK(finished.out.starts_with("WARNING: " + http("/busy") + " \u2013 "));
    CHECK(finished.out.find("429") != std::string::npos);
    CHECK(finished.exit_code == 1);
  }

  TEST_CASE("A redirect is an answer, and is followed with --follow") {
    const Finished answer = run_hale({http("/redirect"), "-e", "status=302"});
    CHECK(answer.exit_code == 0);
    CHECK(run_hale({http("/redirect"), "-e", "body~^healthy"}).exit_code == 2);
    CHECK(run_hale({http("/redirect"), "--follow", "1", "-e", "status=200", "-e", "body~^healthy"}).exit_code == 0);
  }

  TEST_CASE("A JSON body") {
    CHECK(run_hale({http("/json"), "-e", "json:/queue/depth<100", "-e", "json:/name=demo"}).exit_code == 0);
    const Finished deep = run_hale({http("/json"), "-e", "json:/queue/depth<7"});
    CHECK(normalize_report(deep.out) ==
          critical_report(http("/json"), "200, pass, but json:/queue/depth is 7, expected < 7"));
    CHECK(deep.exit_code == 2);
    CHECK(run_hale({http("/json"), "-w", "json:/queue/depth=5", "-c", "json:/queue/depth=10"}).exit_code == 1);
    CHECK(run_hale({http("/json"), "-e", "json:/nothing=1"}).exit_code == 2);
  }

  TEST_CASE("A password") {
    CHECK(run_hale({http("/secret")}).exit_code == 2);
    CHECK(run_hale({http("/secret"), "--user", "app:wrong"}).exit_code == 2);
    CHECK(run_hale({http("/secret"), "--user", "app:s3cret-app", "-e", "body~eyes only"}).exit_code == 0);
    CHECK(run_hale({"http://app:s3cret-app@127.0.0.1:" + server("HTTP_PORT") + "/secret"}).exit_code == 0);
  }

  TEST_CASE("Method and headers") {
    CHECK(run_hale({http("/method"), "--method", "OPTIONS", "-e", "body~^OPTIONS"}).exit_code == 0);
    CHECK(run_hale({http("/method"), "--data", "x=1", "-e", "body~^POST"}).exit_code == 0);
    CHECK(run_hale({http("/header"), "--header", "X-Hale: hello", "-e", "body~^hello"}).exit_code == 0);
    CHECK(run_hale({http("/health"), "-e", "header:server~^nginx", "-e", "header:content-type=text/plain"}).exit_code ==
          0);
  }

  TEST_CASE("A body over the limit is read up to the limit") {
    const Finished finished = run_hale({http("/big"), "--health", "off"});
    CHECK(finished.exit_code == 0);
  }

  TEST_CASE("TLS is verified") {
    const Finished finished = run_hale({https("/health")});
    CHECK(finished.out.starts_with("CRITICAL: " + https("/health") + " \u2013 tls: "));
    CHECK(finished.exit_code == 2);
    CHECK(run_hale({https("/health"), "--cacert", server("CA")}).exit_code == 0);
    CHECK(run_hale({https("/health"), "--insecure"}).exit_code == 0);
  }

  TEST_CASE("The version of HTTP") {
    const std::string ca = server("CA");
    CHECK(run_hale({https("/health"), "--cacert", ca, "-e", "version=2"}).exit_code == 0);
    CHECK(run_hale({https("/health"), "--cacert", ca, "--http-version", "2", "-e", "version=2"}).exit_code == 0);
    CHECK(run_hale({https("/health"), "--cacert", ca, "--http-version", "1.1", "-e", "version=1.1"}).exit_code == 0);
    CHECK(run_hale({http("/health"), "--http-version", "1.1", "-e", "version=1.1"}).exit_code == 0);
    const Finished finished = run_hale({http("/health"), "--http-version", "2"});
    CHECK(normalize_report(finished.out) == critical_report(http("/health"), "first byte: not an HTTP/2 answer"));
  }

  TEST_CASE("A unix socket") {
    const std::string socket = server("HTTP_SOCKET");
    CHECK(run_hale({"http://app/health", "--unix-socket", socket, "-e", "address=" + socket}).exit_code == 0);
    CHECK(run_hale({"http://app/health", "--unix-socket", socket + "-h2c", "--http-version", "2", "-e", "version=2"})
              .exit_code == 0);
    const Finished finished = run_hale({"http://app/health", "--unix-socket", socket + "-none"});
    CHECK(normalize_report(finished.out) == critical_report("http://app/health", "connect: No such file or directory"));
  }

  TEST_CASE("--connect-to") {
    const std::string url = "https://localhost/health";
    const std::string endpoint = "127.0.0.1:" + server("HTTPS_PORT");
    CHECK(run_hale({url, "--connect-to", endpoint, "--cacert", server("CA"), "-e", "address=" + endpoint}).exit_code ==
          0);
  }

  TEST_CASE("Proxies") {
    const std::string proxy = "http://me:s3cret-proxy@127.0.0.1:" + server("PROXY_PORT");
    const std::string socks = "me:s3cret-proxy@127.0.0.1:" + server("SOCKS_PORT");
    const std::string shown = "proxy=http://me@127.0.0.1:" + server("PROXY_PORT");
    CHECK(run_hale({http("/health"), "--proxy", proxy, "-e", shown}).exit_code == 0);
    for (const std::string& proxy_url : {proxy, "socks5://" + socks, "socks5h://" + socks}) {
      CAPTURE(proxy_url);
      const Finished finished = run_hale({https("/health"), "--cacert", server("CA"), "--proxy", proxy_url});
      CHECK(normalize_report(finished.out) == ok_report(https("/health"), "200, healthy"));
    }
  }

  TEST_CASE("--server-name through proxies") {
    const std::string url = "https://127.0.0.1:" + server("HTTPS_PORT") + "/health";
    const std::string login = "me:s3cret-proxy@127.0.0.1:";
    for (const std::string& proxy_url :
         {"http://" + login + server("PROXY_PORT"), "socks5://" + login + server("SOCKS_PORT")}) {
      CAPTURE(proxy_url);
      CHECK(normalize_report(
                run_hale({url, "--server-name", "localhost", "--cacert", server("CA"), "--proxy", proxy_url}).out) ==
            ok_report(url, "200, healthy"));
    }
  }

  TEST_CASE("http_proxy is not used for a loopback address") {
    const Finished finished = run_hale({http("/health")}, {.environment = {"http_proxy=http://127.0.0.1:1"}});
    CHECK(finished.exit_code == 0);
  }

  TEST_CASE("Proxies that refuse") {
    const std::string proxy = "http://127.0.0.1:" + server("PROXY_PORT");
    const std::string socks = "socks5://127.0.0.1:" + server("SOCKS_PORT");
    const std::string wrong = "socks5://me:wrong@127.0.0.1:" + server("SOCKS_PORT");
    const std::string login = "the proxy " + proxy + " requires a valid login (407)";
    CHECK(normalize_report(run_hale({http("/health"), "--proxy", proxy}).out) ==
          critical_report(http("/health"), "transfer: " + login));
    CHECK(normalize_report(run_hale({https("/health"), "--proxy", proxy}).out) ==
          critical_report(https("/health"), "connect: " + login));
    CHECK(normalize_report(run_hale({http("/health"), "--proxy", socks}).out) ==
          critical_report(http("/health"), "connect: the proxy " + socks + " requires a login"));
    CHECK(normalize_report(run_hale({http("/health"), "--proxy", wrong}).out) ==
          critical_report(http("/health"),
                          "connect: the proxy socks5://me@127.0.0.1:" + server("SOCKS_PORT") + " rejected the login"));
  }

  TEST_CASE("TLS where plain HTTP is spoken, and the other way round") {
    const Finished tls = run_hale({"https://localhost:" + server("HTTP_PORT") + "/health"});
    CHECK(tls.out.find(" \u2013 tls: ") != std::string::npos);
    CHECK(tls.exit_code == 2);
    CHECK(run_hale({"http://localhost:" + server("HTTPS_PORT") + "/health"}).exit_code == 2);
  }

  TEST_CASE("Phases are timed") {
    const Finished finished = run_hale({"--format", "json", https("/health"), "--cacert", server("CA")});
    for (const char* phase : {"dns", "connect", "tls", "first byte"}) {
      CHECK_MESSAGE(finished.out.find("\"name\": \"" + std::string(phase) + "\"") != std::string::npos, phase);
    }
  }
}

}  // namespace hale::testing
