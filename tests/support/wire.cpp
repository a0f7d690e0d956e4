#include "tests/support/wire.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "tests/support/waits.hpp"

namespace hale::testing {
namespace {

bool client_is_gone() { return errno == ECONNRESET || errno == EPIPE; }
bool must_wait() { return errno == EAGAIN || errno == EINTR; }

}  // namespace

TlsContext::TlsContext(const Certificate& certificate, const TlsServerOptions& options)
    : context_(SSL_CTX_new(TLS_server_method())) {
  const auto bio = [](const std::string& text) { return BIO_new_mem_buf(text.data(), static_cast<int>(text.size())); };
  BIO* certificate_bio = bio(certificate.certificate);
  BIO* key_bio = bio(certificate.key);
  X509* parsed = PEM_read_bio_X509(certificate_bio, nullptr, nullptr, nullptr);
  EVP_PKEY* key = PEM_read_bio_PrivateKey(key_bio, nullptr, nullptr, nullptr);
  const bool used = SSL_CTX_use_certificate(context_, parsed) == 1 && SSL_CTX_use_PrivateKey(context_, key) == 1;
  BIO_free(certificate_bio);
  BIO_free(key_bio);
  X509_free(parsed);
  EVP_PKEY_free(key);
  SSL_CTX_set_max_proto_version(context_, options.max_version);
  if (!options.client_ca.empty()) {
    BIO* ca_bio = bio(options.client_ca);
    X509* ca = PEM_read_bio_X509(ca_bio, nullptr, nullptr, nullptr);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_), ca);
    SSL_CTX_set_verify(context_,
                       SSL_VERIFY_PEER | (options.accept_without_certificate ? 0 : SSL_VERIFY_FAIL_IF_NO_PEER_CERT),
                       nullptr);
    if (options.accept_without_certificate) SSL_CTX_set_num_tickets(context_, 0);
    X509_free(ca);
    BIO_free(ca_bio);
  }
  if (!used) throw std::runtime_error("OpenSSL does not take the fake server's certificate");
}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

Wire::Wire(Fd socket, int stop, const TlsContext* tls) : socket_(std::move(socket)), stop_(stop), context_(tls) {}

Wire::Wire(Wire&& other) noexcept
    : socket_(std::move(other.socket_)),
      stop_(other.stop_),
      context_(other.context_),
      tls_(std::exchange(other.tls_, nullptr)) {}

Wire::~Wire() { SSL_free(tls_); }

void Wire::begin_tls() {
  if (context_ == nullptr) return;
  tls_ = SSL_new(context_->get());
  SSL_set_fd(tls_, socket_.get());
  try {
    accept();
  } catch (const ScriptError&) {
    ::shutdown(socket_.get(), SHUT_WR);
    drain();
    throw;
  }
}

void Wire::accept() {
  for (;;) {
    ERR_clear_error();
    const int result = SSL_accept(tls_);
    if (result == 1) return;
    if (retry(result) == Progress::closed) throw ScriptError("the client hung up in the TLS handshake");
  }
}

/// Reads and ignores everything until the client closes the connection.
void Wire::drain() {
  std::array<char, 4096> ignored;
  for (;;) {
    const auto count = ::recv(socket_.get(), ignored.data(), ignored.size(), 0);
    if (count < 0 && must_wait()) {
      wait_until(POLLIN);
    } else if (count <= 0) {
      return;
    }
  }
}

std::string Wire::read_some() {
  std::array<char, 65536> buffer;
  for (;;) {
    ERR_clear_error();
    const auto count = tls_ != nullptr ? SSL_read(tls_, buffer.data(), static_cast<int>(buffer.size()))
                                       : ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (count > 0) return {buffer.data(), static_cast<std::size_t>(count)};
    if (tls_ != nullptr) {
      if (retry(static_cast<int>(count)) == Progress::closed) return "";
    } else if (count < 0 && must_wait()) {
      wait_until(POLLIN);
    } else if (count == 0 || client_is_gone()) {
      return "";
    } else {
      throw_errno("recv");
    }
  }
}

bool Wire::write(std::string_view bytes) {
  if (!socket_.is_open()) throw ScriptError("the script sends something after closing the connection");
  while (!bytes.empty()) {
    ERR_clear_error();
    const auto count = tls_ != nullptr ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                                       : ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (tls_ != nullptr) {
      if (retry(static_cast<int>(count)) == Progress::closed) return false;
    } else if (must_wait()) {
      wait_until(POLLOUT);
    } else if (client_is_gone()) {
      return false;
    } else {
      throw_errno("send");
    }
  }
  return true;
}

/// After a failed OpenSSL call: waits until it can be repeated, or reports that the connection is closed.
Wire::Progress Wire::retry(int result) {
  switch (SSL_get_error(tls_, result)) {
    case SSL_ERROR_WANT_READ: wait_until(POLLIN); return Progress::done;
    case SSL_ERROR_WANT_WRITE: wait_until(POLLOUT); return Progress::done;
    case SSL_ERROR_ZERO_RETURN:
    case SSL_ERROR_SYSCALL: return Progress::closed;
    default: break;
  }
  const unsigned long error = ERR_get_error();
  if (ERR_GET_REASON(error) == SSL_R_UNEXPECTED_EOF_WHILE_READING) return Progress::closed;
  const char* reason = ERR_reason_error_string(error);
  throw ScriptError(std::string("TLS: ") + (reason != nullptr ? reason : "failed"));
}

void Wire::close() {
  if (!socket_.is_open()) return;
  if (tls_ != nullptr) {
    ERR_clear_error();
    SSL_shutdown(tls_);
  }
  // Closing with unread data sends a reset, which may reach the client before the last data that was sent.
  std::array<char, 4096> ignored;
  while (::recv(socket_.get(), ignored.data(), ignored.size(), 0) > 0) {
  }
  socket_.reset();
}

void Wire::reset() {
  const linger no_linger{1, 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &no_linger, sizeof no_linger);
  socket_.reset();
}

void Wire::wait_until(short events) const {
  pollfd polled{socket_.get(), events, 0};
  const auto end = std::chrono::steady_clock::now() + max_wait;
  while (wait_for({&polled, 1}, std::chrono::milliseconds(left_until(end))) <= 0) {
    if (left_until(end) == 0) throw ScriptError("the client did nothing for 10 seconds");
  }
}

void Wire::wait_for_stop() const {
  pollfd polled{stop_, POLLIN, 0};
  while (wait_for({&polled, 1}) <= 0) {
  }
}

bool Wire::stopped_within(std::chrono::milliseconds pause) const { return testing::stopped_within(stop_, pause); }

}  // namespace hale::testing
