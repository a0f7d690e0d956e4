#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/observation.hpp"
#include "core/state.hpp"

// How a health document is read. No dialect is ever looked up; these rules fit them all, and the code names them.
//
// R1  The HTTP code: 200-399 OK; 429, 472, 473 WARNING; else CRITICAL.
// R2  The body: JSON when it begins so or says so; HTML, XML, JavaScript, pictures and the like and an empty body are
//     silent; else text.
// R3  JSON: broken UTF-8 and NaN are borne, duplicate keys kept. What does not parse is UNKNOWN unless it is one word.
// R4  Words: a table, whole values only. Three digits in a verdict's place are an HTTP code. Other numbers are silent.
// R5  An object's verdict: the first known state among status, overall, ..., healthy, ..., statusCode.
// R6  Components: objects with a verdict, named by key; in an array by their name, else the array's, else the index.
// R7  Words at the top, and words and booleans directly under checks, components, ..., are components too.
// R8  Flags at the top: sealed, maintenance, ... are bad when true; initialized, installed, ... when false.
// R9  Names only: the keys of a map of errors, and texts under a bad code that nothing else explains.
// R10 Errors and nothing else: CRITICAL.
// R11 Text: one line that is or begins with a word; lines "[+]name", "[-]name" and "name: word", WARNING at most.
// R12 The whole by P1 to P5; strictly, silence under a good code is UNKNOWN.
//
// P1  The worst of code and body. A body never mends a bad code, a good code never hides a bad body.
// P2  A good word over a failing component: WARNING.
// P3  No word for the whole: its worst component. A component in doubt never lifts a whole that says OK.
// P4  A word nobody knows, null or "" in the whole's place: UNKNOWN, never OK.
// P5  A body that does not speak of health leaves it to the code.

namespace hale {

/// A longer body is not read: its end could say anything.
constexpr std::size_t health_body_most = std::size_t{1} << 20;

enum class HealthMode : std::uint8_t {
  automatic,  ///< a body that says nothing of health leaves the word to the HTTP code
  strict,     ///< a good HTTP code whose body says nothing of health is UNKNOWN
};

/// What an answer says of its sender's health. Names and messages are as the peer sent them but shortened: a report
/// makes them harmless.
struct HealthVerdict {
  bool speaks = false;      ///< the body made a statement, if only one that cannot be read
  State said = State::ok;   ///< what the body alone says; OK when it says nothing
  State state = State::ok;  ///< the worst of `said` and the HTTP code
  std::string
      message{};  ///< "pass", or what is wrong: "degraded: broker/us2 down, db fail"; empty when nothing is said
  std::vector<Component> components{};  ///< names are paths: "broker/us2"
};

/// R1: 200 to 399 is OK; 429, 472 and 473 are a WARNING; anything else is CRITICAL.
State health_of_code(long status_code);

/// Reads a health document by the rules above. `cut` says that `body` is not the whole body. Pure; time and memory grow
/// with the body's size alone. An inner component is left out of `components` when what lies below it tells as much.
/// A body that does not speak may name what failed all the same (R9).
HealthVerdict read_health(long status_code, std::string_view content_type, std::string_view body, bool cut,
                          HealthMode mode);

}  // namespace hale
