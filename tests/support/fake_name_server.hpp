#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/descriptor.hpp"

namespace hale::testing {

/// What the server sends back to one question, each without the length that TCP puts before it: by UDP one datagram; by
/// TCP the bytes as they are, and then it hangs up. Nothing: it stays silent, and by TCP keeps the connection open.
using NameServerAnswer = std::optional<std::string>;

/// A name server on the loopback interface whose every word is written in the test; it takes one question after the
/// other, by UDP and TCP at one port.
class FakeNameServer {
 public:
  using Script = std::function<NameServerAnswer(const std::string& question)>;

  /// By TCP nobody listens when `by_tcp` is empty. `host` is "127.0.0.1" or "::1".
  explicit FakeNameServer(Script by_udp, Script by_tcp = {}, const std::string& host = "127.0.0.1");
  ~FakeNameServer();
  FakeNameServer(const FakeNameServer&) = delete;
  FakeNameServer& operator=(const FakeNameServer&) = delete;

  std::uint16_t port() const { return port_; }

  /// "127.0.0.1:PORT" or "[::1]:PORT".
  const std::string& endpoint() const { return place_; }

  /// Every question that came, without its id: "udp" or "tcp" and the bytes. Ends the server.
  std::vector<std::pair<std::string, std::string>> heard();

 private:
  void serve();
  void serve_udp();
  void serve_tcp();
  void finish();

  Script by_udp_;
  Script by_tcp_;
  Descriptor udp_;
  Descriptor tcp_;
  Descriptor stop_;
  std::vector<Descriptor> silent_;
  std::vector<std::pair<std::string, std::string>> heard_;
  std::uint16_t port_ = 0;
  std::string place_;
  std::thread thread_;
};

}  // namespace hale::testing
