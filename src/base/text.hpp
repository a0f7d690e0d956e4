#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hale {

/// `text` with A-Z made a-z; other bytes stay.
std::string lower(std::string_view text);

/// `text` without blanks, tabs and line ends at either end.
std::string_view trim(std::string_view text);

/// The pieces of `text` between `separator`s; at least one, pieces may be empty.
std::vector<std::string_view> split(std::string_view text, char separator);

/// The first line of `text` that is not blank, trimmed; empty when there is none.
std::string_view first_line(std::string_view text);

/// Splits as a shell splits words: blanks, '...', "..." and backslash; nothing is expanded.
/// Throws UsageError, which does not repeat the text, for a quote that is never closed.
std::vector<std::string> split_shell_words(std::string_view text);

/// Turns \r \n \t \\ \0 and \xHH into the bytes they stand for. Throws UsageError for any other escape.
std::string unescape(std::string_view text);

/// Whether the whole of `text` is UTF-8 (RFC 3629).
bool is_utf8(std::string_view text);

/// Text from outside made safe for one line of a terminal or a log: valid UTF-8, line ends and tabs as one blank,
/// control characters as \xHH, characters without width or that change direction as \u{HHHH}.
std::string sanitize(std::string_view text);

/// At most `bytes` bytes of `text`, cut between characters; an ellipsis stands for what was cut and is counted.
std::string truncate_bytes(std::string_view text, std::size_t bytes);

/// Columns that harmless UTF-8 text takes on a terminal: 2 for a wide character, 0 for a combining one.
std::size_t display_width(std::string_view text);

/// As much of `text` as fits into `columns`, with an ellipsis for what was cut.
std::string fit(std::string_view text, std::size_t columns);

/// The candidate nearest to `word` when it is near enough to be what was meant, else empty.
std::string_view closest_match(std::string_view word, std::span<const std::string_view> candidates);

/// `word` in single quotes when a shell would not take it as one plain word.
std::string shell_quote(std::string_view word);

/// "a, b or c".
std::string join_with_or(std::span<const std::string_view> words);

}  // namespace hale
