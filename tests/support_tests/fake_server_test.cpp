#include "tests/support/fake_server.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

/// A plain blocking client.
class Client {
 public:
  explicit Client(const FakeServer& server) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  explicit Client(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    connected_ = ::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }

  int get() const { return socket_.get(); }
  bool connected() const { return connected_; }
  void send(std::string_view text) const { ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL); }

  /// What the server sends until it closes the connection; ends in "reset" after a reset.
  std::string read_all() const {
    std::string received;
    std::array<char, 100> buffer;
    for (;;) {
      const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
      if (count == 0) return received;
      if (count < 0) return received + (errno == ECONNRESET ? "reset" : "failed");
      received.append(buffer.data(), static_cast<std::size_t>(count));
    }
  }

 private:
  Fd socket_;
  bool connected_ = false;
};

/// What `server` sends to a TLS client that trusts `authority_file`; "not trusted" when verification fails.
std::string read_in_tls(const FakeServer& server, const std::string& authority_file, const std::string& name) {
  const Client client(server);
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_load_verify_file(context, authority_file.c_str());
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL* tls = SSL_new(context);
  SSL_set_fd(tls, client.get());
  SSL_set1_host(tls, name.c_str());
  std::string received = "not trusted";
  if (SSL_connect(tls) == 1) {
    SSL_write(tls, "hello", 5);
    std::array<char, 100> buffer;
    received.clear();
    int count = 0;
    while ((count = SSL_read(tls, buffer.data(), buffer.size())) > 0)
      received.append(buffer.data(), static_cast<std::size_t>(count));
  }
  SSL_free(tls);
  SSL_CTX_free(context);
  return received;
}

}  // namespace

