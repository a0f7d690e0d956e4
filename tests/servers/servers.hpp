#pragma once

#include <cstdlib>
#include <stdexcept>
#include <string>

#include "tests/support/hale.hpp"

namespace hale::testing {

/// A setting of the servers that tests/scripts/servers/with has started: server("PG_PORT") is the environment variable
/// HALE_TEST_PG_PORT.
inline std::string server(const std::string& name) {
  const char* text = std::getenv(("HALE_TEST_" + name).c_str());
  if (text == nullptr) throw std::runtime_error("run this by: sh tests/scripts/servers/with hale_servers_test");
  return text;
}

/// hale's report on one target, after normalize_report(): the summary line and the target's row.
inline std::string ok_report(const std::string& name, const std::string& message) {
  return "OK: " + name + " \u2013 " + message + "\n\n ok " + name + " TIME " + message + "\n";
}

inline std::string critical_report(const std::string& name, const std::string& message) {
  return "CRITICAL: " + name + " \u2013 " + message + "\n\n critical " + name + " TIME " + message + "\n";
}

inline std::string unknown_report(const std::string& name, const std::string& message) {
  return "UNKNOWN: " + name + " \u2013 " + message + "\n\n unknown " + name + " TIME " + message + "\n";
}

inline std::string warning_report(const std::string& name, const std::string& message) {
  return "WARNING: " + name + " \u2013 " + message + "\n\n warning " + name + " TIME " + message + "\n";
}

}  // namespace hale::testing
