#include "core/condition.hpp"

#include "tests/fuzz/fuzz.hpp"

void hale::fuzz::fuzz_one(std::string_view text) {
  const Condition condition = parse_condition(text);
  check(condition.text == text);
  check(!condition.name.empty());
  const bool equality = condition.comparison == Comparison::equal || condition.comparison == Comparison::not_equal;
  const bool matching = condition.comparison == Comparison::matches || condition.comparison == Comparison::not_matches;
  check(condition.alternatives.empty() != equality);
  check(condition.pattern.has_value() == matching);
  if (condition.pattern) condition.pattern->found_in(text);
}
