#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hale {

/// The reply of one worker (celery/worker/control.py, active_queues).
struct CeleryReply {
  std::string worker{};                              ///< the name of its node; empty when the reply is unreadable
  std::optional<std::vector<std::string>> queues{};  ///< that it consumes, sorted; nothing when it does not report them
  std::string problem{};                             ///< why `queues` is nothing, for people

  bool operator==(const CeleryReply&) const = default;
};

/// The body, as JSON, of a control command (kombu/pidbox.py) that asks `workers`, or all workers when it is empty,
/// which queues they consume. Every worker sends its reply to `reply_queue` by the default exchange, with `ticket` in
/// the headers.
std::string celery_command(const std::vector<std::string>& workers, std::string_view ticket,
                           std::string_view reply_queue);

/// `body` in the envelope of a message in Redis (kombu/transport/virtual/base.py), for `exchange`. It needs a delivery
/// tag: a worker shuts down when it receives a message without one.
std::string redis_message(std::string_view body, std::string_view exchange, std::string_view delivery_tag);

/// Reads the envelope and the reply in it. Never throws: a message that is invalid, or that has another ticket, becomes
/// a reply without a worker's name.
CeleryReply read_redis_message(std::string_view message, std::string_view ticket);

/// Reads a reply, JSON or a pickle. Pickles are read as data and never executed. A body that is not a reply becomes one
/// without a worker's name. Throws Unhealthy for JSON that is nested too deeply.
CeleryReply read_celery_reply(std::string_view body, std::string_view content_type);

}  // namespace hale
