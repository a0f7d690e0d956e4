#include "net/tls/session.hpp"

#include <algorithm>
#include <memory>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "core/quantity.hpp"

namespace hale {
namespace {

/// A name in the form of RFC 2253, most specific part first: "CN=db.example,O=Example". Letters outside ASCII are kept
/// as UTF-8.
std::string to_text(const X509_NAME* name) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), BIO_free);
  X509_NAME_print_ex(memory.get(), name, 0, XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

std::string to_text(const GENERAL_NAME* name) {
  int type = 0;
  const auto* value = static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(name, &type));
  const auto* bytes = ASN1_STRING_get0_data(value);
  const auto size = static_cast<std::size_t>(ASN1_STRING_length(value));
  if (type == GEN_DNS) return {reinterpret_cast<const char*>(bytes), size};
  char text[INET6_ADDRSTRLEN] = "";
  if (type == GEN_IPADD && (size == 4 || size == 16))
    inet_ntop(size == 4 ? AF_INET : AF_INET6, bytes, text, sizeof text);
  return text;
}

std::string alternative_names(const X509* certificate) {
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> all(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      GENERAL_NAMES_free);
  std::string list;
  for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(all.get(), i);
    if (name->type != GEN_DNS && name->type != GEN_IPADD) continue;
    list += (list.empty() ? "" : ", ") + to_text(name);
  }
  return list;
}

/// Days from now until `time`; negative when it is past.
double days_until(const ASN1_TIME* time) {
  int days = 0;
  int seconds = 0;
  ASN1_TIME_diff(&days, &seconds, nullptr, time);
  return days + seconds / 86400.0;
}

/// Days until the first certificate of the verified chain expires.
std::optional<double> chain_days(const SSL* ssl) {
  const STACK_OF(X509)* chain = SSL_get_verify_result(ssl) == X509_V_OK ? SSL_get0_verified_chain(ssl) : nullptr;
  if (chain == nullptr || sk_X509_num(chain) == 0) return std::nullopt;
  double first = days_until(X509_get0_notAfter(sk_X509_value(chain, 0)));
  for (int i = 1; i < sk_X509_num(chain); ++i)
    first = std::min(first, days_until(X509_get0_notAfter(sk_X509_value(chain, i))));
  return first;
}

}  // namespace

std::optional<TlsSession> read_tls_session(const SSL* ssl) {
  const X509* certificate = SSL_get0_peer_certificate(ssl);
  if (certificate == nullptr) return std::nullopt;
  TlsSession session;
  session.protocol = SSL_get_version(ssl);
  session.cipher = SSL_get_cipher_name(ssl);
  session.subject = to_text(X509_get_subject_name(certificate));
  session.issuer = to_text(X509_get_issuer_name(certificate));
  session.names = alternative_names(certificate);
  session.cert_days = days_until(X509_get0_notAfter(certificate));
  session.chain_days = chain_days(ssl);
  return session;
}

std::string describe_certificate_error(X509_STORE_CTX* context, const std::string& server_name) {
  const X509* certificate = X509_STORE_CTX_get0_cert(context);
  const int reason = X509_STORE_CTX_get_error(context);
  switch (reason) {
    case X509_V_ERR_CERT_HAS_EXPIRED: {
      const double days = days_until(X509_get0_notAfter(certificate));
      if (days >= 0) return "the certificate of an issuer has expired";
      return fmt::format("expired {} ago", format_human(Quantity{-days * 86400, Unit::seconds}));
    }
    case X509_V_ERR_CERT_NOT_YET_VALID: return "not yet valid";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: {
      const std::string names = alternative_names(certificate);
      return fmt::format("valid for {}, not for {}",
                         names.empty() ? to_text(X509_get_subject_name(certificate)) : names, server_name);
    }
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: return "self-signed";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return fmt::format("unknown issuer {}", to_text(X509_get_issuer_name(certificate)));
    default: return X509_verify_cert_error_string(reason);
  }
}

}  // namespace hale
