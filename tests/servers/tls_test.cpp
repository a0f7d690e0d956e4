#include <doctest/doctest.h>

#include "tests/servers/servers.hpp"

namespace hale::testing {

TEST_SUITE("tls on real servers") {
  TEST_CASE("nginx shows its certificate, and no page is fetched") {
    const Finished finished = run_hale({"tls://localhost:" + server("HTTPS_PORT"), "--cacert", server("CA"), "-e",
                                        "protocol~^TLSv1\\.[23]$", "-e", "names~localhost"});
    CHECK(finished.out.starts_with("OK: tls://localhost:" + server("HTTPS_PORT") + " \u2013 TLSv1."));
    CHECK(finished.exit_code == 0);
  }

  TEST_CASE("A certificate that nobody vouches for") {
    const Finished finished = run_hale({"tls://localhost:" + server("HTTPS_PORT")});
    CHECK(finished.out.find("tls: certificate: of an unknown issuer: ") != std::string::npos);
    CHECK(finished.exit_code == 2);
  }

  TEST_CASE("PostgreSQL by STARTTLS, and Redis from the first byte") {
    for (std::vector<std::string> words :
         {std::vector<std::string>{"tls://localhost:" + server("PG_PORT"), "--starttls", "postgres"},
          std::vector<std::string>{"tls://localhost:" + server("REDIS_TLS_PORT")}}) {
      words.insert(words.end(), {"--cacert", server("CA")});
      const Finished finished = run_hale(words);
      CAPTURE(finished.out);
      CHECK(finished.exit_code == 0);
    }
  }

  TEST_CASE("A server that speaks nothing newer than TLS 1.2") {
    const std::string endpoint = "localhost:" + server("HTTPS_1_2_PORT");
    for (const std::string& url : {"tls://" + endpoint, "https://" + endpoint + "/health"}) {
      CAPTURE(url);
      const Finished finished = run_hale({"-4", url, "--cacert", server("CA"), "--tls-min", "1.3"});
      CHECK(settled(finished.out) == unwell(url, "tls: the server does not speak TLSv1.3 or newer"));
      CHECK(finished.exit_code == 2);
      CHECK(run_hale({url, "--cacert", server("CA"), "-e", "protocol=TLSv1.2"}).exit_code == 0);
    }
  }

  TEST_CASE("nginx wants a client certificate and says so in HTTP") {
    const std::string url = "https://localhost:" + server("HTTPS_MTLS_PORT") + "/health";
    const Finished without = run_hale({"-4", url, "--cacert", server("CA")});
    CHECK(settled(without.out) == unwell(url, "status is 400, expected 200-399"));
    CHECK(run_hale({url, "--cacert", server("CA"), "--cert", server("CLIENT")}).exit_code == 0);
    CHECK(
        run_hale({"tls://localhost:" + server("HTTPS_MTLS_PORT"), "--cacert", server("CA"), "--cert", server("CLIENT")})
            .exit_code == 0);
  }

  TEST_CASE("Redis wants a client certificate and says so in TLS") {
    const std::string endpoint = "localhost:" + server("REDIS_MTLS_PORT");
    for (const std::string& url : {"tls://" + endpoint, "rediss://app:s3cret-app@" + endpoint}) {
      CAPTURE(url);
      const Finished without = run_hale({"-4", url, "--cacert", server("CA")});
      CAPTURE(without.out);
      CHECK(without.out.find("the server demands a client certificate (--cert FILE)\n") != std::string::npos);
      CHECK(without.exit_code == 2);
      CHECK(run_hale({url, "--cacert", server("CA"), "--cert", server("CLIENT")}).exit_code == 0);
    }
  }

  TEST_CASE("A server name that is not the address") {
    const std::string url = "https://127.0.0.1:" + server("HTTPS_PORT") + "/health";
    CHECK(run_hale({url, "--cacert", server("CA"), "--server-name", "localhost"}).exit_code == 0);
    CHECK(settled(run_hale({url, "--cacert", server("CA"), "--server-name", "elsewhere.test"}).out) ==
          unwell(url, "tls: certificate: is for localhost, 127.0.0.1, ::1, not for elsewhere.test"));
  }

  TEST_CASE("What other kinds tell of the certificate") {
    const Finished finished = run_hale({"--format", "json", "https://localhost:" + server("HTTPS_PORT") + "/health",
                                        "--cacert", server("CA"), "-e", "cert_days>0", "-e", "issuer~."});
    CHECK(finished.out.find("\"cert_days\"") != std::string::npos);
    CHECK(finished.out.find("\"chain_days\"") != std::string::npos);
  }
}

}  // namespace hale::testing
