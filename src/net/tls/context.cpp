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

/// Without this callback OpenSSL would ask for the passphrase at the terminal.
int refuse_passphrase(char*, int, int, void* requested) {
  *static_cast<bool*>(requested) = true;
  return -1;
}

/// The first error in OpenSSL's queue is the cause; the later ones are the callers that failed because of it.
std::string first_error() {
  const unsigned long error = ERR_peek_error();
  if (ERR_SYSTEM_ERROR(error)) return std::generic_category().message(static_cast<int>(ERR_GET_REASON(error)));
  const char* reason = ERR_reason_error_string(error);
  return reason == nullptr ? "cannot be used" : reason;
}

bool is_key_mismatch(unsigned long error) {
  return ERR_GET_LIB(error) == ERR_LIB_X509 &&
         (ERR_GET_REASON(error) == X509_R_KEY_VALUES_MISMATCH || ERR_GET_REASON(error) == X509_R_KEY_TYPE_MISMATCH);
}

bool is_pem_error(unsigned long error) {
  return ERR_GET_LIB(error) == ERR_LIB_PEM || ERR_GET_LIB(error) == ERR_LIB_OSSL_DECODER;
}

std::string describe_key_error(const TlsConfig& tls, bool passphrase_requested) {
  const unsigned long error = ERR_peek_error();
  const bool separate_file = tls.key_file != tls.cert_file;
  const std::string key = fmt::format("--{} {}", separate_file ? "key" : "cert", sanitize(tls.key_file));
  if (passphrase_requested)
    return fmt::format("{}: the key is encrypted; decrypt it with openssl pkey -in FILE -out PLAIN", key);
  if (is_key_mismatch(error))
    return fmt::format("{}: does not match the certificate in --cert {}", key, sanitize(tls.cert_file));
  if (!is_pem_error(error)) return fmt::format("{}: {}", key, first_error());
  return separate_file ? fmt::format("{}: no PEM private key found", key)
                       : fmt::format("{}: no private key found; use --key FILE", key);
}

std::optional<std::string> use_certificate(SSL_CTX* context, const TlsConfig& tls) {
  bool passphrase_requested = false;
  ERR_clear_error();
  SSL_CTX_set_default_passwd_cb(context, refuse_passphrase);
  SSL_CTX_set_default_passwd_cb_userdata(context, &passphrase_requested);
  std::optional<std::string> error;
  if (SSL_CTX_use_certificate_chain_file(context, tls.cert_file.c_str()) != 1) {
    error = fmt::format("--cert {}: {}", sanitize(tls.cert_file),
                        is_pem_error(ERR_peek_error()) ? "no PEM certificate found" : first_error());
  } else if (SSL_CTX_use_PrivateKey_file(context, tls.key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    error = describe_key_error(tls, passphrase_requested);
  }
  SSL_CTX_set_default_passwd_cb(context, nullptr);
  SSL_CTX_set_default_passwd_cb_userdata(context, nullptr);
  ERR_clear_error();
  return error;
}

bool set_expected_name(X509_VERIFY_PARAM* parameters, const std::string& name) {
  if (X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str()) == 1) return true;
  ERR_clear_error();
  return !name.empty() && name.find(':') == std::string::npos &&
         X509_VERIFY_PARAM_set1_host(parameters, name.c_str(), name.size()) == 1;
}

/// An absolute DNS name ends in a dot, which neither certificates nor SNI (RFC 6066, 3) use.
std::string without_final_dot(const std::string& name) {
  return name.ends_with('.') ? name.substr(0, name.size() - 1) : name;
}

std::string invalid_name(const std::string& name) { return fmt::format("{} is not a valid certificate name", name); }

}  // namespace

std::optional<std::string> configure_tls(Loop& loop, SSL_CTX* context, const TlsConfig& tls) {
  SSL_CTX_set_min_proto_version(context, tls.oldest_version);
  if (!tls.insecure) {
    if (auto error = loop.shared<TrustStores>().apply(context, tls)) return error;
  }
  return tls.cert_file.empty() ? std::nullopt : use_certificate(context, tls);
}

std::optional<std::string> check_client_certificate(const TlsConfig& tls) {
  prepare_openssl();
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  return context ? use_certificate(context.get(), tls) : first_error();
}

std::optional<std::string> set_server_name(SSL* ssl, const std::string& name) {
  const std::string sent = without_final_dot(name);
  if (!set_expected_name(SSL_get0_param(ssl), sent)) return invalid_name(name);
  // Addresses are not allowed in SNI (RFC 6066, 3).
  const bool is_address = X509_VERIFY_PARAM_get0_host(SSL_get0_param(ssl), 0) == nullptr;
  if (!is_address && SSL_set_tlsext_host_name(ssl, sent.c_str()) != 1) return invalid_name(name);
  return std::nullopt;
}

std::optional<std::string> set_server_name_for_all(SSL_CTX* context, const std::string& name) {
  if (!set_expected_name(SSL_CTX_get0_param(context), without_final_dot(name))) return invalid_name(name);
  return std::nullopt;
}

}  // namespace hale
