#include "tests/support/paths.hpp"

#include <cstdlib>

namespace hale::testing {

const std::string& hale_binary() {
  static const std::string path = [] {
    const char* other = std::getenv("HALE_TEST_BINARY");
    return std::string(other == nullptr || *other == '\0' ? HALE_BINARY : other);
  }();
  return path;
}

std::string source_file(const std::string& path) { return HALE_SOURCE_DIR "/" + path; }

std::string shared_file(const std::string& name) { return source_file("../shared/data/" + name); }

}  // namespace hale::testing
