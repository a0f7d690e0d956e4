#pragma once

#include <stdexcept>

namespace hale {

/// The user asked for something hale cannot do. what() is one line that says what to write instead.
/// Thrown only before the first packet.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace hale
