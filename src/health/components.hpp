#pragma once

#include <string>

#include "health/component_set.hpp"
#include "health/document.hpp"
#include "health/verdict.hpp"

namespace hale::health {

/// R6, R7, R8: the components of a document whose root is an object or an array.
ComponentSet find_components(const Document& document, const Verdicts& verdicts);

/// The state word of `value`, which carries a verdict: "down", "failed" for false, "503" for 503.
std::string state_text(const Node& value);

/// The message of a component: the text `value` itself, or its member "output", "message", "error", ..., also within
/// its details. Empty when there is none.
std::string find_message(const Node& value);

}  // namespace hale::health
