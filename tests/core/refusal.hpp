#pragma once

#include <string>

#include "core/error.hpp"

namespace hale {

/// The message of the UsageError that `function` throws; "accepted" when it throws none.
template <typename Function>
std::string refusal(Function function) {
  try {
    function();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace hale
