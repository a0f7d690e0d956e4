#pragma once

#include "migrations/python/python.hpp"
#include "migrations/python/tokens.hpp"

namespace hale {

/// Parses the expression at the next of `tokens`, up to the end of its statement. Throws UsageError as PythonTokens
/// does, and for more than 50,000 nested or listed values.
PythonValue read_python_value(PythonTokens tokens, std::string_view source);

/// `first` + `second`. A list keeps its known elements and becomes incomplete when the other operand is computed.
PythonValue concatenate(PythonValue first, PythonValue second);

}  // namespace hale
