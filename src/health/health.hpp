#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/observation.hpp"
#include "core/state.hpp"

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
  std::string message{};    ///< "pass", or what is wrong: "degraded: broker/us2 down, db fail"; empty when silent
  std::vector<Component> components{};  ///< names are paths: "broker/us2"
};

/// R1: 200 to 399 is OK; 429, 472 and 473 are a WARNING; anything else is CRITICAL.
State health_of_code(long status_code);

/// Reads a health document by general rules (R1 to R12 of the manual's "health documents"); no dialect is looked up.
/// `cut` says that `body` is not the whole body. Pure; time and memory grow with the body's size alone. An inner
/// component is left out of `components` when what lies below it tells as much.
HealthVerdict read_health(long status_code, std::string_view content_type, std::string_view body, bool cut,
                          HealthMode mode);

}  // namespace hale
