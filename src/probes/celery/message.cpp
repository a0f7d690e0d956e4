#include "probes/celery/message.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "core/error.hpp"
#include "probes/celery/pickle.hpp"
#include "probes/common/json_body.hpp"

namespace hale {
namespace {

using Json = nlohmann::json;

constexpr std::string_view json_type = "application/json";
constexpr std::string_view pickle_type = "application/x-python-serialize";
constexpr std::size_t max_shown_bytes = 120;

std::string to_text(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// The string member `name` of an object; empty without one.
std::string string_member(const Json& object, const char* name) {
  if (!object.is_object()) return "";
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

/// The member `name` of an object; null without one.
Json any_member(const Json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto found = object.find(name);
  return found == object.end() ? Json() : *found;
}

CeleryReply unreadable_reply(std::string_view reason) {
  return CeleryReply{"", std::nullopt, fmt::format("unreadable reply ({})", reason)};
}

Json parse_body(std::string_view body, std::string_view content_type) {
  return content_type == pickle_type ? read_pickle(body) : parse_json(body);
}

/// The result of active_queues: "[{"name": "celery", ...}]", or null from a worker that has lost its consumer. Nothing
/// for any other value.
std::optional<std::vector<std::string>> read_queues(const Json& answer) {
  if (answer.is_null()) return std::vector<std::string>();
  if (!answer.is_array()) return std::nullopt;
  std::vector<std::string> queues;
  for (const Json& queue : answer) {
    std::string name = string_member(queue, "name");
    if (!name.empty()) queues.push_back(std::move(name));
  }
  std::sort(queues.begin(), queues.end());
  queues.erase(std::unique(queues.begin(), queues.end()), queues.end());
  return queues;
}

CeleryReply read_message(std::string_view message, std::string_view ticket) {
  const Json envelope = parse_json(message);
  if (!envelope.is_object()) return unreadable_reply(truncate_bytes(message, max_shown_bytes));
  if (string_member(any_member(envelope, "headers"), "ticket") != ticket)
    return unreadable_reply("for another request");
  const std::string body = string_member(envelope, "body");
  const std::string content_type = string_member(envelope, "content-type");
  if (string_member(any_member(envelope, "properties"), "body_encoding") != "base64")
    return read_celery_reply(body, content_type);
  const std::optional<std::string> bytes = base64_decode(body);
  return bytes ? read_celery_reply(*bytes, content_type) : unreadable_reply("invalid base64");
}

}  // namespace

std::string celery_command(const std::vector<std::string>& workers, std::string_view ticket,
                           std::string_view reply_queue) {
  Json destination;
  if (!workers.empty()) destination = workers;
  return to_text({{"method", "active_queues"},
                  {"arguments", Json::object()},
                  {"destination", destination},
                  {"pattern", nullptr},
                  {"matcher", nullptr},
                  {"ticket", ticket},
                  {"reply_to", {{"exchange", ""}, {"routing_key", reply_queue}}}});
}

std::string redis_message(std::string_view body, std::string_view exchange, std::string_view delivery_tag) {
  return to_text({{"body", body},
                  {"content-type", json_type},
                  {"content-encoding", "utf-8"},
                  {"headers", {{"clock", 0}}},
                  {"properties",
                   {{"delivery_tag", delivery_tag},
                    {"delivery_mode", 1},
                    {"delivery_info", {{"exchange", exchange}, {"routing_key", ""}}},
                    {"priority", 0}}}});
}

CeleryReply read_redis_message(std::string_view message, std::string_view ticket) {
  try {
    return read_message(message, ticket);
  } catch (const Unhealthy& unhealthy) {
    return unreadable_reply(unhealthy.what());
  }
}

CeleryReply read_celery_reply(std::string_view body, std::string_view content_type) {
  if (content_type != json_type && content_type != pickle_type)
    return unreadable_reply(truncate_bytes(content_type, max_shown_bytes));
  const Json document = parse_body(body, content_type);
  if (!document.is_object() || document.size() != 1) return unreadable_reply(truncate_bytes(body, max_shown_bytes));
  const Json& answer = document.begin().value();
  CeleryReply reply{document.begin().key(), read_queues(answer), ""};
  if (!reply.queues) {
    const std::string error = string_member(answer, "error");
    reply.problem = fmt::format("does not report its queues ({})",
                                truncate_bytes(error.empty() ? to_text(answer) : error, max_shown_bytes));
  }
  return reply;
}

}  // namespace hale
