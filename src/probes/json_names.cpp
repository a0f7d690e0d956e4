#include "probes/json_names.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/text.hpp"

namespace hale {
namespace {

using Json = nlohmann::json;

constexpr std::string_view family = "json:";

/// Deeper documents are refused: nlohmann frees and prints by recursion, and a stack is not for a peer to spend.
constexpr int depth_at_most = 200;

Json parse(std::string_view body) {
  const auto shallow_enough = [](int depth, Json::parse_event_t, Json&) {
    if (depth > depth_at_most)
      throw Unhealthy(fmt::format("the JSON body is nested deeper than {} levels", depth_at_most));
    return true;
  };
  return Json::parse(body, shallow_enough, false);
}

void add(const std::string& name, const Json& value, Observation& seen) {
  const std::string text =
      value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, Json::error_handler_t::replace);
  seen.facts.push_back(Fact{name, text});
  if (value.is_number()) seen.measures.push_back(Measure{name, Quantity{value.get<double>()}});
  if (value.is_boolean()) seen.measures.push_back(Measure{name, Quantity{value.get<bool>() ? 1.0 : 0.0}});
}

}  // namespace

void add_json_names(std::span<const std::string> names, std::string_view body, Observation& seen) {
  const auto wanted = [](const std::string& name) { return name.starts_with(family); };
  if (std::none_of(names.begin(), names.end(), wanted)) return;
  const Json document = parse(body);
  if (document.is_discarded()) return;
  for (const std::string& name : names) {
    const auto same = [&](const Fact& fact) { return fact.name == name; };
    if (!wanted(name) || std::any_of(seen.facts.begin(), seen.facts.end(), same)) continue;
    try {
      add(name, document.at(Json::json_pointer(name.substr(family.size()))), seen);
    } catch (const Json::exception&) {  // nothing stands there; contains() throws as well, for place 2^64 of a list
    }
  }
}

void check_json_name(std::string_view name) {
  if (!name.starts_with(family)) return;
  try {
    const Json::json_pointer pointer(std::string(name.substr(family.size())));
  } catch (const Json::exception&) {
    throw UsageError(fmt::format(
        "{}: no JSON pointer; write json:/queue/depth, with ~1 for a / and ~0 for a ~ in a name", harmless(name)));
  }
}

}  // namespace hale
