#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "core/state.hpp"

namespace hale::health {

// The meaning of a document's keys. Case and punctuation do not count: "Overall_Status" is "overallStatus". A rank is a
// position in an order of preference; the lowest wins.

/// R5: the rank of `key` among the keys that carry a verdict.
std::optional<std::size_t> verdict_rank(std::string_view key);
/// The last of these ranks.
extern const std::size_t last_verdict_rank;
/// R5: true for the ranks of `status` to `condition`, whose values must be states; `healthy` and later may hold
/// anything.
bool expects_word(std::size_t verdict_rank);

/// R6: the rank of `key` among the keys that name an array's element.
std::optional<std::size_t> name_rank(std::string_view key);
/// R6: true for an array's key that is too general to name a component: "checks", "details".
bool is_generic(std::string_view key);
/// R6: true for a key whose value is data, not health.
bool is_opaque(std::string_view key);

/// R7: true for the objects whose texts and booleans are components.
bool is_component_map(std::string_view key);
/// R7, R9: true for a key with a description or a setting, where a state word is a coincidence: "message", "log_level".
bool is_message_like(std::string_view key);

/// R8: a boolean of the root object that means `state` when its value is `bad`.
struct Flag {
  std::string_view key;
  bool bad;
  State state;
};
/// The flag `key`, which lives for ever; null when there is none.
const Flag* find_flag(std::string_view key);

/// R10: true for "error" and "errors".
bool is_error(std::string_view key);
/// R9: true for "error", "errors" and "failures".
bool is_error_map(std::string_view key);

/// The rank of `key` among the keys that hold a component's message.
std::optional<std::size_t> message_rank(std::string_view key);
/// True for the objects that may contain a component's message: "details", "data", "error".
bool holds_messages(std::string_view key);

}  // namespace hale::health
