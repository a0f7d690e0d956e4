#pragma once

#include <string>

#include "health/document.hpp"
#include "health/parts.hpp"
#include "health/verdict.hpp"

namespace hale::health {

/// R6, R7, R8: every component of a document whose root is an object or an array.
Parts find_components(const Document& document, const Verdicts& verdicts);

/// The word that `value` says in a verdict's place: "down", "failed" for false, "503".
std::string word_of(const Node& value);

/// The reason that a component gives: `value` itself, or its member "output", "message", "error", ..., also of its
/// details.
std::string message_of(const Node& value);

}  // namespace hale::health
