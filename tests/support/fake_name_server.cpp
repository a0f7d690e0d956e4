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

/// False when the port is taken.
bool bind_to(int socket, SocketAddress endpoint) {
  if (::bind(socket, endpoint.get(), endpoint.size) == 0) return true;
  if (errno != EADDRINUSE) throw_errno("bind");
  return false;
}

std::uint16_t port_of(int socket) {
  sockaddr_in6 address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) throw_errno("getsockname");
  return ntohs(address.sin6_port);  // stands at the same place in sockaddr_in
}

Descriptor new_socket(const std::string& host, int type) {
  Descriptor socket(::socket(host == "::1" ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC, 0));
  if (!socket.open()) throw_errno("socket");
  return socket;
}

/// The question that comes by TCP, without its length; empty when the client hangs up or takes too long.
std::string read_question(int socket) {
  const timeval bound{safety_bound.count(), 0};
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
  // A port that is free for TCP may be taken for UDP.
  do {
    tcp_ = new_socket(host, SOCK_STREAM);
    udp_ = new_socket(host, SOCK_DGRAM);
    bind_to(tcp_.number(), address_of(host, 0));
    port_ = port_of(tcp_.number());
  } while (!bind_to(udp_.number(), address_of(host, port_)));
  if (by_tcp_ && ::listen(tcp_.number(), SOMAXCONN) != 0) throw_errno("listen");
  place_ = fmt::format("{}:{}", host == "::1" ? "[::1]" : host, port_);
  thread_ = std::thread([this] { serve(); });
}

FakeNameServer::~FakeNameServer() { finish(); }

void FakeNameServer::finish() {
  if (!thread_.joinable()) return;
  ::eventfd_write(stop_.number(), 1);
  thread_.join();
}

std::vector<std::pair<std::string, std::string>> FakeNameServer::heard() {
  finish();
  return heard_;
}

void FakeNameServer::serve() {
  for (;;) {
    std::array<pollfd, 3> polled{
        {{stop_.number(), POLLIN, 0}, {udp_.number(), POLLIN, 0}, {by_tcp_ ? tcp_.number() : -1, POLLIN, 0}}};
    wait_for(polled);
    if (polled[1].revents != 0) serve_udp();
    if (polled[2].revents != 0) serve_tcp();
    if (polled[0].revents != 0) return;
  }
}

void FakeNameServer::serve_udp() {
  std::string question(65536, '\0');
  SocketAddress from;
  const ssize_t count = ::recvfrom(udp_.number(), question.data(), question.size(), 0, from.get(), &from.size);
  if (count < static_cast<ssize_t>(id_size)) return;
  question.resize(static_cast<std::size_t>(count));
  heard_.emplace_back("udp", question.substr(id_size));
  if (const NameServerAnswer answer = by_udp_(question))
    ::sendto(udp_.number(), answer->data(), answer->size(), 0, from.get(), from.size);
}

void FakeNameServer::serve_tcp() {
  Descriptor connection(::accept4(tcp_.number(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!connection.open()) return;
  const std::string question = read_question(connection.number());
  if (question.size() < id_size) return;
  heard_.emplace_back("tcp", question.substr(id_size));
  if (const NameServerAnswer answer = by_tcp_(question)) {
    ::send(connection.number(), answer->data(), answer->size(), MSG_NOSIGNAL);
  } else {
    silent_.push_back(std::move(connection));
  }
}

}  // namespace hale::testing
