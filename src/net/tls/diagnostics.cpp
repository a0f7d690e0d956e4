#include "net/tls/diagnostics.hpp"

#include <cstddef>
#include <string_view>

#include <fmt/format.h>
#include <openssl/ssl.h>

#include "net/tls/session.hpp"

// OpenSSL reports a failed handshake by one error code, often "certificate verify failed" or "unexpected eof", and
// libcurl and libpq pass on less than that. So two callbacks record what passes by: the message callback sees every
// record header, handshake message and alert in both directions, and the verify callback sees the certificate while
// OpenSSL still has it.
//
// The verify callback gets no argument of its own, only a store context, from which OpenSSL leads to the connection. So
// the state is attached to the connection as ex_data. libcurl creates its SSL inside a call and never hands it out
// before the handshake, so for libcurl the state is attached to the SSL_CTX, which it creates for each connection.
//
// A library may free its connection before or after the TlsDiagnostics is destroyed, and the callbacks need the state
// until then. So the ex_data is a shared_ptr, which OpenSSL deletes with the connection (free_state).

namespace hale {

/// What was observed of one handshake. Versions are numbered as on the wire (RFC 8446, 4.2.1).
struct TlsDiagnostics::State {
  explicit State(std::string name) : server_name(std::move(name)) {}

  std::string server_name;
  std::string certificate_error{};  ///< why we reject the server's certificate
  std::string first_header{};       ///< the header of the first record received
  int oldest_version = 0;           ///< that we accept
  int hello_version = 0;            ///< the ServerHello's
  bool rejected_version = false;    ///< we rejected the server's
  int alert = -1;                   ///< the fatal one that the server sent
  bool requested_certificate = false;
  bool have_certificate = false;  ///< a client certificate to send
  bool accepted = false;          ///< the server sent what only an accepted client receives

  void note_message(const SSL* ssl, const unsigned char* bytes, std::size_t size);
  std::optional<std::string> client_certificate_error() const;
  std::optional<std::string> alert_error() const;
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

/// Also alerts that are not only about certificates: some servers send them for a missing certificate.
bool is_certificate_alert(int alert) {
  return (alert >= SSL_AD_BAD_CERTIFICATE && alert <= SSL_AD_CERTIFICATE_UNKNOWN) || alert == SSL_AD_UNKNOWN_CA ||
         alert == SSL_AD_ACCESS_DENIED || alert == SSL_AD_HANDSHAKE_FAILURE;
}

constexpr const char* certificate_required = "the server requires a client certificate (--cert FILE)";

}  // namespace

void TlsDiagnostics::State::note_message(const SSL* ssl, const unsigned char* bytes, std::size_t size) {
  switch (bytes[0]) {
    case SSL3_MT_SERVER_HELLO:
      if (size >= 6) hello_version = bytes[4] << 8 | bytes[5];
      break;
    case SSL3_MT_CERTIFICATE_REQUEST:
      requested_certificate = true;
      have_certificate = SSL_get_certificate(ssl) != nullptr;
      break;
    // Up to TLS 1.2 the server's Finished ends the handshake. In 1.3 it precedes our certificate, but a session ticket
    // follows it.
    case SSL3_MT_FINISHED: accepted = accepted || SSL_version(ssl) < TLS1_3_VERSION; break;
    case SSL3_MT_NEWSESSION_TICKET: accepted = accepted || SSL_version(ssl) >= TLS1_3_VERSION; break;
    default: break;
  }
}

std::optional<std::string> TlsDiagnostics::State::client_certificate_error() const {
  if (alert == SSL_AD_CERTIFICATE_REQUIRED) return certificate_required;
  if (!requested_certificate || !is_certificate_alert(alert)) return std::nullopt;
  if (!have_certificate) return certificate_required;
  return fmt::format("the server rejected the client certificate: {}", SSL_alert_desc_string_long(alert));
}

std::optional<std::string> TlsDiagnostics::State::alert_error() const {
  if (alert < 0) return std::nullopt;
  if (alert == SSL_AD_PROTOCOL_VERSION)
    return fmt::format("the server does not support {} or newer", version_name(oldest_version));
  if (alert == SSL_AD_UNRECOGNIZED_NAME) return fmt::format("the server does not know the name {}", server_name);
  if (auto error = client_certificate_error()) return error;
  return fmt::format("the server sent a TLS alert: {}", SSL_alert_desc_string_long(alert));
}

namespace {

using State = TlsDiagnostics::State;
using StatePointer = std::shared_ptr<State>;

void free_state(void*, void* state, CRYPTO_EX_DATA*, int, long, void*) { delete static_cast<StatePointer*>(state); }

int connection_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, free_state);
  return index;
}

