#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hale {

/// `text` in lower case: A-Z become a-z, all other bytes stay as they are.
std::string lower(std::string_view text);

/// `text` without the ASCII whitespace at its ends. A view into `text`.
std::string_view trim(std::string_view text);

/// The parts of `text` between `separator`s: always at least one, and parts may be empty. Views into `text`.
std::vector<std::string_view> split(std::string_view text, char separator);

/// The first line of `text` that is not blank, trimmed; empty if all lines are blank. A view into `text`.
std::string_view first_line(std::string_view text);

/// Splits `text` into words as a POSIX shell does: whitespace, '...', "..." and backslash. Expands nothing.
/// Throws UsageError for a missing closing quote; the message does not repeat the text, which may contain a password.
std::vector<std::string> split_shell_words(std::string_view text);

/// Replaces \r \n \t \\ \0 and \xHH by the bytes they stand for. Throws UsageError for any other escape.
std::string unescape(std::string_view text);

/// True when the whole of `text` is valid UTF-8 (RFC 3629).
bool is_utf8(std::string_view text);

/// Makes text from outside safe for one line of a terminal or a log. The result is valid UTF-8: a line end or a tab
/// becomes one blank, a control character \xHH, a character without width or one that changes the text direction
/// \u{HHHH}, an invalid byte U+FFFD.
std::string sanitize(std::string_view text);

/// `text` cut to at most `bytes` bytes, never within a character. A cut text ends in an ellipsis, which is included in
/// the count.
std::string truncate_bytes(std::string_view text, std::size_t bytes);

/// The columns that sanitized `text` takes on a terminal: 2 for a wide character, 0 for a combining one.
std::size_t display_width(std::string_view text);

/// `text` cut to at most `columns` columns. A cut text ends in an ellipsis, which is included in the count.
std::string truncate_columns(std::string_view text, std::size_t columns);

/// The candidate most similar to `word`, for "did you mean"; empty when no candidate is similar enough.
std::string_view closest_match(std::string_view word, std::span<const std::string_view> candidates);

/// `word` as a shell reads it back: in single quotes, unless it needs none.
std::string shell_quote(std::string_view word);

/// "a, b or c".
std::string join_with_or(std::span<const std::string_view> words);

}  // namespace hale
