#pragma once

#include <stdexcept>

namespace hale {

/// The command line, a file it names or the environment is wrong. what() is one sanitized line without secrets that
/// says what to use instead. Thrown only while planning, before anything is sent.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace hale
