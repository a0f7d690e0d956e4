#pragma once

#include <chrono>
#include <string>

#include <nlohmann/json.hpp>

// What the reports in JSON share.
namespace hale {

using Json = nlohmann::ordered_json;

/// RFC 3339 in UTC: "2026-02-03T04:05:06.789Z".
std::string json_time(std::chrono::system_clock::time_point time);

/// A whole number as one: a status is 200, not 200.0.
Json json_number(double value);

/// The document, indented and with a line end. ASCII only, so that whatever a terminal could stumble over is an escape;
/// bytes that are no UTF-8 are replaced.
std::string json_text(const Json& document);

}  // namespace hale
