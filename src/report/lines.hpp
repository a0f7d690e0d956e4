#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

// Helpers for the formats made of lines, which can be cut to a caller's limit.
namespace hale {

/// Text from outside, sanitized, as one line without blanks at its ends.
std::string one_line(std::string_view text);

/// The results in the order shown: as in the command line, or the most severe first.
std::vector<const Result*> sort_results(const Outcome& outcome, bool worst_first);

/// Whether `metric` is the name of the length of one of the result's phases.
bool is_phase(const Result& result, std::string_view metric);

/// The result's message as one line of at most `max_bytes` bytes; 0 means no limit.
std::string message_line(const Result& result, std::size_t max_bytes);

/// When the report exceeds the limit, each message is truncated to this fraction of it (1/8), so that one long message
/// does not push out the other targets.
inline constexpr std::size_t message_divisor = 8;

/// Whether `head` and all `blocks` fit into `limit` bytes; always true for a limit of 0.
bool fits(std::string_view head, std::span<const std::string> blocks, std::size_t limit);

/// `head` and as many whole `blocks` as fit into `limit` bytes; 0 means no limit. If some are dropped, the last line
/// is `prefix` and "and 2 more".
std::string join_blocks(std::string head, std::span<const std::string> blocks, std::string_view prefix,
                        std::size_t limit);

}  // namespace hale
