#include "migrations/digest.hpp"

#include <doctest/doctest.h>

namespace hale::testing {

TEST_SUITE("digest") {
  TEST_CASE("SHA-384: NIST's examples") {
    CHECK(sha384("abc") ==
          "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
    CHECK(sha384("") ==
          "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b");
  }

  TEST_CASE("CRC-32: the catalogue's check value, whole and in pieces") {
    CHECK(crc32("123456789") == 0xCBF43926);
    CHECK(crc32("56789", crc32("1234")) == 0xCBF43926);
    CHECK(crc32("") == 0);
  }
}

}  // namespace hale::testing
