#include <doctest/doctest.h>

#include "tests/servers/servers.hpp"

namespace hale::testing {
namespace {

std::string grpc(const std::string& service) { return "grpc://127.0.0.1:" + server("GRPC_PORT") + "/" + service; }
std::string grpcs(const std::string& service) { return "grpcs://localhost:" + server("GRPCS_PORT") + "/" + service; }

void check(const Finished& finished, const std::string& report, int exit_code) {
  CHECK(normalize_report(finished.out) == report);
  CHECK(finished.err == "");
  CHECK(finished.exit_code == exit_code);
}

}  // namespace

TEST_SUITE("grpcio") {
  TEST_CASE("Healthy") {
    check(run_hale({grpc("shop.Cart")}), ok_report(grpc("shop.Cart"), "SERVING"), 0);
    check(run_hale({grpc("")}), ok_report(grpc(""), "SERVING"), 0);
  }

  TEST_CASE("Every other status") {
    check(run_hale({grpc("shop.Closed")}), critical_report(grpc("shop.Closed"), "NOT_SERVING"), 2);
    check(run_hale({grpc("shop.Gone")}),
          critical_report(grpc("shop.Gone"), "the service shop.Gone is not registered (SERVICE_UNKNOWN)"), 2);
    check(run_hale({grpc("shop.Never")}),
          critical_report(grpc("shop.Never"), "the service shop.Never is not registered (NOT_FOUND)"), 2);
    const Finished unsure = run_hale({grpc("shop.Unsure")});
    CHECK(unsure.out.starts_with("UNKNOWN: " + grpc("shop.Unsure") + " \u2013 the server answered UNKNOWN\n"));
    CHECK(unsure.exit_code == 3);
  }

  TEST_CASE("The server's error message") {
    check(run_hale({grpc("shop.Sleepy")}),
          critical_report(grpc("shop.Sleepy"), "100% ausverkauft, komm sp\u00e4ter (UNAVAILABLE)"), 2);
  }

  TEST_CASE("A server without the health service") {
    check(run_hale({grpc(""), "--header", "x-without: health"}),
          critical_report(grpc(""), "the server has no health service (UNIMPLEMENTED)"), 2);
  }

  TEST_CASE("Conditions") {
    check(run_hale({grpc("shop.Closed"), "-e", "serving=NOT_SERVING"}), ok_report(grpc("shop.Closed"), "NOT_SERVING"),
          0);
    check(run_hale({grpc("shop.Never"), "-e", "grpc_status=NOT_FOUND"}), ok_report(grpc("shop.Never"), "NOT_FOUND"), 0);
  }

  TEST_CASE("Metadata") {
    check(run_hale({grpc("shop.Vault")}), critical_report(grpc("shop.Vault"), "who are you? (UNAUTHENTICATED)"), 2);
    check(run_hale({grpc("shop.Vault"), "--header", "authorization: Bearer s3cret-token"}),
          ok_report(grpc("shop.Vault"), "SERVING"), 0);
    check(run_hale({grpc("shop.Vault"), "--user", "app:s3cret-app"}), ok_report(grpc("shop.Vault"), "SERVING"), 0);
    CHECK(run_hale({"grpc://app:s3cret-app@127.0.0.1:" + server("GRPC_PORT") + "/shop.Vault"}).exit_code == 0);
  }

  TEST_CASE("TLS is verified") {
    const Finished distrusted = run_hale({grpcs("shop.Cart")});
    CHECK(distrusted.out.starts_with("CRITICAL: " + grpcs("shop.Cart") + " \u2013 tls: certificate: "));
    CHECK(distrusted.exit_code == 2);
    check(run_hale({"-4", grpcs("shop.Cart"), "--cacert", server("CA"), "-e", "subject=CN=localhost", "-w",
                    "cert_days=30:"}),
          ok_report(grpcs("shop.Cart"), "SERVING"), 0);
    check(run_hale({"-4", grpcs("shop.Closed"), "--insecure"}), critical_report(grpcs("shop.Closed"), "NOT_SERVING"),
          2);
  }

  TEST_CASE("Through proxies") {
    const std::string login = "me:s3cret-proxy@127.0.0.1:";
    const std::string tunnel = "http://" + login + server("PROXY_PORT");
    const std::string socks = "socks5h://" + login + server("SOCKS_PORT");
    check(run_hale({grpc("shop.Cart"), "--proxy", tunnel}), ok_report(grpc("shop.Cart"), "SERVING"), 0);
    check(run_hale({grpcs("shop.Cart"), "--cacert", server("CA"), "--proxy", socks}),
          ok_report(grpcs("shop.Cart"), "SERVING"), 0);
  }

  TEST_CASE("A web server") {
    const std::string web = "grpc://127.0.0.1:" + server("HTTP_PORT");
    check(run_hale({web}), critical_report(web, "first byte: not an HTTP/2 answer"), 2);
  }
}

}  // namespace hale::testing
