#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "health/health.hpp"
#include "tests/support/paths.hpp"

using namespace hale;

namespace {

using Json = nlohmann::json;

/// `text` as the bytes of its Latin-1 form; it holds no character above U+00FF.
std::string latin1(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      bytes += text[i];
    } else {
      const auto next = static_cast<unsigned char>(text[++i]);
      bytes += static_cast<char>(((byte & 0x03U) << 6U) | (next & 0x3FU));
    }
  }
  return bytes;
}

HealthVerdict read_case(const Json& one, HealthMode mode) {
  std::string body = one.at("body");
  if (one.value("body_encoding", "") == "latin-1") body = latin1(body);
  return read_health(one.at("http_status"), one.at("content_type").get<std::string>(), body, false, mode);
}

std::vector<std::string> failing(const HealthVerdict& verdict) {
  std::vector<std::string> names;
  for (const Component& component : verdict.components) {
    if (component.state >= State::warning) names.push_back(component.name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

// The collection grows between two changes of hale. What hale reads rightly of it may become more, never less; the test
// lists the rest.
constexpr int states_right_so_far = 307;
constexpr int states_and_names_right_so_far = 296;

/// Documents that say that something is wrong, and that hale still calls OK. No other may join them.
bool is_known_false_ok(std::string_view id) { return id == "sonarr-warnings" || id == "airbyte-false"; }

bool is_defensible(const Json& one, State state) {
  if (one.at("expect") == label(state)) return true;
  const Json also = one.value("alt", Json::array());
  return std::find(also.begin(), also.end(), label(state)) != also.end();
}

}  // namespace

TEST_SUITE("payloads") {
  TEST_CASE("the collected health documents") {
    std::ifstream file(testing::shared_file("payloads.jsonl"));
    if (!file) {
      MESSAGE("skipped: ", testing::shared_file("payloads.jsonl"), " is not there");
      return;
    }
    int cases = 0;
    int states = 0;
    int states_and_names = 0;
    int strict_cases = 0;
    int strict_states = 0;
    for (std::string line; std::getline(file, line);) {
      const Json one = Json::parse(line);
      const std::string id = one.at("id");
      CAPTURE(id);
      const HealthVerdict verdict = read_case(one, HealthMode::automatic);
      std::vector<std::string> names = one.at("failing");
      std::sort(names.begin(), names.end());
      const bool state_right = one.at("expect") == label(verdict.state);
      const bool names_right = names == failing(verdict);
      ++cases;
      states += state_right ? 1 : 0;
      states_and_names += state_right && names_right ? 1 : 0;
      if (!state_right || !names_right) MESSAGE("missed: ", id, " is ", label(verdict.state), ", ", verdict.message);
      const bool false_ok = verdict.state == State::ok && !is_defensible(one, State::ok);
      CHECK(false_ok == is_known_false_ok(id));
      if (one.contains("strict")) {
        ++strict_cases;
        strict_states += one.at("strict") == label(read_case(one, HealthMode::strict).state) ? 1 : 0;
      }
    }
    MESSAGE(states, " of ", cases, " states right, ", states_and_names, " with their names; strict: ", strict_states,
            " of ", strict_cases);
    CHECK(states >= states_right_so_far);
    CHECK(states_and_names >= states_and_names_right_so_far);
    CHECK(strict_states == strict_cases);
  }
}
