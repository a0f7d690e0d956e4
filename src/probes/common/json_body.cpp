#include "probes/common/json_body.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace hale {

using Json = nlohmann::json;

// nlohmann frees and prints by recursion, and a stack is not for a peer to spend.
constexpr int depth_at_most = 200;

Json parse_json(std::string_view body) {
  const auto shallow_enough = [](int depth, Json::parse_event_t, Json&) {
    if (depth > depth_at_most)
      throw Unhealthy(fmt::format("the JSON body is nested deeper than {} levels", depth_at_most));
    return true;
  };
  return Json::parse(body, shallow_enough, false);
}

}  // namespace hale
