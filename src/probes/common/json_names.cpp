#include "probes/common/json_names.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "core/error.hpp"
#include "probes/common/json_body.hpp"

namespace hale {
namespace {

using Json = nlohmann::json;

constexpr std::string_view value_family = "json:";
constexpr std::string_view length_family = "json-length:";
constexpr std::string_view type_family = "json-type:";

/// The family that `name` belongs to; empty when it belongs to none of these.
std::string_view family_of(std::string_view name) {
  for (const std::string_view family : {value_family, length_family, type_family}) {
    if (name.starts_with(family)) return family;
  }
  return {};
}

void add_value(const std::string& name, const Json& value, Observation& observation) {
  const std::string text =
      value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, Json::error_handler_t::replace);
  observation.facts.push_back(Fact{name, text});
  if (value.is_number()) observation.metrics.push_back(Metric{name, Quantity{value.get<double>()}});
  if (value.is_boolean()) observation.metrics.push_back(Metric{name, Quantity{value.get<bool>() ? 1.0 : 0.0}});
}

std::size_t count_characters(std::string_view utf8) {
  const auto begins_character = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; };
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), begins_character));
}

void add_length(const std::string& name, const Json& value, Observation& observation) {
  if (!value.is_structured() && !value.is_string()) return;
  const std::size_t length = value.is_string() ? count_characters(value.get_ref<const std::string&>()) : value.size();
  observation.metrics.push_back(Metric{name, Quantity{static_cast<double>(length)}});
}

/// Throws Json::exception when the document has nothing there.
void add_name(const std::string& name, const Json& document, Observation& observation) {
  const std::string_view family = family_of(name);
  const Json& value = document.at(Json::json_pointer(name.substr(family.size())));
  if (family == value_family) add_value(name, value, observation);
  if (family == length_family) add_length(name, value, observation);
  if (family == type_family) observation.facts.push_back(Fact{name, value.type_name()});
}

}  // namespace

void add_json_names(std::span<const std::string> names, std::string_view body, Observation& observation) {
  const auto is_json_name = [](const std::string& name) { return !family_of(name).empty(); };
  if (std::none_of(names.begin(), names.end(), is_json_name)) return;
  const Json document = parse_json(body);
  if (document.is_discarded()) return;
  for (auto name = names.begin(); name != names.end(); ++name) {
    if (!is_json_name(*name) || std::find(names.begin(), name, *name) != name) continue;
    try {
      add_name(*name, document, observation);
    } catch (const Json::exception&) {  // nothing there; contains() is no help, as it throws for the array index 2^64
    }
  }
}

void check_json_name(std::string_view name) {
  const std::string_view family = family_of(name);
  if (family.empty()) return;
  try {
    const Json::json_pointer pointer(std::string(name.substr(family.size())));
  } catch (const Json::exception&) {
    throw UsageError(fmt::format("{}: not a JSON pointer; use {}/queue/depth, with ~1 for a / and ~0 for a ~ in a name",
                                 sanitize(name), family));
  }
}

}  // namespace hale