int context_index() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, free_state);
  return index;
}

void note_sent(State& state, int type, std::string_view message) {
  if (type == SSL3_RT_ALERT && message.size() == 2 && message[1] == SSL_AD_PROTOCOL_VERSION)
    state.rejected_version = true;
}

void note_received(State& state, SSL* ssl, int type, std::string_view message) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  switch (type) {
    case SSL3_RT_HEADER:
      if (state.first_header.empty() && message.size() >= 2) state.first_header = message;
      break;
    case SSL3_RT_HANDSHAKE: state.note_message(ssl, bytes, message.size()); break;
    case SSL3_RT_ALERT:
      if (message.size() == 2 && bytes[0] == SSL3_AL_FATAL) state.alert = bytes[1];
      break;
    case SSL3_RT_INNER_CONTENT_TYPE: state.accepted = state.accepted || bytes[0] == SSL3_RT_APPLICATION_DATA; break;
    default: break;
  }
}

/// OpenSSL calls it for every message and, with pseudo types, for every record header.
// NOLINTNEXTLINE(readability-function-size): OpenSSL sets these parameters
void on_message(int sent, int, int type, const void* data, std::size_t size, SSL* ssl, void* argument) {
  if (size == 0) return;
  auto& state = *static_cast<State*>(argument);
  const std::string_view message(static_cast<const char*>(data), size);
  if (state.oldest_version == 0) state.oldest_version = static_cast<int>(SSL_get_min_proto_version(ssl));
  if (sent != 0) {
    note_sent(state, type, message);
  } else {
    note_received(state, ssl, type, message);
  }
}

/// The certificate is described here because OpenSSL discards one that it rejects.
int on_verify(int trusted, X509_STORE_CTX* store) {
  const auto* ssl = static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  if (trusted != 0 || SSL_get_verify_mode(ssl) == SSL_VERIFY_NONE) return trusted;
  auto* pointer = static_cast<StatePointer*>(SSL_get_ex_data(ssl, connection_index()));
  if (pointer == nullptr)
    pointer = static_cast<StatePointer*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), context_index()));
  State& state = **pointer;
  // Only the first error counts: OpenSSL goes on up the chain and may report others that follow from it.
  if (state.certificate_error.empty()) state.certificate_error = describe_certificate_error(store, state.server_name);
  return trusted;
}

}  // namespace

TlsDiagnostics::TlsDiagnostics(std::string server_name) : state_(std::make_shared<State>(std::move(server_name))) {}

void TlsDiagnostics::observe(SSL* ssl) {
  if (SSL_get_ex_data(ssl, connection_index()) != nullptr) return;
  SSL_set_ex_data(ssl, connection_index(), new StatePointer(state_));
  SSL_set_msg_callback(ssl, on_message);
  SSL_set_msg_callback_arg(ssl, state_.get());
  SSL_set_verify(ssl, SSL_get_verify_mode(ssl), on_verify);
}

void TlsDiagnostics::observe_next(SSL_CTX* context) {
  SSL_CTX_set_ex_data(context, context_index(), new StatePointer(state_));
  SSL_CTX_set_msg_callback(context, on_message);
  SSL_CTX_set_msg_callback_arg(context, state_.get());
  SSL_CTX_set_verify(context, SSL_CTX_get_verify_mode(context), on_verify);
}

bool TlsDiagnostics::awaits_acceptance() const { return state_->requested_certificate && !state_->accepted; }

std::optional<std::string> TlsDiagnostics::error() const {
  const State& state = *state_;
  if (!state.certificate_error.empty()) return fmt::format("certificate: {}", state.certificate_error);
  if (!state.first_header.empty() && !is_tls(state.first_header))
    return fmt::format("the answer is not TLS: \"{}...\"", state.first_header);
  if (state.rejected_version && state.hello_version != 0) {
    return fmt::format("the server supports only {}, older than {}", version_name(state.hello_version),
                       version_name(state.oldest_version));
  }
  return state.alert_error();
}

std::optional<std::string> TlsDiagnostics::client_certificate_error() const {
  return state_->client_certificate_error();
}

std::optional<std::string> TlsDiagnostics::error_at_end() const {
  if (auto reported = error()) return reported;
  if (!awaits_acceptance()) return std::nullopt;
  return state_->have_certificate ? "the server closed the connection after our client certificate"
                                  : certificate_required;
}

}  // namespace hale
