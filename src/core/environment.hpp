#pragma once

#include <functional>
#include <optional>
#include <string>

namespace hale {

/// What hale runs in: read once by main, so that no other code asks the system.
struct Environment {
  /// The value of an environment variable; nothing when it is unset or empty.
  std::function<std::optional<std::string>(const char*)> variable = [](const char*) { return std::nullopt; };
  std::string program = "hale";  ///< the name hale was called by, without its folder
  std::string host_name{};       ///< of the machine or container
  bool stdout_is_terminal = false;
  int columns = 80;  ///< of that terminal
};

}  // namespace hale
