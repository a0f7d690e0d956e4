#include "net/tls/config.hpp"

#include <doctest/doctest.h>
#include <openssl/pem.h>

#include <string>
#include <vector>

#include "tests/support/certificates.hpp"
#include "tests/support/hale.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

/// Before any test has hale prepare OpenSSL, which then finds no cipher by its name, and locks no key.
const int all_ciphers = OPENSSL_init_crypto(OPENSSL_INIT_ADD_ALL_CIPHERS, nullptr);

/// `key` under the passphrase "sesame".
std::string locked(const std::string& key) {
  BIO* source = BIO_new_mem_buf(key.data(), static_cast<int>(key.size()));
  REQUIRE(all_ciphers == 1);
  EVP_PKEY* parsed = PEM_read_bio_PrivateKey(source, nullptr, nullptr, nullptr);
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(memory, parsed, EVP_aes_128_cbc(), reinterpret_cast<const unsigned char*>("sesame"), 6,
                           nullptr, nullptr);
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory, &text);
  std::string pem(text, static_cast<std::size_t>(size));
  EVP_PKEY_free(parsed);
  BIO_free(source);
  BIO_free(memory);
  return pem;
}

/// What is said of `options`, which is the same for every kind that has them.
std::string refusal(const std::vector<std::string>& options) {
  std::string first;
  for (const std::string& endpoint : {std::string("tls://127.0.0.1:1"), std::string("https://127.0.0.1:1"),
                                      std::string("rediss://127.0.0.1:1"), std::string("postgres://127.0.0.1:1")}) {
    std::vector<std::string> words{endpoint};
    words.insert(words.end(), options.begin(), options.end());
    std::string said = refusal_of(words);
    CHECK(said.starts_with(endpoint + ": "));
    said.erase(0, endpoint.size() + 2);
    if (first.empty()) first = said;
    CHECK(said == first);
  }
  return first;
}

}  // namespace

TEST_SUITE("tls options") {
  TEST_CASE("A client certificate that cannot be used is refused before the first packet") {
    const TemporaryFolder folder;
    const Certificate client = self_signed({"client.test"});
    const Certificate other = self_signed({"other.test"});
    const std::string certificate = folder.write("client.crt", client.certificate);
    const std::string none = folder.write("none.pem", "no PEM");
    const std::string broken =
        folder.write("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    const std::string key = folder.write("client.key", client.key);
    const std::string other_key = folder.write("other.key", other.key);
    const std::string locked_key = folder.write("locked.key", locked(client.key));
    const std::string both_locked = folder.write("both.pem", client.certificate + locked(client.key));

    CHECK(refusal({"--cert", "/no/such/file"}) == "--cert /no/such/file: No such file or directory");
    CHECK(refusal({"--cert", certificate, "--key", "/no/such/file"}) ==
          "--key /no/such/file: No such file or directory");
    CHECK(refusal({"--key", key}) == "--key goes with a client certificate; write --cert FILE too");
    CHECK(refusal({"--cert", none}) == "--cert " + none + ": no certificate in PEM");
    CHECK(refusal({"--cert", broken}) == "--cert " + broken + ": wrong tag");
    CHECK(refusal({"--cert", certificate}) ==
          "--cert " + certificate + ": no private key in it; name the key's file by --key FILE");
    CHECK(refusal({"--cert", certificate, "--key", none}) == "--key " + none + ": no private key in PEM");
    CHECK(refusal({"--cert", certificate, "--key", other_key}) ==
          "--key " + other_key + ": not the key of the certificate in --cert " + certificate);
    CHECK(refusal({"--cert", certificate, "--key", locked_key}) ==
          "--key " + locked_key + ": the key wants a passphrase; write one without (openssl pkey -in FILE -out PLAIN)");
    CHECK(refusal({"--cert", both_locked}) ==
          "--cert " + both_locked +
              ": the key wants a passphrase; write one without (openssl pkey -in FILE -out PLAIN)");
    CHECK(refusal({"--cert", "."}) == "--cert .: no certificate in PEM");
  }

  TEST_CASE("Nobody is asked for a passphrase at the terminal") {
    const TemporaryFolder folder;
    const Certificate client = self_signed({"client.test"});
    const std::string file = folder.write("both.pem", client.certificate + locked(client.key));
    const Finished finished = run_on_terminal(hale_words({"tls://127.0.0.1:1", "--cert", file}), 80, hale_options());
    CHECK(finished.out == "hale: tls://127.0.0.1:1: --cert " + file +
                              ": the key wants a passphrase; write one without (openssl pkey -in FILE -out PLAIN)\n");
    CHECK(finished.exit_code == 3);
  }

  TEST_CASE("A server name that is none") {
    for (const std::string& endpoint :
         {std::string("tls://127.0.0.1:1"), std::string("https://127.0.0.1:1"), std::string("rediss://127.0.0.1:1")}) {
      CHECK(refusal_of({endpoint, "--server-name", ""}) ==
            endpoint + ": --server-name is empty; write the name that the certificate is for");
      CHECK(refusal_of({endpoint, "--server-name", "db.test/x"}) ==
            endpoint + ": --server-name db.test/x: no name of a server; write one such as db.example");
    }
    CHECK(refusal_of({"https://127.0.0.1:1", "--server-name", "::1"}) ==
          "https://127.0.0.1:1: --server-name ::1: for http targets write a name");
  }

  TEST_CASE("A version of TLS that is none to choose") {
    CHECK(refusal_of({"tls://127.0.0.1:1", "--tls-min", "1.1"}) == "--tls-min: choose 1.2 or 1.3; did you mean 1.2?");
  }

  TEST_CASE("Options of TLS before the targets are for those that speak it") {
    CHECK(refusal_of({"--tls-min", "1.3", "--server-name", "db.test", "tcp://127.0.0.1:1", "-t", "1ms",
                      "tls://127.0.0.1:1", "-t", "1ms"}) == "nothing was refused");
    CHECK(refusal_of({"tcp://127.0.0.1:1", "--tls-min", "1.3"}) ==
          "--tls-min is not for tcp targets; it is for http: hale --http http://127.0.0.1:1 --tls-min 1.3");
  }
}

}  // namespace hale::testing
