#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/pattern.hpp"
#include "core/quantity.hpp"

namespace hale {

/// The operator of a condition.
enum class Comparison : std::uint8_t { equal, not_equal, matches, not_matches, less, at_most, greater, at_least };

/// One of the values that `=` and `!=` accept: `200`, `200-299` (ends included) or a text.
struct Alternative {
  std::string text;
  std::optional<Quantity> low;  ///< set when the text can be read as a number
  std::optional<Quantity> high;
};

/// A condition on a fact or a metric: NAME OP VALUE, as in `status=200-299,301`, `body~^ready`, `version>=7`.
struct Condition {
  std::string text;  ///< as typed
  std::string name;
  Comparison comparison = Comparison::equal;
  std::string value;                      ///< of = != < <= > >= without blanks around it
  std::vector<Alternative> alternatives;  ///< for = and !=
  std::optional<Pattern> pattern;         ///< for ~ and !~
  std::optional<Quantity> bound;          ///< for < <= > >=; nothing for a version such as 7.0.15

  /// True for != and !~.
  bool negated() const { return comparison == Comparison::not_equal || comparison == Comparison::not_matches; }
};

/// Parses NAME OP VALUE. Within a name that holds a JSON pointer (`json:`, `json-length:`, `json-type:`), `~0` and `~1`
/// are escapes (RFC 6901, section 3), not operators. Throws UsageError, which says what to use instead.
Condition parse_condition(std::string_view text);

/// The operator as typed: "<", ">=", "~", ...
std::string_view operator_text(Comparison comparison);

}  // namespace hale
