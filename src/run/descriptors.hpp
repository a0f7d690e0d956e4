#pragma once

#include <cstddef>

namespace hale {

/// The descriptors that probes may hold at once, counted by what each kind says it needs at the most.
class Descriptors {
 public:
  /// Raises the soft limit, which children inherit, when `wanted` descriptors need that.
  explicit Descriptors(std::size_t wanted);

  /// Takes `count`; false, and nothing taken, when there are not as many left. Who is alone always gets them: the
  /// system then says what is missing.
  bool take(std::size_t count);

  void give_back(std::size_t count) { taken_ -= count; }

  /// How many files this process may have open.
  std::size_t limit() const { return limit_; }

 private:
  std::size_t limit_;
  std::size_t taken_ = 0;
};

}  // namespace hale
