// A program of the libraries alone, linked as hale is: that those of tests/scripts/static/own-release fit together,
// without all of hale. Prints "name version", a line each.
#define PCRE2_CODE_UNIT_WIDTH 8

#include <curl/curl.h>
#include <fmt/core.h>
#include <libpq-fe.h>
#include <openssl/ssl.h>
#include <pcre2.h>

#include <array>

int main() {
  const curl_version_info_data* curl = curl_version_info(CURLVERSION_NOW);
  CURL* easy = curl_easy_init();
  PGconn* connection = PQconnectStart("host=/nowhere sslmode=disable");
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  std::array<char, 64> pcre2{};
  pcre2_config(PCRE2_CONFIG_VERSION, pcre2.data());
  fmt::print("libcurl {}\nnghttp2 {}\nlibpq {}\nOpenSSL {}\nPCRE2 {}\nfmt {}\n", curl->version, curl->nghttp2_version,
             PQlibVersion(), OpenSSL_version(OPENSSL_VERSION_STRING), pcre2.data(), FMT_VERSION);
  const bool all = easy != nullptr && connection != nullptr && context != nullptr;
  SSL_CTX_free(context);
  PQfinish(connection);
  curl_easy_cleanup(easy);
  return all ? 0 : 1;
}
