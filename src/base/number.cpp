#include "base/number.hpp"

#include <cmath>

namespace hale {

std::optional<double> parse_number(std::string_view text) {
  // std::from_chars() takes no plus sign.
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stopped_at, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stopped_at == end && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

}  // namespace hale
