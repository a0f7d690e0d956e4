#include "health/health.hpp"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "health/document.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace hale;

namespace {

void look_at_verdict(long code, std::string_view type, std::string_view body) {
  const HealthVerdict verdict = read_health(code, type, body, false, HealthMode::automatic);
  const HealthVerdict strict = read_health(code, type, body, false, HealthMode::strict);
  const HealthVerdict cut = read_health(code, type, body, true, HealthMode::automatic);
  fuzz::hold(verdict.state == worst(health_of_code(code), verdict.said));
  fuzz::hold(verdict.speaks || verdict.said == State::ok);
  fuzz::hold(strict.state >= verdict.state);
  fuzz::hold(strict.said == (verdict.speaks || health_of_code(code) != State::ok ? verdict.said : State::unknown));
  fuzz::hold(cut.said != State::ok || !cut.speaks);
  fuzz::hold(!verdict.speaks || !verdict.message.empty());
  fuzz::hold(verdict.message.size() < 2000);
  std::set<std::string> names;
  for (const Component& component : verdict.components) {
    fuzz::hold(!component.name.empty() && component.name.size() < 320 && component.message.size() <= 200);
    fuzz::hold(names.insert(component.name).second);
  }
}

/// hale takes all that nlohmann takes but for depth and what follows a NUL, and takes nothing behind a document's end.
void look_at_document(std::string_view text) {
  const health::Document document(text);
  const bool whole = document.trouble().empty();
  const bool in_depth = std::count(text.begin(), text.end(), '[') + std::count(text.begin(), text.end(), '{') <= 64;
  const bool has_nul = text.find('\0') != std::string_view::npos;
  fuzz::hold(whole || !in_depth || has_nul || !nlohmann::json::accept(text));
  fuzz::hold(!whole || document.root().size == document.nodes().size());
  fuzz::hold(!whole || !health::Document(std::string(text) + "}").trouble().empty());
}

}  // namespace

void hale::fuzz::look_at(std::string_view text) {
  look_at_verdict(200, "application/json", text);
  look_at_verdict(503, "application/json", text);
  look_at_verdict(200, "text/plain", text);
  look_at_verdict(429, "", text);
  look_at_document(text);
}
