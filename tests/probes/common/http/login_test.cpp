#include <doctest/doctest.h>

#include <string>

#include "tests/probes/whole.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

const std::string nothing = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// The header by which a target with `options` logs in, or "none".
std::string login_by(const std::vector<std::string>& options, const std::string& login = "") {
  FakeServer server({expect_until("\r\n\r\n"), say(nothing), expect_close()});
  std::vector<std::string> words{fmt::format("http://{}{}/", login, server.endpoint())};
  words.insert(words.end(), options.begin(), options.end());
  CHECK(probe_one(words).message == "200");
  CHECK(server.problem() == "");
  const std::string heard = server.heard();
  const std::size_t begin = heard.find("Authorization: ");
  if (begin == std::string::npos) return "none";
  CHECK(heard.find("Authorization: ", begin + 1) == std::string::npos);
  return heard.substr(begin, heard.find("\r\n", begin) - begin);
}

std::string refused(const std::vector<std::string>& options, const std::string& endpoint = "http://127.0.0.1:1/") {
  std::vector<std::string> words{endpoint};
  words.insert(words.end(), options.begin(), options.end());
  return refusal_of(words);
}

constexpr const char* app_s3cret = "Authorization: Basic YXBwOnMzY3JldA==";

}  // namespace

TEST_SUITE("http: login") {
  TEST_CASE("user and password in a file, without its line end") {
    const TemporaryFolder folder;
    CHECK(login_by({"--user", "@" + folder.write("unix", "app:s3cret\n")}) == app_s3cret);
    CHECK(login_by({"--user", "@" + folder.write("dos", "app:s3cret\r\n")}) == app_s3cret);
    CHECK(login_by({"--user", "@" + folder.write("bare", "app:s3cret")}) == app_s3cret);
  }

  TEST_CASE("a token") { CHECK(login_by({"--bearer", "t0ken.x_y"}) == "Authorization: Bearer t0ken.x_y"); }

  TEST_CASE("a token in a file, without its line end") {
    const TemporaryFolder folder;
    CHECK(login_by({"--bearer", "@" + folder.write("token", "t0ken\n")}) == "Authorization: Bearer t0ken");
  }

  TEST_CASE(".netrc: the host's login") {
    const TemporaryFolder folder;
    const std::string path = folder.write(".netrc", "machine 127.0.0.1 login app password s3cret\n");
    CHECK(login_by({"--netrc", path}) == app_s3cret);
  }

  TEST_CASE(".netrc: the default") {
    const TemporaryFolder folder;
    const std::string path =
        folder.write(".netrc", "machine other login a password b default login app password s3cret");
    CHECK(login_by({"--netrc", path}) == app_s3cret);
  }

  TEST_CASE(".netrc: every other login comes first") {
    const TemporaryFolder folder;
    const std::string path = folder.write(".netrc", "default login eve password other");
    CHECK(login_by({"--netrc", path, "--user", "app:s3cret"}) == app_s3cret);
    CHECK(login_by({"--netrc", path}, "app:s3cret@") == app_s3cret);
    CHECK(login_by({"--netrc", path, "--bearer", "t0ken"}) == "Authorization: Bearer t0ken");
    CHECK(login_by({"--netrc", path, "--header", "Authorization: Digest x"}) == "Authorization: Digest x");
  }

  TEST_CASE("what the server echoes of tokens and files is struck out") {
    const TemporaryFolder folder;
    const std::string netrc = folder.write(".netrc", "default login app password netrc-s3cret");
    const std::string user = folder.write("user", "app:file-s3cret\n");
    const std::string echo = "t0ken-value file-s3cret netrc-s3cret YXBwOm5ldHJjLXMzY3JldA==";
    const auto echoed = [&](const std::string& option, const std::string& value) {
      FakeServer server({expect_until("\r\n\r\n"),
                         say(fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", echo.size(), echo)),
                         expect_close()});
      return probe_one({fmt::format("http://{}/", server.endpoint()), option, value, "-e", "body=x"}).facts.back().text;
    };
    CHECK(echoed("--bearer", "t0ken-value") == "*** file-s3cret netrc-s3cret YXBwOm5ldHJjLXMzY3JldA==");
    CHECK(echoed("--user", "@" + user) == "t0ken-value *** netrc-s3cret YXBwOm5ldHJjLXMzY3JldA==");
    CHECK(echoed("--netrc", netrc) == "t0ken-value file-s3cret *** ***");
  }

  TEST_CASE("a redirect to another port takes no token and no login of .netrc along") {
    const TemporaryFolder folder;
    const std::string netrc = folder.write(".netrc", "default login app password s3cret");
    const std::vector<std::vector<std::string>> logins{{"--bearer", "t0ken"}, {"--netrc", netrc}};
    for (const std::vector<std::string>& login : logins) {
      CAPTURE(login[0]);
      FakeServer second({expect_until("\r\n\r\n"), say(nothing), expect_close()});
      FakeServer first({expect_until("\r\n\r\n"),
                        say(fmt::format("HTTP/1.1 302 Found\r\nLocation: http://{}/\r\nContent-Length: 0\r\n\r\n",
                                        second.endpoint())),
                        expect_close()});
      CHECK(probe_one({fmt::format("http://{}/", first.endpoint()), login[0], login[1], "--follow", "5"}).message ==
            "200");
      CHECK(first.heard().find("Authorization: ") != std::string::npos);
      CHECK(second.heard().find("Authorization: ") == std::string::npos);
    }
  }

  TEST_CASE("two logins at once") {
    CHECK(refused({"--bearer", "t0ken", "--user", "app:s3cret"}) ==
          "http://127.0.0.1:1/: a token and a user are two logins; write one of them");
    CHECK(refused({"--bearer", "t0ken"}, "http://app@127.0.0.1:1/") ==
          "http:...: a token and a user are two logins; write one of them");
    CHECK(refused({"--header", "authorization: Digest x", "--user", "app:s3cret"}) ==
          "http://127.0.0.1:1/: --header Authorization is a login of its own; write it, or --user, or --bearer");
    CHECK(refused({"--header", "Authorization:", "--bearer", "t0ken"}) ==
          "http://127.0.0.1:1/: --header Authorization is a login of its own; write it, or --user, or --bearer");
  }

  TEST_CASE("what is no token, none of which is shown") {
    const TemporaryFolder folder;
    const std::string words =
        "http://127.0.0.1:1/: --bearer: a token is one word of ASCII characters; write TOKEN or @FILE";
    CHECK(refused({"--bearer", ""}) == words);
    CHECK(refused({"--bearer", "t0 ken"}) == words);
    CHECK(refused({"--bearer", "t0k\xc3\xabn"}) == words);
    CHECK(refused({"--bearer", "@" + folder.write("two", "t0ken\nX-Other: 1\n")}) == words);
  }

  TEST_CASE("files that cannot be read") {
    CHECK(refused({"--user", "@/nowhere/user"}) ==
          "http://127.0.0.1:1/: --user @/nowhere/user: No such file or directory");
    CHECK(refused({"--bearer", "@/nowhere/token"}) ==
          "http://127.0.0.1:1/: --bearer @/nowhere/token: No such file or directory");
    CHECK(refused({"--netrc", "/nowhere/.netrc"}) ==
          "http://127.0.0.1:1/: --netrc /nowhere/.netrc: No such file or directory");
  }

  TEST_CASE("a host that .netrc does not know") {
    const TemporaryFolder folder;
    const std::string path = folder.write(".netrc", "machine other login app password s3cret");
    CHECK(refused({"--netrc", path}) ==
          fmt::format("http://127.0.0.1:1/: --netrc {}: neither machine 127.0.0.1 nor default stands there", path));
  }
}

}  // namespace hale::testing
