#include "health/health.hpp"

#include "base/text.hpp"
#include "health/message.hpp"
#include "health/statement.hpp"

namespace hale {
namespace health {
namespace {

/// R2
enum class BodyKind : std::uint8_t { nothing, json, silent, text };

std::string media_type(std::string_view content_type) {
  return lower(trim(content_type.substr(0, content_type.find(';'))));
}

BodyKind kind_of(std::string_view content_type, std::string_view body) {
  const std::string type = media_type(content_type);
  const auto says = [&](std::string_view word) { return type.find(word) != std::string::npos; };
  if (body.empty()) return BodyKind::nothing;
  const bool bracket_line = body.starts_with("[+]") || body.starts_with("[-]");
  if ((body[0] == '{' || body[0] == '[') && !bracket_line) return BodyKind::json;
  if (type.ends_with("/json") || type.ends_with("+json")) return BodyKind::json;
  const bool markup = body[0] == '<' || says("html") || says("xml") || says("javascript");
  const bool data = says("octet-stream") || says("image/") || says("audio/") || says("video/") || says("font/");
  return markup || data ? BodyKind::silent : BodyKind::text;
}

std::string_view without_frame(std::string_view body) {
  constexpr std::string_view byte_order_mark = "\uFEFF";
  body = trim(body);
  if (body.starts_with(byte_order_mark)) body.remove_prefix(byte_order_mark.size());
  return trim(body);
}

Statement hear(std::string_view content_type, std::string_view body, bool cut, State code) {
  const bool whole = !cut && body.size() <= health_body_most;
  body = without_frame(body);
  const BodyKind kind = kind_of(content_type, body);
  if (kind == BodyKind::silent) return {};
  if (!whole) return state_only(State::unknown, "the body was not read to its end");
  switch (kind) {
    case BodyKind::json: return read_json(body, code);
    case BodyKind::text: return read_text(body);
    default: return {};
  }
}

std::vector<Component> components_of(const Parts& parts) {
  std::vector<Component> components;
  components.reserve(parts.all().size());
  for (const Part& part : parts.all()) {
    const bool well = part.state == State::ok;
    components.push_back({part.name, part.state, part.message.empty() && !well ? part.word : part.message});
  }
  return components;
}

}  // namespace
}  // namespace health

State health_of_code(long status_code) {
  if (status_code >= 200 && status_code < 400) return State::ok;
  return status_code == 429 || status_code == 472 || status_code == 473 ? State::warning : State::critical;
}

HealthVerdict read_health(long status_code, std::string_view content_type, std::string_view body, bool cut,
                          HealthMode mode) {
  const State code = health_of_code(status_code);
  health::Statement statement = health::hear(content_type, body, cut, code);
  HealthVerdict verdict;
  verdict.speaks = statement.state.has_value();
  // R12
  if (!statement.state && mode == HealthMode::strict && code == State::ok) {
    statement.state = State::unknown;
    statement.whole = "the body says nothing of health";
  }
  verdict.said = statement.state.value_or(State::ok);
  verdict.state = worst(code, verdict.said);
  verdict.message = health::tell(statement);
  verdict.components = health::components_of(statement.parts);
  return verdict;
}

}  // namespace hale
