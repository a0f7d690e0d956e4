#include "net/hosts_file.hpp"

#include <doctest/doctest.h>

using namespace hale;

TEST_SUITE("hosts file") {
  constexpr std::string_view file =
      "# 127.0.0.9 commented\n"
      "127.0.0.1\tlocalhost\n"
      "::1 localhost ip6-localhost ip6-loopback # not this\n"
      "\n"
      "   127.0.0.2   Db.Example   db\r\n"
      "127.0.0.3";

  TEST_CASE("all names and aliases of a line, in any case") {
    for (const char* name : {"localhost", "ip6-localhost", "ip6-loopback", "db.example", "DB.EXAMPLE", "db"}) {
      CAPTURE(name);
      CHECK(has_host(file, name));
    }
  }

  TEST_CASE("not parts of names, addresses or comments") {
    for (const char* name :
         {"local", "localhost.", "example", "127.0.0.1", "::1", "127.0.0.3", "commented", "not", "this", "#", ""}) {
      CAPTURE(name);
      CHECK_FALSE(has_host(file, name));
    }
    CHECK_FALSE(has_host("", "localhost"));
  }
}
