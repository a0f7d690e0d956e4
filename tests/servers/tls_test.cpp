#include <doctest/doctest.h>

#include "tests/servers/servers.hpp"

namespace hale::testing {

TEST_SUITE("tls on real servers") {
  TEST_CASE("nginx shows its certificate") {
    const Finished finished = run_hale({"tls://localhost:" + server("HTTPS_PORT"), "--cacert", server("CA"), "-e",
                                        "protocol~^TLSv1\\.[23]$", "-e", "names~localhost"});
    CHECK(finished.out.starts_with("OK: tls://localhost:" + server("HTTPS_PORT") + " \u2013 TLSv1."));
    CHECK(finished.exit_code == 0);
  }

  TEST_CASE("An unknown issuer") {
    const Finished finished = run_hale({"tls://localhost:" + server("HTTPS_PORT")});
    CHECK(finished.out.find("tls: certificate: unknown issuer ") != std::string::npos);
    CHECK(finished.exit_code == 2);
  }

  TEST_CASE("PostgreSQL by STARTTLS, and Redis from the first byte") {
    for (std::vector<std::string> arguments :
         {std::vector<std::string>{"tls://localhost:" + server("PG_PORT"), "--starttls", "postgres"},
          std::vector<std::string>{"tls://localhost:" + server("REDIS_TLS_PORT")}}) {
      arguments.insert(arguments.end(), {"--cacert", server("CA")});
      const Finished finished = run_hale(arguments);
      CAPTURE(finished.out);
      CHECK(finished.exit_code == 0);
    }
  }

  TEST_CASE("A server with no TLS version above 1.2") {
    const std::string endpoint = "localhost:" + server("HTTPS_1_2_PORT");
    for (const std::string& url : {"tls://" + endpoint, "https://" + endpoint + "/health"}) {
      CAPTURE(url);
      const Finished finished = run_hale({"-4", url, "--cacert", server("CA"), "--tls-min", "1.3"});
      CHECK(normalize_report(finished.out) ==
            critical_report(url, "tls: the server does not support TLSv1.3 or newer"));
      CHECK(finished.exit_code == 2);
      CHECK(run_hale({url, "--cacert", server("CA"), "-e", "protocol=TLSv1.2"}).exit_code == 0);
    }
  }

  TEST_CASE("nginx requires a client certificate and reports it in HTTP") {
    const std::string url = "https://localhost:" + server("HTTPS_MTLS_PORT") + "/health";
    const Finished without = run_hale({"-4", url, "--cacert", server("CA")});
    CHECK(normalize_report(without.out) == critical_report(url, "status is 400, expected 200-399"));
    CHECK(run_hale({url, "--cacert", server("CA"), "--cert", server("CLIENT")}).exit_code == 0);
    CHECK(
        run_hale({"tls://localhost:" + server("HTTPS_MTLS_PORT"), "--cacert", server("CA"), "--cert", server("CLIENT")})
            .exit_code == 0);
  }

  TEST_CASE("Redis requires a client certificate and reports it in TLS") {
    const std::string endpoint = "localhost:" + server("REDIS_MTLS_PORT");
    for (const std::string& url : {"tls://" + endpoint, "rediss://app:s3cret-app@" + endpoint}) {
      CAPTURE(url);
      const Finished without = run_hale({"-4", url, "--cacert", server("CA")});
      CAPTURE(without.out);
      CHECK(without.out.find("the server requires a client certificate (--cert FILE)\n") != std::string::npos);
      CHECK(without.exit_code == 2);
      CHECK(run_hale({url, "--cacert", server("CA"), "--cert", server("CLIENT")}).exit_code == 0);
    }
  }

  TEST_CASE("A server name that is not the address") {
    const std::string url = "https://127.0.0.1:" + server("HTTPS_PORT") + "/health";
    CHECK(run_hale({url, "--cacert", server("CA"), "--server-name", "localhost"}).exit_code == 0);
    CHECK(normalize_report(run_hale({url, "--cacert", server("CA"), "--server-name", "elsewhere.test"}).out) ==
          critical_report(url, "tls: certificate: valid for localhost, 127.0.0.1, ::1, not for elsewhere.test"));
  }

  TEST_CASE("Certificate metrics and facts of other kinds") {
    const Finished finished = run_hale({"--format", "json", "https://localhost:" + server("HTTPS_PORT") + "/health",
                                        "--cacert", server("CA"), "-e", "cert_days>0", "-e", "issuer~."});
    CHECK(finished.out.find("\"cert_days\"") != std::string::npos);
    CHECK(finished.out.find("\"chain_days\"") != std::string::npos);
  }
}

}  // namespace hale::testing
