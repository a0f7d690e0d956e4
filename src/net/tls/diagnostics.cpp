#include "net/tls/diagnostics.hpp"

#include <cstddef>
#include <string_view>

#include <fmt/format.h>
#include <openssl/ssl.h>

#include "net/tls/session.hpp"

namespace hale {

/// What was seen of one handshake. Versions are numbered as on the wire (RFC 8446, 4.2.1).
struct TlsDiagnostics::Seen {
  explicit Seen(std::string name) : server_name(std::move(name)) {}

  std::string server_name;
  std::string distrust{};      ///< why the server's certificate is refused
  std::string first_header{};  ///< the header of the first record
  int oldest_version = 0;      ///< that we take
  int hello_version = 0;       ///< the ServerHello's
  bool refused_version = false;
  int alert = -1;  ///< the fatal one that the server sent
  bool asked_certificate = false;
  bool have_certificate = false;  ///< of our own, to show
  bool content = false;           ///< the server sent what only a client gets that it has taken

  void note_message(const SSL* ssl, const unsigned char* bytes, std::size_t size);
  std::optional<std::string> refusal() const;
  std::optional<std::string> alert_trouble() const;
};

namespace {

std::string version_name(int version) {
  if (version <= SSL3_VERSION) return "SSLv3";
  return version == TLS1_VERSION ? "TLSv1" : fmt::format("TLSv1.{}", version - TLS1_VERSION);
}

bool is_tls(std::string_view header) {
  return header[0] >= SSL3_RT_CHANGE_CIPHER_SPEC && header[0] <= SSL3_RT_APPLICATION_DATA &&
         header[1] == SSL3_VERSION_MAJOR;
}

bool is_about_certificates(int alert) {
  return (alert >= SSL_AD_BAD_CERTIFICATE && alert <= SSL_AD_CERTIFICATE_UNKNOWN) || alert == SSL_AD_UNKNOWN_CA ||
         alert == SSL_AD_ACCESS_DENIED || alert == SSL_AD_HANDSHAKE_FAILURE;
}

std::string certificate_demanded() { return "the server demands a client certificate (--cert FILE)"; }

}  // namespace

void TlsDiagnostics::Seen::note_message(const SSL* ssl, const unsigned char* bytes, std::size_t size) {
  switch (bytes[0]) {
    case SSL3_MT_SERVER_HELLO:
      if (size >= 6) hello_version = bytes[4] << 8 | bytes[5];
      break;
    case SSL3_MT_CERTIFICATE_REQUEST:
      asked_certificate = true;
      have_certificate = SSL_get_certificate(ssl) != nullptr;
      break;
    // The server's last word up to TLS 1.2; in 1.3 it comes before our certificate, and a ticket after it.
    case SSL3_MT_FINISHED: content = content || SSL_version(ssl) < TLS1_3_VERSION; break;
    case SSL3_MT_NEWSESSION_TICKET: content = content || SSL_version(ssl) >= TLS1_3_VERSION; break;
    default: break;
  }
}

/// Servers that know no better word for a missing certificate say one of the others.
std::optional<std::string> TlsDiagnostics::Seen::refusal() const {
  if (alert == SSL_AD_CERTIFICATE_REQUIRED) return certificate_demanded();
  if (!asked_certificate || !is_about_certificates(alert)) return std::nullopt;
  if (!have_certificate) return certificate_demanded();
  return fmt::format("the server refuses our client certificate: {}", SSL_alert_desc_string_long(alert));
}

std::optional<std::string> TlsDiagnostics::Seen::alert_trouble() const {
  if (alert < 0) return std::nullopt;
  if (alert == SSL_AD_PROTOCOL_VERSION)
    return fmt::format("the server does not speak {} or newer", version_name(oldest_version));
  if (alert == SSL_AD_UNRECOGNIZED_NAME) return fmt::format("the server does not know the name {}", server_name);
  if (auto refused = refusal()) return refused;
  return fmt::format("the server breaks off TLS: {}", SSL_alert_desc_string_long(alert));
}

namespace {

using SeenPointer = std::shared_ptr<TlsDiagnostics::Seen>;

void free_seen(void*, void* seen, CRYPTO_EX_DATA*, int, long, void*) { delete static_cast<SeenPointer*>(seen); }

int connection_slot() {
  static const int slot = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, free_seen);
  return slot;
}

int context_slot() {
  static const int slot = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, free_seen);
  return slot;
}

