#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "health/health.hpp"

namespace hale::health_tests {

/// A verdict with the state of a target: the worst of the HTTP code and the body (P1).
struct Reading : HealthVerdict {
  State state = State::ok;
};

inline Reading read(long code, std::string_view type, std::string_view body, HealthMode mode = HealthMode::automatic,
                    bool truncated = false) {
  Reading reading{read_health(code, type, body, truncated, mode)};
  reading.state = worst(health_of_code(code), reading.body_state);
  return reading;
}

/// "WARNING pass, but db fail", then one line for each component: "db CRITICAL fail".
inline std::string show(const Reading& reading) {
  std::string text = fmt::format("{}{}{}", label(reading.state), reading.message.empty() ? "" : " ", reading.message);
  for (const Component& component : reading.components) {
    text += fmt::format("\n{} {}{}{}", component.name, label(component.state), component.message.empty() ? "" : " ",
                        component.message);
  }
  return text;
}

inline std::string read_json(std::string_view body, long code = 200) {
  return show(read(code, "application/json", body));
}

inline std::string read_text(std::string_view body, long code = 200) {
  return show(read(code, "text/plain; charset=utf-8", body));
}

}  // namespace hale::health_tests
