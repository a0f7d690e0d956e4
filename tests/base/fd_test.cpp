#include "base/fd.hpp"

#include <fcntl.h>

#include <utility>

#include <doctest/doctest.h>

using hale::Fd;

namespace {

int open_null() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }
bool is_open(int descriptor) { return ::fcntl(descriptor, F_GETFD) >= 0; }

}  // namespace

TEST_SUITE("fd") {
  TEST_CASE("a descriptor is closed with its owner") {
    int descriptor = -1;
    {
      const Fd fd(open_null());
      descriptor = fd.get();
      REQUIRE(fd.is_open());
      CHECK(is_open(descriptor));
    }
    CHECK_FALSE(is_open(descriptor));
  }

  TEST_CASE("moving leaves nothing behind and closes what was there") {
    Fd from(open_null());
    Fd to(open_null());
    const int moved = from.get();
    const int replaced = to.get();
    to = std::move(from);
    CHECK(to.get() == moved);
    CHECK_FALSE(is_open(replaced));
    CHECK_FALSE(from.is_open());  // NOLINT(bugprone-use-after-move)
    const Fd third(std::move(to));
    CHECK(third.get() == moved);
    CHECK(is_open(moved));
  }

  TEST_CASE("release gives up ownership, reset closes") {
    Fd fd(open_null());
    Fd other(fd.release());
    CHECK_FALSE(fd.is_open());
    const int descriptor = other.get();
    CHECK(is_open(descriptor));
    other.reset();
    CHECK_FALSE(is_open(descriptor));
  }

  TEST_CASE("a failed call leaves nothing to close") { CHECK_FALSE(Fd(::open("/no/such/file", O_RDONLY)).is_open()); }
}
