#pragma once

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "tests/support/certificates.hpp"
#include "tests/support/fd.hpp"

struct ssl_st;
struct ssl_ctx_st;

namespace hale::testing {

/// The client did not follow the script.
class ScriptError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The TLS configuration of a fake server.
class TlsContext {
 public:
  TlsContext(const Certificate& certificate, const TlsServerOptions& options);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  ssl_ctx_st* get() const { return context_; }

 private:
  ssl_ctx_st* context_;
};

/// The server's end of one connection, with or without TLS. Throws ScriptError when the client does nothing for
/// `max_wait`.
class Wire {
 public:
  /// `stop` is a descriptor that becomes readable when the test is done with the server.
  Wire(Fd socket, int stop, const TlsContext* tls);
  ~Wire();
  Wire(Wire&&) noexcept;

  /// Performs the TLS handshake, if there is a TlsContext; everything after it goes through TLS. When it fails, the
  /// client still receives the alert: the connection is not reset.
  void begin_tls();

  /// The next bytes from the client; empty when it has closed the connection.
  std::string read_some();

  /// False when the client has closed the connection.
  bool write(std::string_view bytes);

  /// Closes the connection, in TLS with a close_notify alert. A second call does nothing.
  void close();
  void reset();

  void wait_for_stop() const;
  /// True when the test is done with the server before `pause` is over.
  bool stopped_within(std::chrono::milliseconds pause) const;

 private:
  enum class Progress : unsigned char { done, closed };
  Progress retry(int result);
  void accept();
  void drain();
  void wait_until(short events) const;

  Fd socket_;
  int stop_;
  const TlsContext* context_;
  ssl_st* tls_ = nullptr;
};

}  // namespace hale::testing
