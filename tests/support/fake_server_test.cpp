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
    connected_ = ::connect(socket_.number(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  explicit Client(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    connected_ = ::connect(socket_.number(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }

  int number() const { return socket_.number(); }
  bool connected() const { return connected_; }
  void say(std::string_view text) const { ::send(socket_.number(), text.data(), text.size(), MSG_NOSIGNAL); }

  /// What the server says up to its end; "reset" is added when the end was one.
  std::string hear() const {
    std::string heard;
    std::array<char, 100> buffer;
    for (;;) {
      const ssize_t count = ::recv(socket_.number(), buffer.data(), buffer.size(), 0);
      if (count == 0) return heard;
      if (count < 0) return heard + (errno == ECONNRESET ? "reset" : "failed");
      heard.append(buffer.data(), static_cast<std::size_t>(count));
    }
  }

 private:
  Descriptor socket_;
  bool connected_ = false;
};

/// What a TLS client is told by `server` when it trusts `authority`; "not trusted" when the server's certificate is not
/// good.
std::string hear_in_tls(const FakeServer& server, const std::string& authority_file, const std::string& name) {
  const Client client(server);
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_load_verify_file(context, authority_file.c_str());
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL* tls = SSL_new(context);
  SSL_set_fd(tls, client.number());
  SSL_set1_host(tls, name.c_str());
  std::string heard = "not trusted";
  if (SSL_connect(tls) == 1) {
    SSL_write(tls, "hello", 5);
    std::array<char, 100> buffer;
    heard.clear();
    int count = 0;
    while ((count = SSL_read(tls, buffer.data(), buffer.size())) > 0)
      heard.append(buffer.data(), static_cast<std::size_t>(count));
  }
  SSL_free(tls);
  SSL_CTX_free(context);
  return heard;
}

}  // namespace

TEST_SUITE("fake server") {
  TEST_CASE("A conversation that goes as written is no problem") {
    FakeServer server({expect("PING\r\n"), say("+PONG\r\n"), hang_up()});
    {
      const Client client(server);
      client.say("PING\r\n");
      CHECK(client.hear() == "+PONG\r\n");
    }
    CHECK(server.problem() == "");
    CHECK(server.heard() == "PING\r\n");
  }

  TEST_CASE("Other words than expected are a problem") {
    FakeServer server({expect("PING\r\n"), say("+PONG\r\n")});
    {
      const Client client(server);
      client.say("PUNG\r\n");
      CHECK(client.hear() == "");
    }
    CHECK(server.problem() == R"(connection 1: expected "PING\r\n", heard "PUNG\r\n")");
  }

  TEST_CASE("Hanging up in the middle of the expected words is a problem") {
    FakeServer server({expect("PING\r\n")});
    { Client(server).say("PI"); }
    CHECK(server.problem() == R"(connection 1: expected "PING\r\n", heard "PI" and the end)");
  }

  TEST_CASE("More words than expected are a problem") {
    FakeServer server({expect("PING"), expect_close()});
    { Client(server).say("PINGPONG"); }
    CHECK(server.problem() == R"(connection 1: expected the end, heard "PONG")");
  }

  TEST_CASE("Nobody coming is a problem") {
    FakeServer server({expect("PING")});
    CHECK(server.problem() == "connection 1 never came");
  }

  TEST_CASE("Somebody coming unexpectedly is a problem") {
    FakeServer server({expect_close()});
    { const Client first(server); }
    { const Client second(server); }
    CHECK(server.problem() == "connection 2: nobody was expected to connect");
    CHECK(server.connections() == 2);
  }

  TEST_CASE("Several conversations are had in turn") {
    FakeServer server = FakeServer::in_turn({{say("one"), hang_up()}, {say("two"), hang_up()}});
    CHECK(Client(server).hear() == "one");
    CHECK(Client(server).hear() == "two");
    CHECK(server.problem() == "");
  }

  TEST_CASE("The last conversation is repeated on demand") {
    FakeServer server({say("again"), hang_up()}, {.repeat = true});
    CHECK(Client(server).hear() == "again");
    CHECK(Client(server).hear() == "again");
    CHECK(server.problem() == "");
  }

  TEST_CASE("A head is heard up to its end") {
    FakeServer server({expect_until("\r\n\r\n"), say("HTTP/1.1 200 OK\r\n\r\n"), hang_up()});
    {
      const Client client(server);
      client.say("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
      CHECK(client.hear() == "HTTP/1.1 200 OK\r\n\r\n");
    }
    CHECK(server.problem() == "");
    CHECK(server.heard() == "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }

  TEST_CASE("What was said last arrives although nobody reads the client") {
    FakeServer server({say("go away"), hang_up()});
    const Client client(server);
    client.say("a lot that is never read");
    CHECK(client.hear() == "go away");
  }

  TEST_CASE("A reset is a reset") {
    FakeServer server({reset()});
    CHECK(Client(server).hear() == "reset");
    CHECK(server.problem() == "");
  }

  TEST_CASE("A silent server keeps the connection open until the test is done") {
    FakeServer server({stay_silent()});
    const Client client(server);
    server.await_connections(1);
    pollfd polled{client.number(), POLLIN, 0};
    CHECK(::poll(&polled, 1, 0) == 0);
    CHECK(server.problem() == "");
    CHECK(client.hear() == "");
  }

  TEST_CASE("Pouring ends when the client has had enough") {
    FakeServer server({pour("more and more ")});
    {
      const Client client(server);
      std::array<char, 8> buffer;
      ::recv(client.number(), buffer.data(), buffer.size(), MSG_WAITALL);
    }
    CHECK(server.problem() == "");
  }

  TEST_CASE("Dripping says everything") {
    FakeServer server({drip("slow", std::chrono::milliseconds(1)), hang_up()});
    CHECK(Client(server).hear() == "slow");
  }

  TEST_CASE("A unix socket") {
    const TemporaryFolder folder;
    FakeServer server({say("here"), hang_up()}, {.unix_path = folder / "socket"});
    CHECK(Client(server.endpoint()).hear() == "here");
    CHECK(server.problem() == "");
  }

  TEST_CASE("IPv6") {
    FakeServer server({expect_close()}, {.host = "::1"});
    CHECK(server.endpoint() == fmt::format("[::1]:{}", server.port()));
    const Descriptor client(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(server.port());
    address.sin6_addr = in6addr_loopback;
    CHECK(::connect(client.number(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  }

  TEST_CASE("A closed port refuses") {
    const ClosedPort closed;
    const Descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(closed.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(::connect(client.number(), reinterpret_cast<sockaddr*>(&address), sizeof address) == -1);
    CHECK(errno == ECONNREFUSED);
  }

  TEST_CASE("A deaf port neither accepts nor refuses") {
    const DeafPort deaf;
    const Descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(deaf.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(::connect(client.number(), reinterpret_cast<sockaddr*>(&address), sizeof address) == -1);
    pollfd polled{client.number(), POLLOUT, 0};
    CHECK(::poll(&polled, 1, 100) == 0);
  }
}

TEST_SUITE("fake TLS server") {
  TEST_CASE("A client that trusts the authority is told everything") {
    const CertificateAuthority authority;
    const TemporaryFolder folder;
    FakeServer server({expect("hello"), say("welcome"), hang_up()},
                      {.certificate = authority.issue({"localhost", "127.0.0.1"})});
    CHECK(hear_in_tls(server, folder.write("ca.pem", authority.certificate()), "localhost") == "welcome");
    CHECK(server.problem() == "");
  }

  TEST_CASE("A certificate of another name is not trusted") {
    const CertificateAuthority authority;
    const TemporaryFolder folder;
    FakeServer server({stay_silent()}, {.certificate = authority.issue({"elsewhere.test"})});
    CHECK(hear_in_tls(server, folder.write("ca.pem", authority.certificate()), "localhost") == "not trusted");
  }

  TEST_CASE("An expired certificate is not trusted") {
    const CertificateAuthority authority;
    const TemporaryFolder folder;
    FakeServer server({stay_silent()}, {.certificate = authority.issue({"localhost"}, expired_yesterday)});
    CHECK(hear_in_tls(server, folder.write("ca.pem", authority.certificate()), "localhost") == "not trusted");
  }

  TEST_CASE("A certificate without an authority is not trusted") {
    const TemporaryFolder folder;
    const Certificate certificate = self_signed({"localhost"});
    FakeServer server({stay_silent()}, {.certificate = certificate});
    CHECK(hear_in_tls(server, folder.write("ca.pem", CertificateAuthority().certificate()), "localhost") ==
          "not trusted");
  }
}

}  // namespace hale::testing
