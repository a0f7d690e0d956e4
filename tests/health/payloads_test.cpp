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

/// `text`, whose characters are all below U+0100, in Latin-1.
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

/// P1: the worst of the HTTP code and the body.
State state_of(const Json& one, const HealthVerdict& verdict) {
  return worst(health_of_code(one.at("http_status")), verdict.body_state);
}

std::vector<std::string> failing_names(const HealthVerdict& verdict) {
  std::vector<std::string> names;
  for (const Component& component : verdict.components) {
    if (component.state >= State::warning) names.push_back(component.name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

// The collection grows independently of hale. These numbers may only increase. The test lists the documents that hale
// reads wrongly.
constexpr int min_states_right = 307;
constexpr int min_states_and_names_right = 296;

/// The documents that report a failure and that hale reads as OK. There must be no others.
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
      MESSAGE("skipped: ", testing::shared_file("payloads.jsonl"), " does not exist");
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
      const State state = state_of(one, verdict);
      const bool is_state_right = one.at("expect") == label(state);
      const bool are_names_right = names == failing_names(verdict);
      ++cases;
      states += is_state_right ? 1 : 0;
      states_and_names += is_state_right && are_names_right ? 1 : 0;
      if (!is_state_right || !are_names_right) MESSAGE("wrong: ", id, " is ", label(state), ", ", verdict.message);
      const bool false_ok = state == State::ok && !is_defensible(one, State::ok);
      CHECK(false_ok == is_known_false_ok(id));
      if (one.contains("strict")) {
        ++strict_cases;
        strict_states += one.at("strict") == label(state_of(one, read_case(one, HealthMode::strict))) ? 1 : 0;
      }
    }
    MESSAGE(states, " of ", cases, " states right, ", states_and_names, " with their names; strict: ", strict_states,
            " of ", strict_cases);
    CHECK(states >= min_states_right);
    CHECK(states_and_names >= min_states_and_names_right);
    CHECK(strict_states == strict_cases);
  }
}
