#include "net/tls/context.hpp"

#include <memory>
#include <system_error>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/text.hpp"
#include "net/tls/trust.hpp"

namespace hale {
namespace {

/// Without it OpenSSL would ask at the terminal.
int refuse_passphrase(char*, int, int, void* requested) {
  *static_cast<bool*>(requested) = true;
  return -1;
}

/// The first error says what is wrong, the later ones who gave up because of it.
std::string first_error() {
  const unsigned long error = ERR_peek_error();
  if (ERR_SYSTEM_ERROR(error)) return std::generic_category().message(static_cast<int>(ERR_GET_REASON(error)));
  const char* reason = ERR_reason_error_string(error);
  return reason == nullptr ? "cannot be used" : reason;
}

bool is_mismatch(unsigned long error) {
  return ERR_GET_LIB(error) == ERR_LIB_X509 &&
         (ERR_GET_REASON(error) == X509_R_KEY_VALUES_MISMATCH || ERR_GET_REASON(error) == X509_R_KEY_TYPE_MISMATCH);
}

bool lacks_pem(unsigned long error) {
  return ERR_GET_LIB(error) == ERR_LIB_PEM || ERR_GET_LIB(error) == ERR_LIB_OSSL_DECODER;
}

std::string key_complaint(const TlsConfig& tls, bool passphrase_asked) {
  const unsigned long error = ERR_peek_error();
  const bool own_file = tls.key_file != tls.cert_file;
  const std::string key = fmt::format("--{} {}", own_file ? "key" : "cert", sanitize(tls.key_file));
  if (passphrase_asked)
    return fmt::format("{}: the key wants a passphrase; write one without (openssl pkey -in FILE -out PLAIN)", key);
  if (is_mismatch(error))
    return fmt::format("{}: not the key of the certificate in --cert {}", key, sanitize(tls.cert_file));
  if (!lacks_pem(error)) return fmt::format("{}: {}", key, first_error());
  return own_file ? fmt::format("{}: no private key in PEM", key)
                  : fmt::format("{}: no private key in it; name the key's file by --key FILE", key);
}

std::string use_certificate(SSL_CTX* context, const TlsConfig& tls) {
  bool passphrase_asked = false;
  ERR_clear_error();
  SSL_CTX_set_default_passwd_cb(context, refuse_passphrase);
  SSL_CTX_set_default_passwd_cb_userdata(context, &passphrase_asked);
  std::string complaint;
  if (SSL_CTX_use_certificate_chain_file(context, tls.cert_file.c_str()) != 1) {
    complaint = fmt::format("--cert {}: {}", sanitize(tls.cert_file),
                            lacks_pem(ERR_peek_error()) ? "no certificate in PEM" : first_error());
  } else if (SSL_CTX_use_PrivateKey_file(context, tls.key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    complaint = key_complaint(tls, passphrase_asked);
  }
  SSL_CTX_set_default_passwd_cb(context, nullptr);
  SSL_CTX_set_default_passwd_cb_userdata(context, nullptr);
  ERR_clear_error();
  return complaint;
}

bool look_for(X509_VERIFY_PARAM* parameters, const std::string& name) {
  if (X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str()) == 1) return true;
  ERR_clear_error();
  return !name.empty() && name.find(':') == std::string::npos &&
         X509_VERIFY_PARAM_set1_host(parameters, name.c_str(), name.size()) == 1;
}

/// Neither certificates nor SNI (RFC 6066, 3) know the dot at the end.
std::string without_root(const std::string& name) {
  return name.ends_with('.') ? name.substr(0, name.size() - 1) : name;
}

}  // namespace

std::string configure_tls(Loop& loop, void* ssl_context, const TlsConfig& tls) {
  auto* context = static_cast<SSL_CTX*>(ssl_context);
  SSL_CTX_set_min_proto_version(context, tls.oldest_version);
  if (!tls.insecure) {
    std::string trouble = loop.shared<TrustStores>().give(context, tls);
    if (!trouble.empty()) return trouble;
  }
  return tls.cert_file.empty() ? "" : use_certificate(context, tls);
}

std::string check_client_certificate(const TlsConfig& tls) {
  prepare_openssl();
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  return context ? use_certificate(context.get(), tls) : first_error();
}

bool name_server(void* handle, const std::string& full_name) {
  auto* ssl = static_cast<SSL*>(handle);
  const std::string name = without_root(full_name);
  if (!look_for(SSL_get0_param(ssl), name)) return false;
  const bool is_address = X509_VERIFY_PARAM_get0_host(SSL_get0_param(ssl), 0) == nullptr;
  return is_address || SSL_set_tlsext_host_name(ssl, name.c_str()) == 1;
}

bool set_server_name_for_all(void* ssl_context, const std::string& name) {
  return look_for(SSL_CTX_get0_param(static_cast<SSL_CTX*>(ssl_context)), without_root(name));
}

}  // namespace hale
