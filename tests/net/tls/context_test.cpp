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

/// Runs before hale initialises OpenSSL, which then has too few ciphers to encrypt a key.
const int all_ciphers = OPENSSL_init_crypto(OPENSSL_INIT_ADD_ALL_CIPHERS, nullptr);

/// `key`, encrypted with the passphrase "sesame".
std::string encrypt(const std::string& key) {
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

/// The error for `options`, which is the same for every kind that has them.
std::string error_for(const std::vector<std::string>& options) {
  std::string first;
  for (const std::string& endpoint : {std::string("tls://127.0.0.1:1"), std::string("https://127.0.0.1:1"),
                                      std::string("rediss://127.0.0.1:1"), std::string("postgres://127.0.0.1:1")}) {
    std::vector<std::string> words{endpoint};
    words.insert(words.end(), options.begin(), options.end());
    std::string error = refusal_of(words);
    CHECK(error.starts_with(endpoint + ": "));
    error.erase(0, endpoint.size() + 2);
    if (first.empty()) first = error;
    CHECK(error == first);
  }
  return first;
}

}  // namespace

TEST_SUITE("tls options") {
  TEST_CASE("An unusable client certificate is an error before anything is sent") {
    const TemporaryFolder folder;
    const Certificate client = self_signed({"client.test"});
    const Certificate other = self_signed({"other.test"});
    const std::string certificate = folder.write("client.crt", client.certificate);
    const std::string no_pem = folder.write("none.pem", "no PEM");
    const std::string broken =
        folder.write("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    const std::string key = folder.write("client.key", client.key);
    const std::string other_key = folder.write("other.key", other.key);
    const std::string encrypted_key = folder.write("locked.key", encrypt(client.key));
    const std::string both_encrypted = folder.write("both.pem", client.certificate + encrypt(client.key));

    CHECK(error_for({"--cert", "/no/such/file"}) == "--cert /no/such/file: No such file or directory");
    CHECK(error_for({"--cert", certificate, "--key", "/no/such/file"}) ==
          "--key /no/such/file: No such file or directory");
    CHECK(error_for({"--key", key}) == "--key requires --cert FILE");
    CHECK(error_for({"--cert", no_pem}) == "--cert " + no_pem + ": no PEM certificate found");
    CHECK(error_for({"--cert", broken}) == "--cert " + broken + ": wrong tag");
    CHECK(error_for({"--cert", certificate}) == "--cert " + certificate + ": no private key found; use --key FILE");
    CHECK(error_for({"--cert", certificate, "--key", no_pem}) == "--key " + no_pem + ": no PEM private key found");
    CHECK(error_for({"--cert", certificate, "--key", other_key}) ==
          "--key " + other_key + ": does not match the certificate in --cert " + certificate);
    CHECK(error_for({"--cert", certificate, "--key", encrypted_key}) ==
          "--key " + encrypted_key + ": the key is encrypted; decrypt it with openssl pkey -in FILE -out PLAIN");
    CHECK(error_for({"--cert", both_encrypted}) ==
          "--cert " + both_encrypted + ": the key is encrypted; decrypt it with openssl pkey -in FILE -out PLAIN");
    CHECK(error_for({"--cert", "."}) == "--cert .: no PEM certificate found");
  }

  TEST_CASE("hale never asks for a passphrase at the terminal") {
    const TemporaryFolder folder;
    const Certificate client = self_signed({"client.test"});
    const std::string file = folder.write("both.pem", client.certificate + encrypt(client.key));
    const Finished finished = run_on_terminal(hale_command({"tls://127.0.0.1:1", "--cert", file}), 80, hale_options());
    CHECK(finished.out == "hale: tls://127.0.0.1:1: --cert " + file +
                              ": the key is encrypted; decrypt it with openssl pkey -in FILE -out PLAIN\n");
    CHECK(finished.exit_code == 3);
  }

  TEST_CASE("Invalid server names") {
    for (const std::string& endpoint :
         {std::string("tls://127.0.0.1:1"), std::string("https://127.0.0.1:1"), std::string("rediss://127.0.0.1:1")}) {
      CHECK(refusal_of({endpoint, "--server-name", ""}) ==
            endpoint + ": --server-name is empty; use the name in the certificate");
      CHECK(refusal_of({endpoint, "--server-name", "db.test/x"}) ==
            endpoint + ": --server-name db.test/x: not a server name; use one such as db.example");
    }
    CHECK(refusal_of({"https://127.0.0.1:1", "--server-name", "::1"}) ==
          "https://127.0.0.1:1: --server-name ::1: http targets need a host name, not an address");
  }

  TEST_CASE("An invalid TLS version") {
    CHECK(refusal_of({"tls://127.0.0.1:1", "--tls-min", "1.1"}) == "--tls-min: use 1.2 or 1.3; did you mean 1.2?");
  }

  TEST_CASE("TLS options before the targets apply to targets with TLS") {
    CHECK(refusal_of({"--tls-min", "1.3", "--server-name", "db.test", "tcp://127.0.0.1:1", "-t", "1ms",
                      "tls://127.0.0.1:1", "-t", "1ms"}) == "nothing was refused");
    CHECK(refusal_of({"tcp://127.0.0.1:1", "--tls-min", "1.3"}) ==
          "--tls-min is not for tcp targets; it is for http: hale --http http://127.0.0.1:1 --tls-min 1.3");
  }
}

}  // namespace hale::testing
