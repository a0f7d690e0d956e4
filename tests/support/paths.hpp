#pragma once

#include <string>

namespace hale::testing {

/// The binary under test: HALE_TEST_BINARY, to test another build, or the one built with the tests.
const std::string& hale_binary();

/// The path of a file in the source tree.
std::string source_file(const std::string& path);

/// The path of a data file that is shared between projects; it may not exist.
std::string shared_file(const std::string& name);

}  // namespace hale::testing
