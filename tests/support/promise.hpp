#pragma once

#include <chrono>

#include "core/quantity.hpp"
#include "tests/support/program.hpp"

// For tests that must go by the machine's clock, because a process or a library with a clock of its own takes part.
namespace hale::testing {

/// How far past its deadline hale may end. tests/bench/deadline measures it; a test cannot, for it may share the
/// machine.
inline constexpr Duration promised = std::chrono::milliseconds(50);

/// How many times longer than promised it may take where others have the machine.
inline constexpr int patience = 10;

/// A deadline that even then leaves a probe time to come to the step that it is to wait in.
inline constexpr Duration ample = std::chrono::seconds(2);
inline constexpr const char* ample_words = "2s";  ///< behind -t or --deadline

/// True when what had this deadline did not outlast it by more than can be the machine's fault.
inline bool kept(Duration length, Duration deadline) { return length <= patience * (deadline + promised); }
inline bool kept(const Finished& finished, Duration deadline) {
  return kept(std::chrono::duration_cast<Duration>(std::chrono::duration<double>(finished.seconds)), deadline);
}

}  // namespace hale::testing
