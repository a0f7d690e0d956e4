#pragma once

#include <string>

namespace hale::testing {

/// The binary under test: HALE_TEST_BINARY, so that another build than this one can be tried, else the one built beside
/// the tests.
const std::string& hale_binary();

/// The file `path` of the project.
std::string source_file(const std::string& path);

/// The file `name` of the cases that are shared between projects; it may not be there.
std::string shared_file(const std::string& name);

}  // namespace hale::testing
