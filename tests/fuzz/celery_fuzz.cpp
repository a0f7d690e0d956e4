#include "probes/celery/message.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

/// A reply has either queues or a problem.
void check_reply(const hale::CeleryReply& reply) {
  hale::fuzz::check(reply.queues.has_value() == reply.problem.empty());
  if (!reply.queues) return;
  for (const std::string& queue : *reply.queues) hale::fuzz::check(!queue.empty());
}

}  // namespace

/// Reads a message in Redis, and a message body as JSON and as a pickle.
void hale::fuzz::fuzz_one(std::string_view text) {
  check_reply(read_redis_message(text, "T"));
  check_reply(read_celery_reply(text, "application/json"));
  check_reply(read_celery_reply(text, "application/x-python-serialize"));
}
