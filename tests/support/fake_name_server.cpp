#include "tests/support/fake_name_server.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <stdexcept>

#include "tests/support/waits.hpp"

namespace hale::testing {
namespace {

constexpr std::size_t id_size = 2;
constexpr std::size_t length_size = 2;

struct SocketAddress {
  sockaddr_storage bytes{};
  socklen_t size = sizeof bytes;
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&bytes); }
};

SocketAddress address_of(const std::string& host, std::uint16_t port) {
  SocketAddress endpoint;
  if (host == "::1") {
    auto& address = reinterpret_cast<sockaddr_in6&>(endpoint.bytes);
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    address.sin6_port = htons(port);
    endpoint.size = sizeof address;
    return endpoint;
  }
  if (host != "127.0.0.1") throw std::runtime_error("a fake name server listens at 127.0.0.1 or ::1");
  auto& address = reinterpret_cast<sockaddr_in&>(endpoint.bytes);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  endpoint.size = sizeof address;
  return endpoint;
}

/// False when the port is in use.
bool bind_to(int socket, SocketAddress endpoint) {
  if (::bind(socket, endpoint.get(), endpoint.size) == 0) return true;
  if (errno != EADDRINUSE) throw_errno("bind");
  return false;
}

std::uint16_t port_of(int socket) {
  sockaddr_in6 address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) throw_errno("getsockname");
  return ntohs(address.sin6_port);  // at the same offset in sockaddr_in
}

Fd new_socket(const std::string& host, int type) {
  Fd socket(::socket(host == "::1" ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) throw_errno("socket");
  return socket;
}

/// The query from a TCP connection, without its length; empty when the client hangs up or takes too long.
std::string read_query(int socket) {
  const timeval bound{max_wait.count(), 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof bound);
  std::string bytes(length_size, '\0');
  if (::recv(socket, bytes.data(), length_size, MSG_WAITALL) != static_cast<ssize_t>(length_size)) return "";
  const auto high = static_cast<unsigned char>(bytes[0]);
  const auto low = static_cast<unsigned char>(bytes[1]);
  bytes.resize(high * 256U + low);
  const ssize_t count = ::recv(socket, bytes.data(), bytes.size(), MSG_WAITALL);
  return count == static_cast<ssize_t>(bytes.size()) ? bytes : "";
}

}  // namespace

FakeNameServer::FakeNameServer(Script by_udp, Script by_tcp, const std::string& host)
    : by_udp_(std::move(by_udp)), by_tcp_(std::move(by_tcp)), stop_(::eventfd(0, EFD_CLOEXEC)) {
  // A port that is free for TCP may be in use for UDP.
  do {
    tcp_ = new_socket(host, SOCK_STREAM);
    udp_ = new_socket(host, SOCK_DGRAM);
    bind_to(tcp_.get(), address_of(host, 0));
    port_ = port_of(tcp_.get());
  } while (!bind_to(udp_.get(), address_of(host, port_)));
  if (by_tcp_ && ::listen(tcp_.get(), SOMAXCONN) != 0) throw_errno("listen");
  endpoint_ = fmt::format("{}:{}", host == "::1" ? "[::1]" : host, port_);
  thread_ = std::thread([this] { serve(); });
}

FakeNameServer::~FakeNameServer() { finish(); }

void FakeNameServer::finish() {
  if (!thread_.joinable()) return;
  ::eventfd_write(stop_.get(), 1);
  thread_.join();
}

std::vector<std::pair<std::string, std::string>> FakeNameServer::received() {
  finish();
  return received_;
}

void FakeNameServer::serve() {
  for (;;) {
    std::array<pollfd, 3> polled{
        {{stop_.get(), POLLIN, 0}, {udp_.get(), POLLIN, 0}, {by_tcp_ ? tcp_.get() : -1, POLLIN, 0}}};
    wait_for(polled);
    if (polled[1].revents != 0) serve_udp();
    if (polled[2].revents != 0) serve_tcp();
    if (polled[0].revents != 0) return;
  }
}

void FakeNameServer::serve_udp() {
  std::string query(65536, '\0');
  SocketAddress from;
  const ssize_t count = ::recvfrom(udp_.get(), query.data(), query.size(), 0, from.get(), &from.size);
  if (count < static_cast<ssize_t>(id_size)) return;
  query.resize(static_cast<std::size_t>(count));
  received_.emplace_back("udp", query.substr(id_size));
  if (const NameServerAnswer answer = by_udp_(query))
    ::sendto(udp_.get(), answer->data(), answer->size(), 0, from.get(), from.size);
}

void FakeNameServer::serve_tcp() {
  Fd connection(::accept4(tcp_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!connection.is_open()) return;
  const std::string query = read_query(connection.get());
  if (query.size() < id_size) return;
  received_.emplace_back("tcp", query.substr(id_size));
  if (const NameServerAnswer answer = by_tcp_(query)) {
    ::send(connection.get(), answer->data(), answer->size(), MSG_NOSIGNAL);
  } else {
    silent_.push_back(std::move(connection));
  }
}

}  // namespace hale::testing
