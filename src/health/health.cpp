#include "health/health.hpp"

#include "base/text.hpp"
#include "health/body_report.hpp"
#include "health/message.hpp"

namespace hale {
namespace health {
namespace {

/// R2; bodies of the kind `ignored` report nothing.
enum class BodyKind : std::uint8_t { empty, json, ignored, text };

std::string media_type(std::string_view content_type) {
  return lower(trim(content_type.substr(0, content_type.find(';'))));
}

BodyKind kind_of(std::string_view content_type, std::string_view body) {
  const std::string type = media_type(content_type);
  const auto contains = [&](std::string_view word) { return type.find(word) != std::string::npos; };
  if (body.empty()) return BodyKind::empty;
  const bool bracket_line = body.starts_with("[+]") || body.starts_with("[-]");
  if ((body[0] == '{' || body[0] == '[') && !bracket_line) return BodyKind::json;
  if (type.ends_with("/json") || type.ends_with("+json")) return BodyKind::json;
  const bool markup = body[0] == '<' || contains("html") || contains("xml") || contains("javascript");
  const bool data =
      contains("octet-stream") || contains("image/") || contains("audio/") || contains("video/") || contains("font/");
  return markup || data ? BodyKind::ignored : BodyKind::text;
}

/// Without surrounding blanks and a byte order mark.
std::string_view trim_body(std::string_view body) {
  constexpr std::string_view byte_order_mark = "\uFEFF";
  body = trim(body);
  if (body.starts_with(byte_order_mark)) body.remove_prefix(byte_order_mark.size());
  return trim(body);
}

BodyReport read_body(std::string_view content_type, std::string_view body, bool truncated, State code) {
  truncated = truncated || body.size() > max_health_body;
  body = trim_body(body);
  const BodyKind kind = kind_of(content_type, body);
  if (kind == BodyKind::ignored) return {};
  if (truncated) return state_only(State::unknown, "the body was not read completely");
  switch (kind) {
    case BodyKind::json: return read_json(body, code);
    case BodyKind::text: return read_text(body);
    default: return {};
  }
}

std::vector<Component> components_of(const ComponentSet& reported) {
  std::vector<Component> components;
  components.reserve(reported.all().size());
  for (const ReportedComponent& component : reported.all()) {
    const bool needs_word = component.message.empty() && component.state != State::ok;
    components.push_back({component.name, component.state, needs_word ? component.word : component.message});
  }
  return components;
}

}  // namespace
}  // namespace health

State health_of_code(long status_code) {
  if (status_code >= 200 && status_code < 400) return State::ok;
  return status_code == 429 || status_code == 472 || status_code == 473 ? State::warning : State::critical;
}

HealthVerdict read_health(long status_code, std::string_view content_type, std::string_view body, bool truncated,
                          HealthMode mode) {
  const State code = health_of_code(status_code);
  health::BodyReport report = health::read_body(content_type, body, truncated, code);
  HealthVerdict verdict;
  verdict.reports_health = report.state.has_value();
  // R12
  if (!report.state && mode == HealthMode::strict && code == State::ok) {
    report.state = State::unknown;
    report.overall = "the body says nothing about health";
  }
  verdict.body_state = report.state.value_or(State::ok);
  verdict.message = health::summarize(report);
  verdict.components = health::components_of(report.components);
  return verdict;
}

}  // namespace hale
