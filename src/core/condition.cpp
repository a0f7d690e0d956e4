#include "core/condition.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {
namespace {

struct Operator {
  std::string_view text;
  Comparison comparison;
};

// Longer operators first: "<=" would otherwise be read as "<".
constexpr auto operators = std::to_array<Operator>({{"!=", Comparison::not_equal},
                                                    {"!~", Comparison::not_matches},
                                                    {"<=", Comparison::at_most},
                                                    {">=", Comparison::at_least},
                                                    {"=", Comparison::equal},
                                                    {"~", Comparison::matches},
                                                    {"<", Comparison::less},
                                                    {">", Comparison::greater}});

bool is_pointer_escape(std::string_view text, std::size_t at) {
  const bool pointer = text.starts_with("json:") || text.starts_with("json-length:") || text.starts_with("json-type:");
  return pointer && text[at] == '~' && at + 1 < text.size() && (text[at + 1] == '0' || text[at + 1] == '1');
}

[[noreturn]] void refuse(const Condition& condition, std::string_view why) {
  throw UsageError(fmt::format("{}: {}", sanitize(condition.text), why));
}

/// Reads a range of numbers. A text may contain dashes, too (2024-01-15): in a range both sides of one dash are
/// numbers.
void parse_bounds(Alternative& alternative, const Condition& condition) {
  const std::string_view text = alternative.text;
  for (std::size_t dash = text.find('-'); dash != std::string_view::npos; dash = text.find('-', dash + 1)) {
    const auto low = parse_quantity(text.substr(0, dash));
    const auto high = parse_quantity(text.substr(dash + 1));
    if (!low || !high) continue;
    const bool zero = low->value == 0 && low->unit == Unit::none;
    if (low->unit != high->unit && !zero)
      refuse(condition, "both ends of a range must have the same unit; use 10ms-20ms");
    if (low->value > high->value) {
      refuse(condition,
             fmt::format("a range goes from low to high; use {}-{}", text.substr(dash + 1), text.substr(0, dash)));
    }
    alternative.low = low;
    alternative.high = high;
    return;
  }
}

void parse_alternatives(Condition& condition) {
  for (const std::string_view piece : split(condition.value, ',')) {
    const std::string_view text = trim(piece);
    if (text.empty()) {
      refuse(condition,
             fmt::format("missing value next to a comma; use {}~^$ for an empty text", sanitize(condition.name)));
    }
    const auto number = parse_quantity(text);
    Alternative& alternative = condition.alternatives.emplace_back(Alternative{std::string(text), number, number});
    if (!number) parse_bounds(alternative, condition);
  }
}

/// Numbers separated by points: 7, 7.0.15.
bool is_version(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, '.');
  return std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
    return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
  });
}

void parse_value(Condition& condition) {
  switch (condition.comparison) {
    case Comparison::equal:
    case Comparison::not_equal: parse_alternatives(condition); break;
    case Comparison::matches:
    case Comparison::not_matches: condition.pattern.emplace(condition.value); break;
    default:
      condition.bound = parse_quantity(condition.value);
      if (!condition.bound && !is_version(condition.value)) {
        refuse(condition, fmt::format("{0} compares numbers and versions; use {1}{0}100",
                                      operator_text(condition.comparison), sanitize(condition.name)));
      }
  }
}

}  // namespace

std::string_view operator_text(Comparison comparison) {
  const auto found = std::find_if(operators.begin(), operators.end(),
                                  [&](const Operator& one) { return one.comparison == comparison; });
  return found->text;
}

Condition parse_condition(std::string_view text) {
  if (trim(text).empty()) throw UsageError("empty condition; use NAME=VALUE, such as status=200");
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_pointer_escape(text, at)) continue;
    for (const Operator& found : operators) {
      if (!text.substr(at).starts_with(found.text)) continue;
      Condition condition;
      condition.text = text;
      condition.name = trim(text.substr(0, at));
      condition.comparison = found.comparison;
      const std::string_view value = text.substr(at + found.text.size());
      condition.value = found.text.ends_with('~') ? value : trim(value);  // blanks are significant in an expression
      if (condition.name.empty()) {
        refuse(condition, fmt::format("missing name before \"{0}\"; use NAME{0}VALUE, such as status=200", found.text));
      }
      if (condition.value.empty()) {
        refuse(condition, fmt::format("missing value after \"{1}\"; use {0}{1}VALUE, or {0}~^$ for an empty text",
                                      sanitize(condition.name), found.text));
      }
      parse_value(condition);
      return condition;
    }
  }
  throw UsageError(fmt::format("{0}: not a condition; use NAME OP VALUE with one of = != ~ !~ < <= > >=, such as {0}=1",
                               sanitize(text)));
}

}  // namespace hale
