#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/observation.hpp"
#include "core/state.hpp"

// How to read a health document. hale does not detect dialects; the rules below fit all of them, and the code cites
// them.
//
// R1  The HTTP code: 200-399 is OK; 429, 472 and 473 are WARNING; all others are CRITICAL.
// R2  The body is JSON when it begins like JSON or has a JSON content type. HTML, XML, JavaScript, images and the like
//     and an empty body report nothing. Everything else is text.
// R3  JSON: invalid UTF-8 and NaN are accepted, duplicate keys are kept. Invalid JSON is UNKNOWN unless it is one word.
// R4  Words: a table, compared with whole values only. Three digits as the value of a verdict's key are an HTTP code.
//     Other numbers mean nothing.
// R5  The verdict of an object: the first known state among status, overall, ..., healthy, ..., statusCode.
// R6  Components: objects with a verdict, named by their key. Elements of an array are named by their own name, else by
//     the array's key, else by their index.
// R7  Words in the root object, and words and booleans directly in checks, components, ..., are components too.
// R8  Flags in the root object: sealed, maintenance, ... are bad when true; initialized, installed, ... when false.
// R9  Names without states: the keys of a map of errors, and texts under a bad code that nothing else explains.
// R10 Errors and nothing else: CRITICAL.
// R11 Text: one line that is a word or begins with one; or lines "[+]name", "[-]name" and "name: word", which make the
//     body WARNING at most.
// R12 The result follows P1 to P5. In strict mode, a body that reports nothing under a good code is UNKNOWN.
//
// P1  The worst of code and body wins: a good body does not repair a bad code, a good code does not hide a bad body.
// P2  A good overall state with a failing component is WARNING.
// P3  Without an overall state, the worst component decides. An UNKNOWN component does not change an overall OK.
// P4  An unknown word, null or "" as the overall state is UNKNOWN, never OK.
// P5  A body that reports no health leaves the decision to the code.

namespace hale {

/// A longer body is not read: its end could contradict its beginning.
constexpr std::size_t max_health_body = std::size_t{1} << 20;

enum class HealthMode : std::uint8_t {
  automatic,  ///< a body that reports no health leaves the decision to the HTTP code
  strict,     ///< a good HTTP code with a body that reports no health is UNKNOWN
};

/// What the body of a response reports about the sender's health. All text is the sender's, truncated but not
/// sanitized.
struct HealthVerdict {
  bool reports_health = false;          ///< the body reports a state, or one that cannot be read
  State body_state = State::ok;         ///< the state of the body alone; OK when it reports none
  std::string message{};                ///< "pass", or the failure: "degraded: broker/us2 down, db fail"; may be empty
  std::vector<Component> components{};  ///< their names are paths: "broker/us2"
};

/// R1: the state of an HTTP code: OK, WARNING or CRITICAL.
State health_of_code(long status_code);

/// Reads a response by the rules above. `truncated` tells that `body` is incomplete. Pure and without errors: what
/// cannot be read is UNKNOWN. Time and memory are linear in the size of the body. `components` leaves out a component
/// whose own components report the same. A body that reports no health may still name what failed (R9).
HealthVerdict read_health(long status_code, std::string_view content_type, std::string_view body, bool truncated,
                          HealthMode mode);

}  // namespace hale
