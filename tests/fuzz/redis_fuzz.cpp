#include "probes/redis/resp.hpp"
#include "tests/fuzz/fuzz.hpp"

/// The replies are the same whether the bytes arrive together or one by one.
void hale::fuzz::fuzz_one(std::string_view text) {
  RedisReader whole;
  RedisReader slow;
  whole.feed(text);
  std::size_t fed = 0;
  for (;;) {
    const std::optional<RedisReply> expected = whole.next();
    if (!expected) return;
    std::optional<RedisReply> reply = slow.next();
    for (; !reply && fed < text.size(); ++fed, reply = slow.next()) slow.feed(text.substr(fed, 1));
    check(reply && reply->type == expected->type && reply->text == expected->text);
  }
}
