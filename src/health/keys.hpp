#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "core/state.hpp"

namespace hale::health {

// Which keys of a document mean what. Case and punctuation of a key do not count: "Overall_Status" is "overallStatus".

/// R5: the place of `key` in the order in which a verdict is looked for.
std::optional<std::size_t> verdict_rank(std::string_view key);
/// The last of those places: whoever stands here is asked after all others.
extern const std::size_t last_verdict_rank;
/// R5: true for the places of `status` to `condition`, where a word is due; `healthy` and later may hold anything.
bool expects_word(std::size_t verdict_rank);

/// R6: the place of `key` in the order in which an array's element is asked for its name.
std::optional<std::size_t> name_rank(std::string_view key);
/// R6: true for an array's key that names no component: "checks", "details".
bool is_generic(std::string_view key);
/// R6: true for a key below which there is data, not health.
bool is_opaque(std::string_view key);

/// R7: true for the maps whose texts and booleans are components.
bool is_part_map(std::string_view key);
/// R7, R9: true for a key whose text describes, so that a state word in it is chance: "message", "log_level".
bool is_message_like(std::string_view key);

/// R8: what a boolean member of the whole says: the state when it is `bad`, which true or false can be.
struct Flag {
  std::string_view key;
  bool bad;
  State state;
};
const Flag* find_flag(std::string_view key);

/// R9, R10: "error" or "errors"; with `failures` also that.
bool is_error(std::string_view key);
bool is_error_map(std::string_view key);

/// The place of `key` in the order in which a component is asked for its message.
std::optional<std::size_t> message_rank(std::string_view key);
/// True for the members that may hold a component's message: "details", "data", "error".
bool holds_messages(std::string_view key);

}  // namespace hale::health
