#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "core/output.hpp"
#include "core/result.hpp"

// Results that the report tests share.
namespace hale::report_samples {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""us;
using std::string_literals::operator""s;

inline Result result(std::string name, State state, std::string message, Duration length = 12ms) {
  Result result{std::move(name), "test", "test://address", state, std::move(message)};
  result.length = length;
  return result;
}

inline JudgedMetric metric(std::string name, double value, Unit unit = Unit::none, const char* warning = nullptr,
                           const char* critical = nullptr) {
  JudgedMetric judged{{std::move(name), {value, unit}}};
  if (warning != nullptr) judged.metric.warning = parse_range(warning);
  if (critical != nullptr) judged.metric.critical = parse_range(critical);
  return judged;
}

inline Outcome outcome(std::vector<Result> results) {
  Outcome outcome;
  outcome.started = std::chrono::sys_days(std::chrono::year(2026) / 2 / 3) + std::chrono::hours(4) + 5007ms;
  outcome.length = 41ms;
  outcome.host = "box";
  outcome.version = "0.1.0";
  outcome.results = std::move(results);
  return outcome;
}

/// Three targets: warning, critical and OK.
inline Outcome three() {
  Outcome three =
      outcome({result("api", State::warning, "200, but time 612 ms is over 500 ms", 612ms),
               result("db", State::critical, "login: password authentication failed for user \"app\" (28P01)", 8100us),
               result("cache", State::ok, "PONG, replica of 10.0.0.5:6379, link up, lag 0 B", 900us)});
  three.results[0].metrics = {metric("time", 0.612, Unit::seconds, "500ms")};
  three.results[1].failed_phase = "login";
  three.results[2].metrics = {metric("time", 0.0009, Unit::seconds)};
  return three;
}

/// Text from a hostile peer: escape, line ends, a bar, right-to-left override, invalid UTF-8, NUL.
inline const std::string hostile =
    "a\x1b[31mb\r\nc|d\u202e"
    "e\xff"
    "f\0g"s;

/// `hostile` as one sanitized line.
inline const std::string hostile_sanitized = "a\\x1b[31mb c|d\\u{202e}e\uFFFDf\\x00g";

inline Outcome hostile_outcome() {
  Result bad = result(hostile, State::critical, hostile + "\n");
  bad.address = hostile;
  bad.failed_phase = hostile;
  bad.phases = {{hostile, 0ms, 3ms}};
  bad.metrics = {metric(hostile, 1), metric("a::b", 2), metric("a:b", 3)};
  bad.facts = {{hostile, hostile}, {"body", std::string(100'000, '\xff')}};
  bad.components = {{hostile, State::warning, hostile}};
  bad.notes = {{hostile, hostile}};
  return outcome({bad, result("other", State::critical, std::string(50'000, '|'))});
}

inline Outcome many(std::size_t count) {
  std::vector<Result> results;
  for (std::size_t i = 0; i < count; ++i) {
    Result one =
        result("target-" + std::to_string(i), i % 3 == 1 ? State::critical : State::ok, "said " + std::to_string(i));
    one.metrics = {metric("time", 0.012, Unit::seconds)};
    results.push_back(one);
  }
  return outcome(std::move(results));
}

/// Whether no byte except newline moves the cursor or changes the text direction, and no line has trailing blanks.
inline bool is_sanitized(const std::string& text) {
  if (!text.ends_with('\n') || text.find(" \n") != std::string::npos || text.find("\u202e") != std::string::npos)
    return false;
  return text.find_first_of(std::string("\x1b\r\t\0\xff", 5)) == std::string::npos;
}

}  // namespace hale::report_samples
