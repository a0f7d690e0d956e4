#pragma once

#include <chrono>
#include <string>
#include <utility>

namespace hale::testing {

/// No wait of a test takes longer; one that does is a failure.
inline constexpr std::chrono::seconds safety_bound(10);

/// Throws std::runtime_error "WHAT: the system's words" for `errno`.
[[noreturn]] void throw_errno(const std::string& what);

/// A file descriptor, closed at the end.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { close(); }

  int number() const { return number_; }
  bool open() const { return number_ >= 0; }
  void close();

 private:
  int number_ = -1;
};

/// Both ends of a pipe that no child inherits.
struct Pipe {
  Pipe();
  Descriptor out;  ///< to read from
  Descriptor in;   ///< to write to
};

/// The milliseconds left until `end`, never below zero, for poll.
int left_until(std::chrono::steady_clock::time_point end);

}  // namespace hale::testing
