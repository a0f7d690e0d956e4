#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

// What the reports made of lines share.
namespace hale {

/// Text from outside as one harmless line without blanks at its ends.
std::string one_line(std::string_view text);

/// The results in the order in which they are shown: as typed, or the most severe first.
std::vector<const Result*> arrange(const Outcome& outcome, bool worst_first);

/// True when `measure` is the length of one of the result's phases.
bool is_phase(const Result& result, std::string_view metric);

/// The result's message as one line of at most `bytes` bytes; 0 for all of it.
std::string message_of(const Result& result, std::size_t bytes);

/// When not everything fits into a caller's limit, a message gets this part of it, so that one cannot drive out the
/// others.
inline constexpr std::size_t message_part = 8;

/// True when `head` and all `blocks` are more than `limit` bytes; never for a limit of 0.
bool exceeds(std::string_view head, std::span<const std::string> blocks, std::size_t limit);

/// `head` and as many whole `blocks` as fit into `limit` bytes (0 for all of them). When some are left out, a last line
/// says so: `mark`, then "and 2 more".
std::string whole_blocks(std::string head, std::span<const std::string> blocks, std::string_view mark,
                         std::size_t limit);

}  // namespace hale
