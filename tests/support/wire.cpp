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

TlsContext::TlsContext(const Certificate& certificate, const TlsDemands& expectations)
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
  SSL_CTX_set_max_proto_version(context_, expectations.newest_version);
  if (!expectations.client_ca.empty()) {
    BIO* ca_bio = bio(expectations.client_ca);
    X509* ca = PEM_read_bio_X509(ca_bio, nullptr, nullptr, nullptr);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_), ca);
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER | (expectations.in_vain ? 0 : SSL_VERIFY_FAIL_IF_NO_PEER_CERT),
                       nullptr);
    if (expectations.in_vain) SSL_CTX_set_num_tickets(context_, 0);
    X509_free(ca);
    BIO_free(ca_bio);
  }
  if (!used) throw std::runtime_error("OpenSSL does not take the fake server's certificate");
}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

Wire::Wire(Descriptor socket, int stop, const TlsContext* tls)
    : socket_(std::move(socket)), stop_(stop), context_(tls) {}

Wire::Wire(Wire&& other) noexcept
    : socket_(std::move(other.socket_)),
      stop_(other.stop_),
      context_(other.context_),
      tls_(std::exchange(other.tls_, nullptr)) {}

Wire::~Wire() { SSL_free(tls_); }

void Wire::begin_tls() {
  if (context_ == nullptr) return;
  tls_ = SSL_new(context_->get());
  SSL_set_fd(tls_, socket_.number());
  try {
    accept();
  } catch (const Trouble&) {
    ::shutdown(socket_.number(), SHUT_WR);
    drain();
    throw;
  }
}

void Wire::accept() {
  for (;;) {
    ERR_clear_error();
    const int result = SSL_accept(tls_);
    if (result == 1) return;
    if (retry(result) == Progress::closed) throw Trouble("the client hung up in the TLS handshake");
  }
}

/// Until the client hangs up.
void Wire::drain() {
  std::array<char, 4096> ignored;
  for (;;) {
    const auto count = ::recv(socket_.number(), ignored.data(), ignored.size(), 0);
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
                                       : ::recv(socket_.number(), buffer.data(), buffer.size(), 0);
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
  if (!socket_.open()) throw Trouble("there is something to say after the hanging up");
  while (!bytes.empty()) {
    ERR_clear_error();
    const auto count = tls_ != nullptr ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                                       : ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
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

/// After an OpenSSL call that did not succeed: waits for what it waits for, or tells that the connection is over.
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
  throw Trouble(std::string("TLS: ") + (reason != nullptr ? reason : "failed"));
}

void Wire::end() {
  if (!socket_.open()) return;
  if (tls_ != nullptr) {
    ERR_clear_error();
    SSL_shutdown(tls_);
  }
  // Words left unread would turn the close into a reset, which may overtake what was said last.
  std::array<char, 4096> ignored;
  while (::recv(socket_.number(), ignored.data(), ignored.size(), 0) > 0) {
  }
  socket_.close();
}

void Wire::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_.number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  socket_.close();
}

void Wire::wait_until(short events) const {
  pollfd polled{socket_.number(), events, 0};
  const auto end = std::chrono::steady_clock::now() + safety_bound;
  while (wait_for({&polled, 1}, std::chrono::milliseconds(left_until(end))) <= 0) {
    if (left_until(end) == 0) throw Trouble("the client did nothing for 10 seconds");
  }
}

void Wire::wait_for_stop() const {
  pollfd polled{stop_, POLLIN, 0};
  while (wait_for({&polled, 1}) <= 0) {
  }
}

bool Wire::stopped_within(std::chrono::milliseconds pause) const { return testing::stopped_within(stop_, pause); }

}  // namespace hale::testing
