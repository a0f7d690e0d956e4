#include "core/condition.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {
namespace {

// Longer signs first: "<=" would else be read as "<".
constexpr std::array<std::pair<std::string_view, Comparison>, 8> signs{{{"!=", Comparison::not_equal},
                                                                        {"!~", Comparison::not_matches},
                                                                        {"<=", Comparison::at_most},
                                                                        {">=", Comparison::at_least},
                                                                        {"=", Comparison::equal},
                                                                        {"~", Comparison::matches},
                                                                        {"<", Comparison::less},
                                                                        {">", Comparison::greater}}};

bool is_pointer_escape(std::string_view text, std::size_t at) {
  const bool pointer = text.starts_with("json:") || text.starts_with("json-length:") || text.starts_with("json-type:");
  return pointer && text[at] == '~' && at + 1 < text.size() && (text[at + 1] == '0' || text[at + 1] == '1');
}

[[noreturn]] void refuse(const Condition& condition, std::string_view why) {
  throw UsageError(fmt::format("{}: {}", sanitize(condition.text), why));
}

/// Tells a range of numbers from a text with dashes in it (2024-01-15): both sides of one dash must be numbers.
void parse_ends(Alternative& alternative, const Condition& condition) {
  const std::string_view text = alternative.text;
  for (std::size_t dash = text.find('-'); dash != std::string_view::npos; dash = text.find('-', dash + 1)) {
    const auto low = parse_quantity(text.substr(0, dash));
    const auto high = parse_quantity(text.substr(dash + 1));
    if (!low || !high) continue;
    const bool zero = low->value == 0 && low->unit == Unit::none;
    if (low->unit != high->unit && !zero)
      refuse(condition, "both ends of a range carry the same unit; write 10ms-20ms");
    if (low->value > high->value) {
      refuse(condition,
             fmt::format("a range runs from low to high; write {}-{}", text.substr(dash + 1), text.substr(0, dash)));
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
             fmt::format("a value is missing beside a comma; write {}~^$ for an empty text", sanitize(condition.name)));
    }
    const auto number = parse_quantity(text);
    Alternative& alternative = condition.alternatives.emplace_back(Alternative{std::string(text), number, number});
    if (!number) parse_ends(alternative, condition);
  }
}

/// Numbers between points: 7, 7.0.15.
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
        refuse(condition, fmt::format("{0} compares numbers and versions; write {1}{0}100", sign(condition.comparison),
                                      sanitize(condition.name)));
      }
  }
}

}  // namespace

std::string_view sign(Comparison comparison) {
  return std::find_if(signs.begin(), signs.end(), [&](const auto& s) { return s.second == comparison; })->first;
}

Condition parse_condition(std::string_view text) {
  if (trim(text).empty()) throw UsageError("an empty condition demands nothing; write NAME=VALUE, such as status=200");
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_pointer_escape(text, at)) continue;
    for (const auto& [spelling, comparison] : signs) {
      if (!text.substr(at).starts_with(spelling)) continue;
      Condition condition;
      condition.text = text;
      condition.name = trim(text.substr(0, at));
      condition.comparison = comparison;
      const std::string_view value = text.substr(at + spelling.size());
      condition.value = spelling.ends_with('~') ? value : trim(value);  // blanks mean something to an expression alone
      if (condition.name.empty()) {
        refuse(condition, fmt::format("what shall be compared? write NAME{}VALUE, such as status=200", spelling));
      }
      if (condition.value.empty()) {
        refuse(condition, fmt::format("compared with what? write {0}{1}VALUE, or {0}~^$ for an empty text",
                                      sanitize(condition.name), spelling));
      }
      parse_value(condition);
      return condition;
    }
  }
  throw UsageError(fmt::format("{0}: no condition; write NAME OP VALUE with one of = != ~ !~ < <= > >=, such as {0}=1",
                               sanitize(text)));
}

}  // namespace hale
