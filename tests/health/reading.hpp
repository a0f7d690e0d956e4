#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "health/health.hpp"

namespace hale::health_tests {

/// The whole verdict as text: "WARNING pass, but db fail", then a line a component: "db CRITICAL fail".
inline std::string show(const HealthVerdict& verdict) {
  std::string text = fmt::format("{}{}{}", label(verdict.state), verdict.message.empty() ? "" : " ", verdict.message);
  for (const Component& component : verdict.components) {
    text += fmt::format("\n{} {}{}{}", component.name, label(component.state), component.message.empty() ? "" : " ",
                        component.message);
  }
  return text;
}

inline std::string read_json(std::string_view body, long code = 200) {
  return show(read_health(code, "application/json", body, false, HealthMode::automatic));
}

inline std::string read_text(std::string_view body, long code = 200) {
  return show(read_health(code, "text/plain; charset=utf-8", body, false, HealthMode::automatic));
}

}  // namespace hale::health_tests
