#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/state.hpp"

namespace hale::health {

/// What a word says of health. A neutral word, such as "skipped", neither praises nor blames.
enum class Meaning : std::uint8_t { none, neutral, ok, unknown, warning, critical };

/// The state that `meaning` stands for; nothing for none and neutral.
std::optional<State> state_of(Meaning meaning);

/// R4: what the whole of `text` says; never a part of it, never its last word.
Meaning meaning(std::string_view text);

/// R4 of the whole of `text`, or of what stands before its first ':' ("unavailable: Database error").
Meaning leading_meaning(std::string_view text);

/// True for the texts "true" and "false": states in a verdict's place, mere settings anywhere else.
bool is_truth_value(std::string_view text);

/// R4: the HTTP code that a text of three digits is, 100 to 599. "1.2.2" is none.
std::optional<int> http_code(std::string_view text);

/// `text` in lower case, trimmed, without blanks and '_', '-' and '.': how words and keys are compared. Every other
/// character stays, so that "U\uFFFDP" is not "up".
std::string reduced(std::string_view text);

}  // namespace hale::health
