#pragma once

#include <unistd.h>

#include <utility>

namespace hale {

/// Owns a file descriptor and closes it when it is destroyed. Can be moved, but not copied.
class Fd {
 public:
  Fd() = default;

  /// Takes ownership of `descriptor`; below zero, as a failed system call returns it, means none.
  explicit Fd(int descriptor) noexcept : descriptor_(descriptor) {}
  Fd(Fd&& other) noexcept : descriptor_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept {
    reset(other.release());
    return *this;
  }
  ~Fd() { reset(); }

  /// The descriptor, which stays ours; below zero when there is none.
  int get() const noexcept { return descriptor_; }
  bool is_open() const noexcept { return descriptor_ >= 0; }

  /// Gives up ownership: the caller has to close what is returned.
  [[nodiscard]] int release() noexcept { return std::exchange(descriptor_, -1); }

  /// Closes the descriptor, if there is one, and takes ownership of `descriptor`.
  void reset(int descriptor = -1) noexcept {
    if (is_open()) ::close(descriptor_);
    descriptor_ = descriptor;
  }

 private:
  int descriptor_ = -1;
};

}  // namespace hale
