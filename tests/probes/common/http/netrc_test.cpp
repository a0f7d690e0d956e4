#include "probes/common/http/netrc.hpp"

#include <doctest/doctest.h>

#include <string>

namespace hale {
namespace {

/// "USER:PASSWORD" of `host`, or "none".
std::string login(std::string_view text, std::string_view host = "shop.example") {
  const auto found = find_login(text, host);
  return found ? found->user + ":" + found->password.reveal() : "none";
}

}  // namespace

TEST_SUITE("netrc") {
  TEST_CASE("one machine, on one line or several") {
    CHECK(login("machine shop.example login app password s3cret") == "app:s3cret");
    CHECK(login("machine shop.example\n\tlogin app\r\n  password s3cret\n") == "app:s3cret");
    CHECK(login("machine shop.example password s3cret login app") == "app:s3cret");
  }

  TEST_CASE("the first machine of that name, in any case") {
    const std::string text =
        "machine other login o password 1\nmachine SHOP.example login a password 2\n"
        "machine shop.example login b password 3\n";
    CHECK(login(text) == "a:2");
    CHECK(login(text, "Other") == "o:1");
    CHECK(login(text, "shop") == "none");
  }

  TEST_CASE("the default entry, wherever it is, applies to hosts without their own") {
    CHECK(login("default login any password 1\nmachine shop.example login app password 2") == "app:2");
    CHECK(login("machine other login o password 2\ndefault login any password 1") == "any:1");
    CHECK(login("default login any password 1 default login more password 2") == "any:1");
  }

  TEST_CASE("incomplete entries") {
    CHECK(login("machine shop.example login app") == "app:");
    CHECK(login("machine shop.example password s3cret") == ":s3cret");
    CHECK(login("machine shop.example") == ":");
    CHECK(login("machine shop.example login") == ":");
    CHECK(login("machine") == "none");
    CHECK(login("") == "none");
  }

  TEST_CASE("a password that looks like a keyword or a comment") {
    CHECK(login("machine shop.example login machine password default") == "machine:default");
    CHECK(login("machine shop.example login #app password #s3cret") == "#app:#s3cret");
  }

  TEST_CASE("values in quotes") {
    CHECK(login(R"(machine "shop.example" login "the app" password "s3 \"cret\" \\")") == R"(the app:s3 "cret" \)");
    CHECK(login(R"(machine shop.example login "" password "never closed)") == ":never closed");
    CHECK(login("machine shop.example password \"\\") == ":\\");
  }

  TEST_CASE("comments, accounts and macros are ignored") {
    CHECK(login("# machine shop.example login no\nmachine shop.example # login no\nlogin app account machine "
                "password s3cret") == "app:s3cret");
    CHECK(
        login("macdef init\nmachine shop.example login no password no\n\nmachine shop.example login app password 1") ==
        "app:1");
    CHECK(login("macdef init\r\nmachine shop.example login no\r\n\r\nmachine shop.example login app password 1") ==
          "app:1");
    CHECK(login("macdef init\nmachine shop.example login no password no\n") == "none");
    CHECK(login("macdef init") == "none");
  }

  TEST_CASE("unknown words are ignored") {
    CHECK(login("machine shop.example port 80 login app password 1") == "app:1");
    CHECK(login("\1 \xff machine shop.example login app password 1") == "app:1");
  }
}

}  // namespace hale
