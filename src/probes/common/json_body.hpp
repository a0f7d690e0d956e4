#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

namespace hale {

/// `body` as JSON; a discarded value when it is none. Throws Unhealthy when it is nested deeper than 200 levels.
nlohmann::json parse_json(std::string_view body);

}  // namespace hale
