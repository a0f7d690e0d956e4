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

/// OpenSSL's verdict on `pem` with `store`: "ok", or its reason.
std::string verify(void* store, const std::string& pem) {
  const std::shared_ptr<X509> certificate = read_certificate(pem);
  const std::shared_ptr<X509_STORE_CTX> context(X509_STORE_CTX_new(), X509_STORE_CTX_free);
  X509_STORE_CTX_init(context.get(), static_cast<X509_STORE*>(store), certificate.get(), nullptr);
  X509_verify_cert(context.get());
  return X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
}

struct Store {
  explicit Store(const std::string& bundle) { add_ca_bundle(store.get(), bundle); }
  std::shared_ptr<X509_STORE> store{X509_STORE_new(), X509_STORE_free};
};

/// The subject of what `store` finds for CN=`text`, encoded as `type`; empty when it finds nothing.
std::string find(const Store& store, const std::string& text, int type) {
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
  TEST_CASE("an issuer is found among others, and a stranger is not") {
    const CertificateAuthority first("first");
    const CertificateAuthority second("second");
    const CertificateAuthority stranger("stranger");
    const TemporaryFolder folder;
    const Store store(
        folder.write("bundle.pem", "# issuers\r\n" + first.certificate() + "\r\n" + second.certificate()));
    CHECK(verify(store.store.get(), second.issue({"localhost"}).certificate) == "ok");
    CHECK(verify(store.store.get(), first.issue({"localhost"}).certificate) == "ok");
    CHECK(verify(store.store.get(), stranger.issue({"localhost"}).certificate) == unknown_issuer);
  }

  TEST_CASE("the name is enough for nobody: another key is another issuer") {
    const CertificateAuthority known("the same name");
    const CertificateAuthority impostor("the same name");
    const TemporaryFolder folder;
    const Store store(folder.write("bundle.pem", known.certificate()));
    CHECK(verify(store.store.get(), known.issue({"localhost"}).certificate) == "ok");
    CHECK(verify(store.store.get(), impostor.issue({"localhost"}).certificate) == "certificate signature failure");
  }

  TEST_CASE("an issuer that is there twice") {
    const CertificateAuthority issuer;
    const TemporaryFolder folder;
    const Store store(folder.write("bundle.pem", issuer.certificate() + issuer.certificate()));
    CHECK(verify(store.store.get(), issuer.issue({"localhost"}).certificate) == "ok");
  }

  TEST_CASE("a name is the same in another case, with other blanks, in another encoding") {
    const CertificateAuthority issuer("Hale Root");
    const TemporaryFolder folder;
    const Store store(folder.write("bundle.pem", CertificateAuthority("other").certificate() + issuer.certificate()));
    CHECK(find(store, "Hale Root", V_ASN1_UTF8STRING) == "/CN=Hale Root");
    CHECK(find(Store(folder / "bundle.pem"), "hale  ROOT", V_ASN1_PRINTABLESTRING) == "/CN=Hale Root");
    CHECK(find(Store(folder / "bundle.pem"), "Hale Roo", V_ASN1_UTF8STRING) == "");
  }

  TEST_CASE("what is no certificate is passed over") {
    const CertificateAuthority issuer;
    const TemporaryFolder folder;
    const std::string rubbish = "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n";
    const Certificate server = issuer.issue({"localhost"});
    const Store store(folder.write("bundle.pem", rubbish + server.key + issuer.certificate() + "-----BEGIN CERT"));
    CHECK(verify(store.store.get(), server.certificate) == "ok");
  }

  TEST_CASE("a bundle that is gone when it is needed has no issuers") {
    const CertificateAuthority issuer;
    CHECK(verify(Store("/nonexistent/bundle.pem").store.get(), issuer.issue({"localhost"}).certificate) ==
          unknown_issuer);
  }

  TEST_CASE("why a file is no bundle") {
    const TemporaryFolder folder;
    const CertificateAuthority issuer;
    CHECK(check_ca_bundle(folder.write("bundle.pem", issuer.certificate())) == "");
    CHECK(check_ca_bundle(folder.write("key.pem", issuer.issue({"localhost"}).key)) == "no certificate in it");
    CHECK(check_ca_bundle(folder.write("empty.pem", "")) == "no certificate in it");
    CHECK(check_ca_bundle(folder / "absent.pem") == "No such file or directory");
  }

  TEST_CASE("where distributions keep their issuers") {
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

  TEST_CASE("a hashed directory comes before a bundle, an ordinary one does not count") {
    const TemporaryFolder root;
    root.write("etc/ssl/certs/ca-certificates.crt", CertificateAuthority().certificate());
    root.write("etc/ssl/certs/Hale_Root.pem", "");
    CHECK(find_issuers(TlsConfig{}, root.path()).file == root / "etc/ssl/certs/ca-certificates.crt");
    root.write("etc/ssl/certs/002c0b4f.0", "");
    const Issuers issuers = find_issuers(TlsConfig{}, root.path());
    CHECK(issuers.file == "");
    CHECK(issuers.directory == root / "etc/ssl/certs");
  }

  TEST_CASE("an empty bundle does not hide a good one; without any there are no issuers") {
    const TemporaryFolder root;
    CHECK(find_issuers(TlsConfig{}, root.path()).empty());
    root.write("etc/ssl/certs/ca-certificates.crt", "");
    root.write("etc/ssl/cert.pem", CertificateAuthority().certificate());
    CHECK(find_issuers(TlsConfig{}, root.path()).file == root / "etc/ssl/cert.pem");
  }

  TEST_CASE("what the user names counts alone") {
    TlsConfig tls;
    tls.ca_file = "/some/ca.pem";
    CHECK(find_issuers(tls).file == "/some/ca.pem");
    CHECK(find_issuers(tls).directory == "");
  }

  TEST_CASE("one store for all who trust the same; what cannot be read is said at once") {
    const TemporaryFolder folder;
    Loop loop;
    TrustStores trust(loop);
    const std::shared_ptr<SSL_CTX> one(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    const std::shared_ptr<SSL_CTX> other(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    TlsConfig tls;
    tls.ca_file = folder.write("ca.pem", CertificateAuthority().certificate());
    CHECK(trust.give(one.get(), tls) == "");
    CHECK(trust.give(other.get(), tls) == "");
    CHECK(SSL_CTX_get_cert_store(one.get()) == SSL_CTX_get_cert_store(other.get()));
    tls.ca_file = folder.write("empty.pem", "");
    CHECK(trust.give(one.get(), tls) ==
          "the issuers to trust cannot be read: " + tls.ca_file + ": no certificate in it");
  }

  TEST_CASE("a certificate that is named itself is trusted, whoever issued it") {
    const Certificate server = CertificateAuthority().issue({"localhost"});
    const TemporaryFolder folder;
    Loop loop;
    TrustStores trust(loop);
    const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    TlsConfig tls;
    tls.ca_file = folder.write("server.pem", server.certificate);
    CHECK(trust.give(context.get(), tls) == "");
    CHECK(verify(SSL_CTX_get_cert_store(context.get()), server.certificate) == "ok");
  }
}
