#pragma once

#include <chrono>
#include <string>

#include <nlohmann/json.hpp>

// Helpers shared by the JSON formats.
namespace hale {

using Json = nlohmann::ordered_json;

/// RFC 3339 in UTC with milliseconds: "2026-02-03T04:05:06.789Z".
std::string json_time(std::chrono::system_clock::time_point time);

/// `value` as an integer when it is one: a status is 200, not 200.0.
Json json_number(double value);

/// The document, indented, ending with a newline. It is ASCII only: every other character is escaped, so the text is
/// safe on a terminal. Invalid UTF-8 is replaced.
std::string json_text(const Json& document);

}  // namespace hale
