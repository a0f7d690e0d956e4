#include "net/tls/trust.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "net/tls/ca_bundle.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace hale;
using namespace hale::testing;

namespace {

std::shared_ptr<X509> read_certificate(const std::string& pem) {
  const std::shared_ptr<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  return {PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free};
}

/// OpenSSL's verdict on `pem` with `store`: "ok", or the error.
std::string verify(X509_STORE* store, const std::string& pem) {
  const std::shared_ptr<X509> certificate = read_certificate(pem);
  const std::shared_ptr<X509_STORE_CTX> context(X509_STORE_CTX_new(), X509_STORE_CTX_free);
  X509_STORE_CTX_init(context.get(), store, certificate.get(), nullptr);
  X509_verify_cert(context.get());
  return X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
}

struct BundleStore {
  explicit BundleStore(const std::string& bundle) { add_ca_bundle(store.get(), bundle); }
  std::shared_ptr<X509_STORE> store{X509_STORE_new(), X509_STORE_free};
};

/// The subject of what `store` finds for CN=`text`, encoded as `type`; empty when it finds nothing.
std::string find_issuer(const BundleStore& store, const std::string& text, int type) {
  const std::shared_ptr<X509_NAME> name(X509_NAME_new(), X509_NAME_free);
  X509_NAME_add_entry_by_txt(name.get(), "CN", type, reinterpret_cast<const unsigned char*>(text.data()),
                             static_cast<int>(text.size()), -1, 0);
  const std::shared_ptr<X509_STORE_CTX> context(X509_STORE_CTX_new(), X509_STORE_CTX_free);
  X509_STORE_CTX_init(context.get(), store.store.get(), nullptr, nullptr);
  const std::shared_ptr<X509_OBJECT> found(X509_STORE_CTX_get_obj_by_subject(context.get(), X509_LU_X509, name.get()),
                                           X509_OBJECT_free);
  if (!found) return "";
  const std::shared_ptr<char> line(
      X509_NAME_oneline(X509_get_subject_name(X509_OBJECT_get0_X509(found.get())), nullptr, 0),
      [](char* words) { OPENSSL_free(words); });
  return line.get();
}

constexpr const char* unknown_issuer = "unable to get local issuer certificate";

}  // namespace

