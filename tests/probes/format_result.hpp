#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "tests/support/fake_server.hpp"

namespace hale::testing {

/// `text` with every `what` replaced by `by`.
inline std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t position = text.find(what); position != std::string::npos;
       position = text.find(what, position + by.size()))
    text.replace(position, what.size(), by);
  return text;
}

/// `text` with the server's port, which differs in every run, as PORT.
inline std::string without_port(std::string text, const FakeServer& server) {
  return replaced(std::move(text), fmt::format("{}", server.port()), "PORT");
}

/// The whole result as text, without its times. One line each for the message, the failed phase, the phases, the
/// metrics, the facts and every component.
inline std::string format_result(const Result& result) {
  std::string text =
      fmt::format("{} {} {}: {}\n", result.kind, result.address, to_string(result.state), result.message);
  if (result.failed_phase) text += fmt::format("failed: {}\n", *result.failed_phase);
  text += "phases:";
  for (const Phase& phase : result.phases) text += fmt::format(" {},", phase.name);
  text += "\nmetrics:";
  for (const JudgedMetric& judged : result.metrics) {
    const auto& [name, quantity, warning, critical, binding] = judged.metric;
    text += " " + name;
    if (quantity.unit != Unit::seconds && !name.ends_with("_days"))
      text += fmt::format("={}{}", format_decimal(quantity.value), symbol(quantity.unit));
    if (judged.state != State::ok) text += fmt::format("({})", to_string(judged.state));
  }
  text += "\nfacts:";
  for (const Fact& fact : result.facts) text += fmt::format(" {}={}", fact.name, fact.text);
  for (const Component& component : result.components)
    text += fmt::format("\ncomponent {} {}: {}", component.name, to_string(component.state), component.message);
  return text + "\n";
}

inline std::string format_result(const Result& result, const FakeServer& server) {
  return without_port(format_result(result), server);
}

}  // namespace hale::testing
