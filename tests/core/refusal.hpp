#pragma once

#include <string>

#include "core/error.hpp"

namespace hale {

/// The words of the UsageError that `act` ends with; "accepted" when there is none.
template <typename Act>
std::string refusal(Act act) {
  try {
    act();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace hale
