#include "health/health.hpp"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "health/document.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace hale;

namespace {

void check_verdict(long code, std::string_view type, std::string_view body) {
  const HealthVerdict verdict = read_health(code, type, body, false, HealthMode::automatic);
  const HealthVerdict strict = read_health(code, type, body, false, HealthMode::strict);
  const HealthVerdict truncated = read_health(code, type, body, true, HealthMode::automatic);
  fuzz::check(verdict.reports_health || verdict.body_state == State::ok);
  fuzz::check(worst(health_of_code(code), strict.body_state) >= worst(health_of_code(code), verdict.body_state));
  fuzz::check(strict.body_state ==
              (verdict.reports_health || health_of_code(code) != State::ok ? verdict.body_state : State::unknown));
  fuzz::check(truncated.body_state != State::ok || !truncated.reports_health);
  fuzz::check(!verdict.reports_health || !verdict.message.empty());
  fuzz::check(verdict.message.size() < 2000);
  std::set<std::string> names;
  for (const Component& component : verdict.components) {
    fuzz::check(!component.name.empty() && component.name.size() < 320 && component.message.size() <= 200);
    fuzz::check(names.insert(component.name).second);
  }
}

/// hale accepts what nlohmann accepts, except documents that are too deep or contain a NUL, and rejects trailing data.
void check_document(std::string_view text) {
  const health::Document document(text);
  const bool is_valid = document.error().empty();
  const bool is_shallow = std::count(text.begin(), text.end(), '[') + std::count(text.begin(), text.end(), '{') <= 64;
  const bool has_nul = text.find('\0') != std::string_view::npos;
  fuzz::check(is_valid || !is_shallow || has_nul || !nlohmann::json::accept(text));
  fuzz::check(!is_valid || document.root().size == document.nodes().size());
  fuzz::check(!is_valid || !health::Document(std::string(text) + "}").error().empty());
}

}  // namespace

void hale::fuzz::fuzz_one(std::string_view text) {
  check_verdict(200, "application/json", text);
  check_verdict(503, "application/json", text);
  check_verdict(200, "text/plain", text);
  check_verdict(429, "", text);
  check_document(text);
}
