#include "probes/redis/resp.hpp"
#include "tests/fuzz/fuzz.hpp"

/// The same replies come out whether the bytes come at once or one by one.
void hale::fuzz::look_at(std::string_view text) {
  RedisReader whole;
  RedisReader slow;
  whole.feed(text);
  std::size_t fed = 0;
  for (;;) {
    const std::optional<RedisReply> expected = whole.next();
    if (!expected) return;
    std::optional<RedisReply> reply = slow.next();
    for (; !reply && fed < text.size(); ++fed, reply = slow.next()) slow.feed(text.substr(fed, 1));
    hold(reply && reply->type == expected->type && reply->text == expected->text);
  }
}
