#pragma once

#include "migrations/python/python.hpp"
#include "migrations/python/tokens.hpp"

namespace hale {

/// The value of the expression whose first token is the next of `tokens`, up to the end of its statement. Throws
/// UsageError as PythonTokens does, and for a value made of more than 50,000.
PythonValue read_python_value(PythonTokens tokens, std::string_view source);

/// `first` + `second`. A list stays what is known of it, and open, when the other is not written out.
PythonValue joined(PythonValue first, PythonValue second);

}  // namespace hale
