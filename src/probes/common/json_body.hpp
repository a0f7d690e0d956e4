#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

namespace hale {

/// Parses `body` as JSON. The result is_discarded() when it is not JSON. Throws Unhealthy when it is nested deeper than
/// 200 levels.
nlohmann::json parse_json(std::string_view body);

}  // namespace hale
