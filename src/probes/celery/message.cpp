#include "probes/celery/message.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "core/error.hpp"
#include "probes/celery/pickle.hpp"
#include "probes/common/json_body.hpp"

namespace hale {
namespace {

using Json = nlohmann::json;

constexpr std::string_view json_type = "application/json";
constexpr std::string_view pickle_type = "application/x-python-serialize";
constexpr std::size_t shown_bytes = 120;

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// The text member `name` of an object; empty when there is none.
std::string member(const Json& object, const char* name) {
  if (!object.is_object()) return "";
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

Json member_object(const Json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto found = object.find(name);
  return found == object.end() ? Json() : *found;
}

CeleryReply unreadable(std::string_view what) {
  return CeleryReply{"", std::nullopt, fmt::format("an answer that cannot be read ({})", what)};
}

Json document_in(std::string_view body, std::string_view content_type) {
  return content_type == pickle_type ? read_pickle(body) : parse_json(body);
}

/// "[{"name": "celery", ...}]": what active_queues answers, null where a worker has lost its consumer.
std::optional<std::vector<std::string>> queues_in(const Json& answer) {
  if (answer.is_null()) return std::vector<std::string>();
  if (!answer.is_array()) return std::nullopt;
  std::vector<std::string> queues;
  for (const Json& queue : answer) {
    std::string name = member(queue, "name");
    if (!name.empty()) queues.push_back(std::move(name));
  }
  std::sort(queues.begin(), queues.end());
  queues.erase(std::unique(queues.begin(), queues.end()), queues.end());
  return queues;
}

/// RFC 4648, 4; nothing for what is not base64.
std::optional<std::string> base64_decoded(std::string_view text) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string bytes;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char digit : text) {
    const std::size_t value = digits.find(digit);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6U | static_cast<unsigned>(value)) & 0xFFFFU;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xFFU);
  }
  return bytes;
}

CeleryReply read_message(std::string_view message, std::string_view ticket) {
  const Json envelope = parse_json(message);
  if (!envelope.is_object()) return unreadable(truncate_bytes(message, shown_bytes));
  if (member(member_object(envelope, "headers"), "ticket") != ticket) return unreadable("to somebody else's question");
  const std::string body = member(envelope, "body");
  const std::string content_type = member(envelope, "content-type");
  if (member(member_object(envelope, "properties"), "body_encoding") != "base64")
    return read_celery_reply(body, content_type);
  const std::optional<std::string> bytes = base64_decoded(body);
  return bytes ? read_celery_reply(*bytes, content_type) : unreadable("its base64 is broken");
}

}  // namespace

std::string celery_command(const std::vector<std::string>& workers, std::string_view ticket,
                           std::string_view reply_queue) {
  Json destination;
  if (!workers.empty()) destination = workers;
  return text_of({{"method", "active_queues"},
                  {"arguments", Json::object()},
                  {"destination", destination},
                  {"pattern", nullptr},
                  {"matcher", nullptr},
                  {"ticket", ticket},
                  {"reply_to", {{"exchange", ""}, {"routing_key", reply_queue}}}});
}

std::string redis_message(std::string_view body, std::string_view exchange, std::string_view delivery_tag) {
  return text_of({{"body", body},
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
    return unreadable(unhealthy.what());
  }
}

CeleryReply read_celery_reply(std::string_view body, std::string_view content_type) {
  if (content_type != json_type && content_type != pickle_type)
    return unreadable(truncate_bytes(content_type, shown_bytes));
  const Json document = document_in(body, content_type);
  if (!document.is_object() || document.size() != 1) return unreadable(truncate_bytes(body, shown_bytes));
  const Json& answer = document.begin().value();
  CeleryReply reply{document.begin().key(), queues_in(answer), ""};
  if (!reply.queues) {
    const std::string error = member(answer, "error");
    reply.trouble = fmt::format("does not say what it consumes ({})",
                                truncate_bytes(error.empty() ? text_of(answer) : error, shown_bytes));
  }
  return reply;
}

}  // namespace hale
