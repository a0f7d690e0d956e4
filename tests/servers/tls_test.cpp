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

  TEST_CASE("What other kinds tell of the certificate") {
    const Finished finished = run_hale({"--format", "json", "https://localhost:" + server("HTTPS_PORT") + "/health",
                                        "--cacert", server("CA"), "-e", "cert_days>0", "-e", "issuer~."});
    CHECK(finished.out.find("\"cert_days\"") != std::string::npos);
    CHECK(finished.out.find("\"chain_days\"") != std::string::npos);
  }
}

}  // namespace hale::testing
