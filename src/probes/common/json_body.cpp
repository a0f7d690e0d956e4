#include "probes/common/json_body.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace hale {

using Json = nlohmann::json;

// nlohmann::json destroys and prints values recursively, so a deeply nested body could overflow the stack.
constexpr int max_depth = 200;

Json parse_json(std::string_view body) {
  const auto check_depth = [](int depth, Json::parse_event_t, Json&) {
    if (depth > max_depth) throw Unhealthy(fmt::format("the JSON body is nested deeper than {} levels", max_depth));
    return true;
  };
  return Json::parse(body, check_depth, false);
}

}  // namespace hale
