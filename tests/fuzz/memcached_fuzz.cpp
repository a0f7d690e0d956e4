#include "probes/memcached/text.hpp"
#include "tests/fuzz/fuzz.hpp"

/// The same lines come out whether the bytes come at once or one by one; a value is never longer than its line says.
void hale::fuzz::look_at(std::string_view text) {
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
    hold(next([](MemcachedReader& reader) { return reader.line(); }) == line);
    hold(!(is_memcached_error(*line) && read_stat_line(*line)));
    const auto value = read_value_line(*line);
    if (!value) continue;
    hold(!value->key.empty());
    const auto block = whole.block(value->size);
    if (!block) return;
    hold(block->size() == value->size);
    hold(next([&](MemcachedReader& reader) { return reader.block(value->size); }) == block);
  }
}
