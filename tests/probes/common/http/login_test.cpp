#include <doctest/doctest.h>

#include <string>

#include "tests/probes/format_result.hpp"
#include "tests/support/fake_server.hpp"
#include "tests/support/probe.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

const std::string ok_response = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// The Authorization header sent with `options`, or "none".
std::string authorization_header(const std::vector<std::string>& options, const std::string& login = "") {
  FakeServer server({expect_until("\r\n\r\n"), say(ok_response), expect_close()});
  std::vector<std::string> args{fmt::format("http://{}{}/", login, server.endpoint())};
  args.insert(args.end(), options.begin(), options.end());
  CHECK(probe_one(args).message == "200");
  CHECK(server.problem() == "");
  const std::string request = server.received();
  const std::size_t begin = request.find("Authorization: ");
  if (begin == std::string::npos) return "none";
  CHECK(request.find("Authorization: ", begin + 1) == std::string::npos);
  return request.substr(begin, request.find("\r\n", begin) - begin);
}

std::string usage_error(const std::vector<std::string>& options, const std::string& endpoint = "http://127.0.0.1:1/") {
  std::vector<std::string> args{endpoint};
  args.insert(args.end(), options.begin(), options.end());
  return refusal_of(args);
}

constexpr const char* basic_app_s3cret = "Authorization: Basic YXBwOnMzY3JldA==";

}  // namespace

TEST_SUITE("http: login") {
  TEST_CASE("user and password in a file; its line end is dropped") {
    const TemporaryFolder folder;
    CHECK(authorization_header({"--user", "@" + folder.write("unix", "app:s3cret\n")}) == basic_app_s3cret);
    CHECK(authorization_header({"--user", "@" + folder.write("dos", "app:s3cret\r\n")}) == basic_app_s3cret);
    CHECK(authorization_header({"--user", "@" + folder.write("bare", "app:s3cret")}) == basic_app_s3cret);
  }

  TEST_CASE("a token") { CHECK(authorization_header({"--bearer", "t0ken.x_y"}) == "Authorization: Bearer t0ken.x_y"); }

  TEST_CASE("a token in a file; its line end is dropped") {
    const TemporaryFolder folder;
    CHECK(authorization_header({"--bearer", "@" + folder.write("token", "t0ken\n")}) == "Authorization: Bearer t0ken");
  }

  TEST_CASE(".netrc: the entry for the host") {
    const TemporaryFolder folder;
    const std::string path = folder.write(".netrc", "machine 127.0.0.1 login app password s3cret\n");
    CHECK(authorization_header({"--netrc", path}) == basic_app_s3cret);
  }

  TEST_CASE(".netrc: the default entry") {
    const TemporaryFolder folder;
    const std::string path =
        folder.write(".netrc", "machine other login a password b default login app password s3cret");
    CHECK(authorization_header({"--netrc", path}) == basic_app_s3cret);
  }

  TEST_CASE(".netrc: any other login overrides it") {
    const TemporaryFolder folder;
    const std::string path = folder.write(".netrc", "default login eve password other");
    CHECK(authorization_header({"--netrc", path, "--user", "app:s3cret"}) == basic_app_s3cret);
    CHECK(authorization_header({"--netrc", path}, "app:s3cret@") == basic_app_s3cret);
    CHECK(authorization_header({"--netrc", path, "--bearer", "t0ken"}) == "Authorization: Bearer t0ken");
    CHECK(authorization_header({"--netrc", path, "--header", "Authorization: Digest x"}) == "Authorization: Digest x");
  }

  TEST_CASE("credentials that the server echoes are redacted") {
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

  TEST_CASE("a redirect to another port gets neither the token nor the .netrc login") {
    const TemporaryFolder folder;
    const std::string netrc = folder.write(".netrc", "default login app password s3cret");
    const std::vector<std::vector<std::string>> logins{{"--bearer", "t0ken"}, {"--netrc", netrc}};
    for (const std::vector<std::string>& login : logins) {
      CAPTURE(login[0]);
      FakeServer second({expect_until("\r\n\r\n"), say(ok_response), expect_close()});
      FakeServer first({expect_until("\r\n\r\n"),
                        say(fmt::format("HTTP/1.1 302 Found\r\nLocation: http://{}/\r\nContent-Length: 0\r\n\r\n",
                                        second.endpoint())),
                        expect_close()});
      CHECK(probe_one({fmt::format("http://{}/", first.endpoint()), login[0], login[1], "--follow", "5"}).message ==
            "200");
      CHECK(first.received().find("Authorization: ") != std::string::npos);
      CHECK(second.received().find("Authorization: ") == std::string::npos);
    }
  }

  TEST_CASE("more than one login") {
    CHECK(usage_error({"--bearer", "t0ken", "--user", "app:s3cret"}) ==
          "http://127.0.0.1:1/: use either a token or a user, not both");
    CHECK(usage_error({"--bearer", "t0ken"}, "http://app@127.0.0.1:1/") ==
          "http:...: use either a token or a user, not both");
    CHECK(usage_error({"--header", "authorization: Digest x", "--user", "app:s3cret"}) ==
          "http://127.0.0.1:1/: use only one login: --header Authorization, --user or --bearer");
    CHECK(usage_error({"--header", "Authorization:", "--bearer", "t0ken"}) ==
          "http://127.0.0.1:1/: use only one login: --header Authorization, --user or --bearer");
  }

  TEST_CASE("an invalid token, which the error does not repeat") {
    const TemporaryFolder folder;
    const std::string message =
        "http://127.0.0.1:1/: --bearer: a token is printable ASCII without spaces; use TOKEN or @FILE";
    CHECK(usage_error({"--bearer", ""}) == message);
    CHECK(usage_error({"--bearer", "t0 ken"}) == message);
    CHECK(usage_error({"--bearer", "t0k\xc3\xabn"}) == message);
    CHECK(usage_error({"--bearer", "@" + folder.write("two", "t0ken\nX-Other: 1\n")}) == message);
  }

  TEST_CASE("files that cannot be read") {
    CHECK(usage_error({"--user", "@/nowhere/user"}) ==
          "http://127.0.0.1:1/: --user @/nowhere/user: No such file or directory");
    CHECK(usage_error({"--bearer", "@/nowhere/token"}) ==
          "http://127.0.0.1:1/: --bearer @/nowhere/token: No such file or directory");
    CHECK(usage_error({"--netrc", "/nowhere/.netrc"}) ==
          "http://127.0.0.1:1/: --netrc /nowhere/.netrc: No such file or directory");
  }

  TEST_CASE("a host without a .netrc entry") {
    const TemporaryFolder folder;
    const std::string path = folder.write(".netrc", "machine other login app password s3cret");
    CHECK(usage_error({"--netrc", path}) ==
          fmt::format("http://127.0.0.1:1/: --netrc {}: no entry for machine 127.0.0.1 and no default", path));
  }
}

}  // namespace hale::testing
