#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/state.hpp"

namespace hale::health {

/// The meaning of a word for health. A neutral word, such as "skipped", is known but implies no state.
enum class Meaning : std::uint8_t { none, neutral, ok, unknown, warning, critical };

/// The state for `meaning`; nothing for none and neutral.
std::optional<State> state_of(Meaning meaning);

/// R4: the meaning of the whole of `text`, never of a part of it.
Meaning meaning(std::string_view text);

/// R4 for the whole of `text`, else for what precedes its first ':' ("unavailable: Database error").
Meaning leading_meaning(std::string_view text);

/// True for the texts "true" and "false". They are states as the value of a verdict's key, and settings elsewhere.
bool is_truth_value(std::string_view text);

/// R4: the HTTP code in a text of three digits, 100 to 599; nothing for any other text, such as "1.2.2".
std::optional<int> http_code(std::string_view text);

/// `text` in lower case, trimmed, without blanks, '_', '-' and '.': the form in which words and keys are compared. All
/// other characters stay, so that "U\uFFFDP" does not become "up".
std::string normalize_word(std::string_view text);

}  // namespace hale::health
