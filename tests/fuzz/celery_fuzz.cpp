#include "probes/celery/message.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

/// Whoever says nothing of his queues says why.
void look_at_reply(const hale::CeleryReply& reply) {
  hale::fuzz::hold(reply.queues.has_value() == reply.trouble.empty());
  if (!reply.queues) return;
  for (const std::string& queue : *reply.queues) hale::fuzz::hold(!queue.empty());
}

}  // namespace

/// A message in Redis, and the body of one, as JSON and as a pickle.
void hale::fuzz::look_at(std::string_view text) {
  look_at_reply(read_redis_message(text, "T"));
  look_at_reply(read_celery_reply(text, "application/json"));
  look_at_reply(read_celery_reply(text, "application/x-python-serialize"));
}
