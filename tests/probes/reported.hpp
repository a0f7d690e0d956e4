#pragma once

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "core/phase.hpp"
#include "core/result.hpp"

namespace hale::testing {

/// Everything in a result except durations, a line each:
///   critical: login: wrong password
///   failed: login
///   phases: connect, login
///   metric lag=3s ok w 10 c 20
///   fact role=master
inline std::string reported(const Result& result) {
  const auto is_phase = [&](const std::string& name) {
    return std::any_of(result.phases.begin(), result.phases.end(),
                       [&](const Phase& phase) { return phase_metric(phase.name) == name; });
  };
  std::string text = fmt::format("{}: {}\n", to_string(result.state), result.message);
  if (result.failed_phase) text += fmt::format("failed: {}\n", *result.failed_phase);
  std::string_view separator = "phases: ";
  for (const Phase& phase : result.phases) {
    text += fmt::format("{}{}", separator, phase.name);
    separator = ", ";
  }
  text += "\n";
  for (const auto& [metric, state] : result.metrics) {
    if (metric.name == "time" || is_phase(metric.name)) continue;
    // Days until a certificate expires are durations too.
    const bool days = metric.name.ends_with("_days");
    text +=
        fmt::format("metric {}{}{}{} {}", metric.name, days ? "" : "=",
                    days ? "" : format_decimal(metric.quantity.value), symbol(metric.quantity.unit), to_string(state));
    if (metric.warning) text += " w " + metric.warning->text();
    if (metric.critical) text += " c " + metric.critical->text();
    text += "\n";
  }
  for (const Fact& fact : result.facts) text += fmt::format("fact {}={}\n", fact.name, fact.text);
  for (const Component& component : result.components)
    text += fmt::format("component {} {}: {}\n", component.name, to_string(component.state), component.message);
  return text;
}

/// The lines that reported() has for a verified TLS connection to `name`.
inline std::string reported_tls(const std::string& name) {
  return fmt::format(
      "metric cert_days ok w 30: c 14:\nmetric chain_days ok w 30: c 14:\nfact subject=CN={0}\n"
      "fact issuer=CN=hale throw-away CA\nfact names={0}\nfact protocol=TLSv1.3\nfact cipher=TLS_AES_256_GCM_SHA384\n",
      name);
}

}  // namespace hale::testing
