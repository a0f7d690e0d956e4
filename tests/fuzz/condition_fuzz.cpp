#include "core/condition.hpp"

#include "tests/fuzz/fuzz.hpp"

void hale::fuzz::look_at(std::string_view text) {
  const Condition condition = parse_condition(text);
  hold(condition.text == text);
  hold(!condition.name.empty());
  const bool equality = condition.comparison == Comparison::equal || condition.comparison == Comparison::not_equal;
  const bool matching = condition.comparison == Comparison::matches || condition.comparison == Comparison::not_matches;
  hold(condition.alternatives.empty() != equality);
  hold(condition.pattern.has_value() == matching);
  if (condition.pattern) condition.pattern->found_in(text);
}
