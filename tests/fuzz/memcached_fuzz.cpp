#include "probes/memcached/text.hpp"
#include "tests/fuzz/fuzz.hpp"

/// The lines are the same whether the bytes arrive together or one by one, and a value has the size in its line.
void hale::fuzz::fuzz_one(std::string_view text) {
  MemcachedReader whole;
  MemcachedReader slow;
  whole.feed(text);
  std::size_t fed = 0;
  const auto next = [&](const auto& read) {
    auto piece = read(slow);
    for (; !piece && fed < text.size(); ++fed, piece = read(slow)) slow.feed(text.substr(fed, 1));
    return piece;
  };
  while (const auto line = whole.line()) {
    check(next([](MemcachedReader& reader) { return reader.line(); }) == line);
    check(!(is_memcached_error(*line) && parse_stat_line(*line)));
    const auto value = parse_value_line(*line);
    if (!value) continue;
    check(!value->key.empty());
    const auto block = whole.block(value->size);
    if (!block) return;
    check(block->size() == value->size);
    check(next([&](MemcachedReader& reader) { return reader.block(value->size); }) == block);
  }
}
