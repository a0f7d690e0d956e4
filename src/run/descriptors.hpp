#pragma once

#include <cstddef>

namespace hale {

/// The budget of descriptors for probes, counted by the maximum that each kind declares.
class Descriptors {
 public:
  /// Raises the soft limit when `wanted` descriptors need that. Children inherit the limit.
  explicit Descriptors(std::size_t wanted);

  /// Reserves `count` descriptors. False, without a reservation, when fewer are left. The only reservation always
  /// succeeds: a single probe then fails with the system's own error.
  bool reserve(std::size_t count);

  void release(std::size_t count) { reserved_ -= count; }

  /// The maximum of open files of this process.
  std::size_t limit() const { return limit_; }

 private:
  std::size_t limit_;
  std::size_t reserved_ = 0;
};

}  // namespace hale
