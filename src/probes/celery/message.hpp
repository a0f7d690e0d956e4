#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hale {

/// What one worker answers (celery/worker/control.py, active_queues).
struct CeleryReply {
  std::string worker{};                              ///< its node name; empty when the answer cannot be read
  std::optional<std::vector<std::string>> queues{};  ///< that it consumes, sorted; nothing when it does not say
  std::string trouble{};                             ///< why it does not say

  bool operator==(const CeleryReply&) const = default;
};

/// The body of a control command (kombu/pidbox.py) that asks workers which queues they consume, and so whether they are
/// there. Each sends its answer to `reply_queue` by the default exchange, with `ticket` in the headers. JSON.
std::string celery_command(const std::vector<std::string>& workers, std::string_view ticket,
                           std::string_view reply_queue);

/// `body` as a message in Redis (kombu/transport/virtual/base.py), sent to `exchange`. It has a delivery tag: a worker
/// shuts down at a message without one.
std::string redis_message(std::string_view body, std::string_view exchange, std::string_view delivery_tag);

/// The answer in a message of Redis, be it JSON or a pickle within, of a worker that was asked with `ticket`; one
/// without a worker's name for anything else.
CeleryReply read_redis_message(std::string_view message, std::string_view ticket);

/// The answer in a message's body. Pickles are read as data, never as the programs that they are.
CeleryReply read_celery_reply(std::string_view body, std::string_view content_type);

}  // namespace hale
