#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/fd.hpp"

namespace hale::testing {

/// The answer to one query, without the length prefix of TCP: over UDP one datagram; over TCP the bytes as they are,
/// after which the server closes the connection. Nothing: the server stays silent, and over TCP keeps the connection
/// open.
using NameServerAnswer = std::optional<std::string>;

/// A name server on the loopback interface with scripted answers. Handles one query at a time, over UDP and TCP on one
/// port.
class FakeNameServer {
 public:
  using Script = std::function<NameServerAnswer(const std::string& query)>;

  /// Without `by_tcp` the server does not listen on TCP. `host` is "127.0.0.1" or "::1".
  explicit FakeNameServer(Script by_udp, Script by_tcp = {}, const std::string& host = "127.0.0.1");
  ~FakeNameServer();
  FakeNameServer(const FakeNameServer&) = delete;
  FakeNameServer& operator=(const FakeNameServer&) = delete;

  std::uint16_t port() const { return port_; }

  /// "127.0.0.1:PORT" or "[::1]:PORT".
  const std::string& endpoint() const { return endpoint_; }

  /// All queries so far, without their ids, each with "udp" or "tcp". Stops the server.
  std::vector<std::pair<std::string, std::string>> received();

 private:
  void serve();
  void serve_udp();
  void serve_tcp();
  void finish();

  Script by_udp_;
  Script by_tcp_;
  Fd udp_;
  Fd tcp_;
  Fd stop_;
  std::vector<Fd> silent_;
  std::vector<std::pair<std::string, std::string>> received_;
  std::uint16_t port_ = 0;
  std::string endpoint_;
  std::thread thread_;
};

}  // namespace hale::testing
