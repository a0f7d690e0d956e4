#pragma once

#include <cstdint>

#include "core/target.hpp"

namespace hale {

/// Where a demand was written.
enum class ExpectationOrigin : std::uint8_t {
  own,              ///< behind the target: it must make sense there
  default_for_all,  ///< before the targets: it goes to those whose kind knows the name
};

/// Adds what -w, -c, --expect, --prefer or an option of the kind's that is a condition demands, checked against the
/// kind's catalogue. An empty value of -w or -c demands nothing; a range for the same measure replaces the one before.
/// False when it is a default that this kind knows nothing of. Throws UsageError with "did you mean".
bool add_expectation(Target& target, const OptionValue& given, ExpectationOrigin origin);

}  // namespace hale
