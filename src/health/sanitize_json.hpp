#pragma once

#include <string>
#include <string_view>

namespace hale::health {

/// Makes `text` acceptable to nlohmann's strict parser, as R3 requires: invalid UTF-8 and lone surrogates in strings
/// become U+FFFD, NaN, Infinity and -Infinity become 0, and long numbers are shortened until they fit a double. Never
/// makes other invalid JSON valid.
std::string sanitize_json(std::string_view text);

}  // namespace hale::health