TEST_SUITE("trust") {
  TEST_CASE("an issuer in the bundle is found, another is not") {
    const CertificateAuthority first("first");
    const CertificateAuthority second("second");
    const CertificateAuthority stranger("stranger");
    const TemporaryFolder folder;
    const BundleStore store(
        folder.write("bundle.pem", "# issuers\r\n" + first.certificate() + "\r\n" + second.certificate()));
    CHECK(verify(store.store.get(), second.issue({"localhost"}).certificate) == "ok");
    CHECK(verify(store.store.get(), first.issue({"localhost"}).certificate) == "ok");
    CHECK(verify(store.store.get(), stranger.issue({"localhost"}).certificate) == unknown_issuer);
  }

  TEST_CASE("an issuer of the same name with another key") {
    const CertificateAuthority known("the same name");
    const CertificateAuthority impostor("the same name");
    const TemporaryFolder folder;
    const BundleStore store(folder.write("bundle.pem", known.certificate()));
    CHECK(verify(store.store.get(), known.issue({"localhost"}).certificate) == "ok");
    CHECK(verify(store.store.get(), impostor.issue({"localhost"}).certificate) == "certificate signature failure");
  }

  TEST_CASE("an issuer that is there twice") {
    const CertificateAuthority issuer;
    const TemporaryFolder folder;
    const BundleStore store(folder.write("bundle.pem", issuer.certificate() + issuer.certificate()));
    CHECK(verify(store.store.get(), issuer.issue({"localhost"}).certificate) == "ok");
  }

  TEST_CASE("names that differ in case, blanks or encoding match") {
    const CertificateAuthority issuer("Hale Root");
    const TemporaryFolder folder;
    const BundleStore store(
        folder.write("bundle.pem", CertificateAuthority("other").certificate() + issuer.certificate()));
    CHECK(find_issuer(store, "Hale Root", V_ASN1_UTF8STRING) == "/CN=Hale Root");
    CHECK(find_issuer(BundleStore(folder / "bundle.pem"), "hale  ROOT", V_ASN1_PRINTABLESTRING) == "/CN=Hale Root");
    CHECK(find_issuer(BundleStore(folder / "bundle.pem"), "Hale Roo", V_ASN1_UTF8STRING) == "");
  }

  TEST_CASE("entries that are not certificates are skipped") {
    const CertificateAuthority issuer;
    const TemporaryFolder folder;
    const std::string rubbish = "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n";
    const Certificate server = issuer.issue({"localhost"});
    const BundleStore store(
        folder.write("bundle.pem", rubbish + server.key + issuer.certificate() + "-----BEGIN CERT"));
    CHECK(verify(store.store.get(), server.certificate) == "ok");
  }

  TEST_CASE("a bundle that has been removed has no issuers") {
    const CertificateAuthority issuer;
    CHECK(verify(BundleStore("/nonexistent/bundle.pem").store.get(), issuer.issue({"localhost"}).certificate) ==
          unknown_issuer);
  }

  TEST_CASE("files that are not bundles") {
    const TemporaryFolder folder;
    const CertificateAuthority issuer;
    CHECK(check_ca_bundle(folder.write("bundle.pem", issuer.certificate())) == std::nullopt);
    CHECK(check_ca_bundle(folder.write("key.pem", issuer.issue({"localhost"}).key)) == "no certificate found");
    CHECK(check_ca_bundle(folder.write("empty.pem", "")) == "no certificate found");
    CHECK(check_ca_bundle(folder / "absent.pem") == "No such file or directory");
  }

  TEST_CASE("the bundles of distributions") {
    const std::string certificate = CertificateAuthority().certificate();
    for (const char* path :
         {"/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem", "/etc/pki/tls/certs/ca-bundle.crt",
          "/etc/ssl/ca-bundle.pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"}) {
      CAPTURE(path);
      const TemporaryFolder root;
      root.write(path + 1, certificate);
      const Issuers issuers = find_issuers(TlsConfig{}, root.path());
      CHECK(issuers.file == root.path().string() + path);
      CHECK(issuers.directory == "");
    }
  }

  TEST_CASE("a hashed directory precedes a bundle; an ordinary directory does not count") {
    const TemporaryFolder root;
    root.write("etc/ssl/certs/ca-certificates.crt", CertificateAuthority().certificate());
    root.write("etc/ssl/certs/Hale_Root.pem", "");
    CHECK(find_issuers(TlsConfig{}, root.path()).file == root / "etc/ssl/certs/ca-certificates.crt");
    root.write("etc/ssl/certs/002c0b4f.0", "");
    const Issuers issuers = find_issuers(TlsConfig{}, root.path());
    CHECK(issuers.file == "");
    CHECK(issuers.directory == root / "etc/ssl/certs");
  }

  TEST_CASE("an empty bundle is skipped; without bundles there are no issuers") {
    const TemporaryFolder root;
    CHECK(find_issuers(TlsConfig{}, root.path()).empty());
    root.write("etc/ssl/certs/ca-certificates.crt", "");
    root.write("etc/ssl/cert.pem", CertificateAuthority().certificate());
    CHECK(find_issuers(TlsConfig{}, root.path()).file == root / "etc/ssl/cert.pem");
  }

  TEST_CASE("only the user's own issuers count") {
    TlsConfig tls;
    tls.ca_file = "/some/ca.pem";
    CHECK(find_issuers(tls).file == "/some/ca.pem");
    CHECK(find_issuers(tls).directory == "");
  }

  TEST_CASE("targets with the same issuers share a store; an unreadable file is an error") {
    const TemporaryFolder folder;
    Loop loop;
    TrustStores trust(loop);
    const std::shared_ptr<SSL_CTX> one(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    const std::shared_ptr<SSL_CTX> other(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    TlsConfig tls;
    tls.ca_file = folder.write("ca.pem", CertificateAuthority().certificate());
    CHECK(trust.apply(one.get(), tls) == std::nullopt);
    CHECK(trust.apply(other.get(), tls) == std::nullopt);
    CHECK(SSL_CTX_get_cert_store(one.get()) == SSL_CTX_get_cert_store(other.get()));
    tls.ca_file = folder.write("empty.pem", "");
    CHECK(trust.apply(one.get(), tls) == "cannot read the trusted issuers: " + tls.ca_file + ": no certificate found");
  }

  TEST_CASE("a certificate in the bundle is trusted without its issuer") {
    const Certificate server = CertificateAuthority().issue({"localhost"});
    const TemporaryFolder folder;
    Loop loop;
    TrustStores trust(loop);
    const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    TlsConfig tls;
    tls.ca_file = folder.write("server.pem", server.certificate);
    CHECK(trust.apply(context.get(), tls) == std::nullopt);
    CHECK(verify(SSL_CTX_get_cert_store(context.get()), server.certificate) == "ok");
  }
}
