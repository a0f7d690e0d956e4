#include "base/file.hpp"

#include <doctest/doctest.h>

#include <system_error>

#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

std::error_code error_of(const std::string& path, std::size_t max_bytes) {
  try {
    hale::read_file(path, max_bytes);
  } catch (const std::system_error& error) {
    return error.code();
  }
  return {};
}

}  // namespace

TEST_SUITE("file") {
  TEST_CASE("the whole file is read, with any bytes") {
    const TemporaryFolder folder;
    const std::string text = std::string(200000, 'x') + std::string("\0\n", 2);
    CHECK(hale::read_file(folder.write("file", text)) == text);
    CHECK(hale::read_file(folder.write("empty", "")) == "");
  }

  TEST_CASE("a file longer than the limit is an error") {
    const TemporaryFolder folder;
    const std::string path = folder.write("file", std::string(1000, 'x'));
    CHECK(hale::read_file(path, 1000).size() == 1000);
    CHECK(error_of(path, 999) == std::errc::file_too_large);
  }

  TEST_CASE("what cannot be read is an error") {
    CHECK(error_of("/no/such/file", 10) == std::errc::no_such_file_or_directory);
    CHECK(error_of("/", 10) == std::errc::is_a_directory);
  }
}

}  // namespace hale::testing