TEST_SUITE("fake server") {
  TEST_CASE("A client that follows the script") {
    FakeServer server({expect("PING\r\n"), say("+PONG\r\n"), hang_up()});
    {
      const Client client(server);
      client.send("PING\r\n");
      CHECK(client.read_all() == "+PONG\r\n");
    }
    CHECK(server.problem() == "");
    CHECK(server.received() == "PING\r\n");
  }

  TEST_CASE("Other bytes than expected") {
    FakeServer server({expect("PING\r\n"), say("+PONG\r\n")});
    {
      const Client client(server);
      client.send("PUNG\r\n");
      CHECK(client.read_all() == "");
    }
    CHECK(server.problem() == R"(connection 1: expected "PING\r\n", received "PUNG\r\n")");
  }

  TEST_CASE("The client hangs up too early") {
    FakeServer server({expect("PING\r\n")});
    { Client(server).send("PI"); }
    CHECK(server.problem() == R"(connection 1: expected "PING\r\n", received "PI" and the end)");
  }

  TEST_CASE("More bytes than expected") {
    FakeServer server({expect("PING"), expect_close()});
    { Client(server).send("PINGPONG"); }
    CHECK(server.problem() == R"(connection 1: expected the end, received "PONG")");
  }

  TEST_CASE("A missing connection") {
    FakeServer server({expect("PING")});
    CHECK(server.problem() == "connection 1 was never made");
  }

  TEST_CASE("An unexpected connection") {
    FakeServer server({expect_close()});
    { const Client first(server); }
    { const Client second(server); }
    CHECK(server.problem() == "connection 2: unexpected connection");
    CHECK(server.connections() == 2);
  }

  TEST_CASE("Several conversations in turn") {
    FakeServer server = FakeServer::in_turn({{say("one"), hang_up()}, {say("two"), hang_up()}});
    CHECK(Client(server).read_all() == "one");
    CHECK(Client(server).read_all() == "two");
    CHECK(server.problem() == "");
  }

  TEST_CASE("The last conversation can be repeated") {
    FakeServer server({say("again"), hang_up()}, {.repeat = true});
    CHECK(Client(server).read_all() == "again");
    CHECK(Client(server).read_all() == "again");
    CHECK(server.problem() == "");
  }

  TEST_CASE("Reading up to the end of a header") {
    FakeServer server({expect_until("\r\n\r\n"), say("HTTP/1.1 200 OK\r\n\r\n"), hang_up()});
    {
      const Client client(server);
      client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
      CHECK(client.read_all() == "HTTP/1.1 200 OK\r\n\r\n");
    }
    CHECK(server.problem() == "");
    CHECK(server.received() == "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }

  TEST_CASE("The last bytes arrive although the server has unread data") {
    FakeServer server({say("go away"), hang_up()});
    const Client client(server);
    client.send("a lot that is never read");
    CHECK(client.read_all() == "go away");
  }

  TEST_CASE("A reset") {
    FakeServer server({reset()});
    CHECK(Client(server).read_all() == "reset");
    CHECK(server.problem() == "");
  }

  TEST_CASE("A silent server keeps the connection open until the test ends") {
    FakeServer server({stay_silent()});
    const Client client(server);
    server.await_connections(1);
    pollfd polled{client.get(), POLLIN, 0};
    CHECK(::poll(&polled, 1, 0) == 0);
    CHECK(server.problem() == "");
    CHECK(client.read_all() == "");
  }

  TEST_CASE("Pouring ends when the client closes the connection") {
    FakeServer server({pour("more and more ")});
    {
      const Client client(server);
      std::array<char, 8> buffer;
      ::recv(client.get(), buffer.data(), buffer.size(), MSG_WAITALL);
    }
    CHECK(server.problem() == "");
  }

  TEST_CASE("Dripping sends everything") {
    FakeServer server({drip("slow", std::chrono::milliseconds(1)), hang_up()});
    CHECK(Client(server).read_all() == "slow");
  }

  TEST_CASE("A unix socket") {
    const TemporaryFolder folder;
    FakeServer server({say("here"), hang_up()}, {.unix_path = folder / "socket"});
    CHECK(Client(server.endpoint()).read_all() == "here");
    CHECK(server.problem() == "");
  }

  TEST_CASE("IPv6") {
    FakeServer server({expect_close()}, {.host = "::1"});
    CHECK(server.endpoint() == fmt::format("[::1]:{}", server.port()));
    const Fd client(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(server.port());
    address.sin6_addr = in6addr_loopback;
    CHECK(::connect(client.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  }

  TEST_CASE("A closed port refuses connections") {
    const ClosedPort closed;
    const Fd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(closed.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(::connect(client.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == -1);
    CHECK(errno == ECONNREFUSED);
  }

  TEST_CASE("A blackhole port neither accepts nor refuses") {
    const BlackholePort blackhole;
    const Fd client(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(blackhole.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(::connect(client.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == -1);
    pollfd polled{client.get(), POLLOUT, 0};
    CHECK(::poll(&polled, 1, 100) == 0);
  }
}

TEST_SUITE("fake TLS server") {
  TEST_CASE("A client that trusts the authority") {
    const CertificateAuthority authority;
    const TemporaryFolder folder;
    FakeServer server({expect("hello"), say("welcome"), hang_up()},
                      {.certificate = authority.issue({"localhost", "127.0.0.1"})});
    CHECK(read_in_tls(server, folder.write("ca.pem", authority.certificate()), "localhost") == "welcome");
    CHECK(server.problem() == "");
  }

  TEST_CASE("A certificate of another name is not trusted") {
    const CertificateAuthority authority;
    const TemporaryFolder folder;
    FakeServer server({stay_silent()}, {.certificate = authority.issue({"elsewhere.test"})});
    CHECK(read_in_tls(server, folder.write("ca.pem", authority.certificate()), "localhost") == "not trusted");
  }

  TEST_CASE("An expired certificate is not trusted") {
    const CertificateAuthority authority;
    const TemporaryFolder folder;
    FakeServer server({stay_silent()}, {.certificate = authority.issue({"localhost"}, expired_yesterday)});
    CHECK(read_in_tls(server, folder.write("ca.pem", authority.certificate()), "localhost") == "not trusted");
  }

  TEST_CASE("A certificate without an authority is not trusted") {
    const TemporaryFolder folder;
    const Certificate certificate = self_signed({"localhost"});
    FakeServer server({stay_silent()}, {.certificate = certificate});
    CHECK(read_in_tls(server, folder.write("ca.pem", CertificateAuthority().certificate()), "localhost") ==
          "not trusted");
  }
}

}  // namespace hale::testing
