#include "base/text.hpp"
#include "probes/memcached/text.hpp"
#include "tests/fuzz/fuzz.hpp"

/// A line is one kind of answer only, and a value's size has a limit.
void hale::fuzz::fuzz_one(std::string_view text) {
  for (const std::string_view line : split(text, '\n')) {
    const auto stat = parse_stat_line(line);
    const auto value = parse_value_line(line);
    check(is_memcached_error(line) + stat.has_value() + value.has_value() <= 1);
    if (stat) check(!stat->first.empty());
    if (value) check(!value->key.empty() && value->size <= 1048576);
  }
}
