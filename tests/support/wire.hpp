#pragma once

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "tests/support/certificates.hpp"
#include "tests/support/descriptor.hpp"

struct ssl_st;
struct ssl_ctx_st;

namespace hale::testing {

/// A conversation that did not go as written.
class Trouble : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What the server side of TLS needs.
class TlsContext {
 public:
  TlsContext(const Certificate& certificate, const TlsDemands& expectations);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  ssl_ctx_st* get() const { return context_; }

 private:
  ssl_ctx_st* context_;
};

/// The server's end of one connection, with or without TLS. No wait is longer than the safety bound: then Trouble is
/// thrown.
class Wire {
 public:
  /// `stop` is a descriptor that can be read from when the test is done with the server.
  Wire(Descriptor socket, int stop, const TlsContext* tls);
  ~Wire();
  Wire(Wire&&) noexcept;

  /// The TLS handshake, if there is TLS; everything after it is said within TLS. A client that is refused hears so: the
  /// connection is not reset under its words.
  void begin_tls();

  /// Something that the client says; empty when it has hung up.
  std::string read_some();

  /// False when the client has hung up.
  bool write(std::string_view bytes);

  /// Hangs up, in TLS with a goodbye. Does nothing the second time.
  void end();
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

  Descriptor socket_;
  int stop_;
  const TlsContext* context_;
  ssl_st* tls_ = nullptr;
};

}  // namespace hale::testing