void note_sent(TlsDiagnostics::Seen& seen, int type, std::string_view message) {
  if (type == SSL3_RT_ALERT && message.size() == 2 && message[1] == SSL_AD_PROTOCOL_VERSION)
    seen.refused_version = true;
}

void note_received(TlsDiagnostics::Seen& seen, SSL* ssl, int type, std::string_view message) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  switch (type) {
    case SSL3_RT_HEADER:
      if (seen.first_header.empty() && message.size() >= 2) seen.first_header = message;
      break;
    case SSL3_RT_HANDSHAKE: seen.note_message(ssl, bytes, message.size()); break;
    case SSL3_RT_ALERT:
      if (message.size() == 2 && bytes[0] == SSL3_AL_FATAL) seen.alert = bytes[1];
      break;
    case SSL3_RT_INNER_CONTENT_TYPE: seen.content = seen.content || bytes[0] == SSL3_RT_APPLICATION_DATA; break;
    default: break;
  }
}

/// OpenSSL shows here every message and, by pseudo types, every record header.
// NOLINTNEXTLINE(readability-function-size): OpenSSL wants these parameters
void on_message(int sent, int, int type, const void* data, std::size_t size, SSL* ssl, void* argument) {
  if (size == 0) return;
  auto& seen = *static_cast<TlsDiagnostics::Seen*>(argument);
  const std::string_view message(static_cast<const char*>(data), size);
  if (seen.oldest_version == 0) seen.oldest_version = static_cast<int>(SSL_get_min_proto_version(ssl));
  if (sent != 0) {
    note_sent(seen, type, message);
  } else {
    note_received(seen, ssl, type, message);
  }
}

/// Only while it verifies does OpenSSL know the certificate that it then refuses.
int on_verify(int trusted, X509_STORE_CTX* store) {
  const auto* ssl = static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  if (trusted != 0 || SSL_get_verify_mode(ssl) == SSL_VERIFY_NONE) return trusted;
  auto* seen = static_cast<SeenPointer*>(SSL_get_ex_data(ssl, connection_slot()));
  if (seen == nullptr) seen = static_cast<SeenPointer*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), context_slot()));
  if ((*seen)->distrust.empty()) (*seen)->distrust = describe_certificate_error(store, (*seen)->server_name);
  return trusted;
}

}  // namespace

TlsDiagnostics::TlsDiagnostics(std::string server_name) : seen_(std::make_shared<Seen>(std::move(server_name))) {}

void TlsDiagnostics::watch(void* handle) {
  auto* ssl = static_cast<SSL*>(handle);
  if (SSL_get_ex_data(ssl, connection_slot()) != nullptr) return;
  SSL_set_ex_data(ssl, connection_slot(), new SeenPointer(seen_));
  SSL_set_msg_callback(ssl, on_message);
  SSL_set_msg_callback_arg(ssl, seen_.get());
  SSL_set_verify(ssl, SSL_get_verify_mode(ssl), on_verify);
}

void TlsDiagnostics::watch_next_of(void* handle) {
  auto* context = static_cast<SSL_CTX*>(handle);
  SSL_CTX_set_ex_data(context, context_slot(), new SeenPointer(seen_));
  SSL_CTX_set_msg_callback(context, on_message);
  SSL_CTX_set_msg_callback_arg(context, seen_.get());
  SSL_CTX_set_verify(context, SSL_CTX_get_verify_mode(context), on_verify);
}

bool TlsDiagnostics::awaits_verdict() const { return seen_->asked_certificate && !seen_->content; }

std::optional<std::string> TlsDiagnostics::trouble() const {
  const Seen& seen = *seen_;
  if (!seen.distrust.empty()) return fmt::format("certificate: {}", seen.distrust);
  if (!seen.first_header.empty() && !is_tls(seen.first_header))
    return fmt::format("no TLS answer but \"{}...\"", seen.first_header);
  if (seen.refused_version && seen.hello_version != 0) {
    return fmt::format("the server speaks only {}, older than {}", version_name(seen.hello_version),
                       version_name(seen.oldest_version));
  }
  return seen.alert_trouble();
}

std::optional<std::string> TlsDiagnostics::refusal() const { return seen_->refusal(); }

std::optional<std::string> TlsDiagnostics::trouble_at_end() const {
  std::optional<std::string> known = trouble();
  if (known || !awaits_verdict()) return known;
  return seen_->have_certificate ? "the server hung up on our client certificate" : certificate_demanded();
}

}  // namespace hale
