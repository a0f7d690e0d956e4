#include "tests/support/certificates.hpp"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstdint>
#include <stdexcept>

namespace hale::testing {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using X509Certificate = std::unique_ptr<X509, Free>;

void check(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("OpenSSL cannot make ") + what);
}

Key new_key() {
  // Generating an elliptic curve key takes microseconds; an RSA key would take most of the test's time.
  Key key(EVP_EC_gen("P-256"));
  check(key != nullptr, "a key");
  return key;
}

std::string as_text(BIO* bio) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string pem(X509* certificate) {
  const std::unique_ptr<BIO, Free> bio(BIO_new(BIO_s_mem()));
  check(PEM_write_bio_X509(bio.get(), certificate) == 1, "PEM");
  return as_text(bio.get());
}

std::string pem(EVP_PKEY* key) {
  const std::unique_ptr<BIO, Free> bio(BIO_new(BIO_s_mem()));
  check(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1, "PEM");
  return as_text(bio.get());
}

bool is_address(const std::string& name) {
  std::array<unsigned char, 16> ignored{};
  return ::inet_pton(AF_INET, name.c_str(), ignored.data()) == 1 ||
         ::inet_pton(AF_INET6, name.c_str(), ignored.data()) == 1;
}

std::string alternative_names(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += ',';
    text += (is_address(name) ? "IP:" : "DNS:") + name;
  }
  return text;
}

void set_name(X509_NAME* name, const std::string& text) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.c_str());
  check(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, bytes, -1, -1, 0) == 1, "a name");
}

void add_extension(X509* certificate, int id, const std::string& value) {
  const std::unique_ptr<X509_EXTENSION, Free> extension(X509V3_EXT_conf_nid(nullptr, nullptr, id, value.c_str()));
  check(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "an extension");
}

X509Certificate unsigned_certificate(const std::string& common_name, EVP_PKEY* key, Validity validity) {
  X509Certificate certificate(X509_new());
  check(certificate != nullptr, "a certificate");
  std::uint32_t serial = 0;
  check(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1, "a serial number");
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), std::chrono::seconds(validity.begin).count());
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), std::chrono::seconds(validity.end).count());
  X509_set_pubkey(certificate.get(), key);
  set_name(X509_get_subject_name(certificate.get()), common_name);
  return certificate;
}

void sign(X509* certificate, EVP_PKEY* key) { check(X509_sign(certificate, key, EVP_sha256()) > 0, "a signature"); }

X509Certificate server_certificate(const std::vector<std::string>& names, EVP_PKEY* key, Validity validity) {
  X509Certificate certificate = unsigned_certificate(names.at(0), key, validity);
  add_extension(certificate.get(), NID_subject_alt_name, alternative_names(names));
  return certificate;
}

}  // namespace

struct CertificateAuthority::Keys {
  Key key;
  X509Certificate certificate;
};

CertificateAuthority::CertificateAuthority(const std::string& name) : keys_(std::make_unique<Keys>()) {
  keys_->key = new_key();
  keys_->certificate = unsigned_certificate(name, keys_->key.get(), Validity{});
  X509* certificate = keys_->certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
  sign(certificate, keys_->key.get());
}

CertificateAuthority::~CertificateAuthority() = default;

std::string CertificateAuthority::certificate() const { return pem(keys_->certificate.get()); }

Certificate CertificateAuthority::issue(const std::vector<std::string>& names, Validity validity) const {
  const Key key = new_key();
  const X509Certificate certificate = server_certificate(names, key.get(), validity);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(keys_->certificate.get()));
  sign(certificate.get(), keys_->key.get());
  return Certificate{pem(certificate.get()), pem(key.get())};
}

Certificate self_signed(const std::vector<std::string>& names, Validity validity) {
  const Key key = new_key();
  const X509Certificate certificate = server_certificate(names, key.get(), validity);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
  sign(certificate.get(), key.get());
  return Certificate{pem(certificate.get()), pem(key.get())};
}

}  // namespace hale::testing
