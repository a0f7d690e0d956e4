#include "core/condition.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/text.hpp"

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
  return text.starts_with("json:") && text[at] == '~' && at + 1 < text.size() &&
         (text[at + 1] == '0' || text[at + 1] == '1');
}

Alternative parse_alternative(std::string_view text) {
  Alternative alternative{std::string(text), parse_quantity(text), std::nullopt};
  if (alternative.low) {
    alternative.high = alternative.low;
    return alternative;
  }
  // A leading sign or an exponent's sign is no range: the dash stands between two numbers.
  for (std::size_t dash = text.find('-', 1); dash != std::string_view::npos; dash = text.find('-', dash + 1)) {
    const auto low = parse_quantity(text.substr(0, dash));
    const auto high = parse_quantity(text.substr(dash + 1));
    if (!low || !high) continue;
    if (low->value > high->value) {
      throw UsageError(fmt::format("{0}-{1}: a range runs from low to high; write {1}-{0}", text.substr(0, dash),
                                   text.substr(dash + 1)));
    }
    alternative.low = low;
    alternative.high = high;
    break;
  }
  return alternative;
}

bool is_version(std::string_view text) {
  return !text.empty() && text.front() >= '0' && text.front() <= '9' &&
         text.find_first_not_of("0123456789.") == std::string_view::npos;
}

void parse_value(Condition& condition) {
  switch (condition.comparison) {
    case Comparison::equal:
    case Comparison::not_equal:
      for (const std::string_view piece : split(condition.value, ','))
        condition.alternatives.push_back(parse_alternative(piece));
      break;
    case Comparison::matches:
    case Comparison::not_matches: condition.pattern.emplace(condition.value); break;
    default:
      condition.bound = parse_quantity(condition.value);
      if (!condition.bound && !is_version(condition.value)) {
        throw UsageError(fmt::format("{}: {} compares numbers and versions; write {}{}100", condition.text,
                                     sign(condition.comparison), condition.name, sign(condition.comparison)));
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
      condition.text = harmless(text);
      condition.name = trim(text.substr(0, at));
      condition.comparison = comparison;
      condition.value = text.substr(at + spelling.size());
      if (condition.name.empty())
        throw UsageError(fmt::format("{0}: what shall be compared? write NAME{0}, such as status=200", condition.text));
      if (condition.value.empty()) {
        throw UsageError(fmt::format("{}: compared with what? write {}{}VALUE, or {}~^$ for an empty text",
                                     condition.text, condition.name, spelling, condition.name));
      }
      parse_value(condition);
      return condition;
    }
  }
  throw UsageError(fmt::format("{0}: no condition; write NAME OP VALUE with one of = != ~ !~ < <= > >=, such as {0}=1",
                               harmless(text)));
}

}  // namespace hale
