#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/observation.hpp"

namespace hale {

/// For every name with a JSON pointer among `names`, adds what stands there in the JSON text `body`:
/// * "json:/pointer": a text as it is, anything else as JSON; a number and a truth value become a measure as well;
/// * "json-length:/pointer": the measure of an array's elements, an object's members or a text's characters;
/// * "json-type:/pointer": object, array, string, number, boolean or null.
/// What is not there or has no length, or a body that is no JSON, adds nothing. Throws Unhealthy for a body that is
/// nested deeper than 200 levels.
void add_json_names(std::span<const std::string> names, std::string_view body, Observation& observation);

/// Throws UsageError when `name` is of one of these families, but without a JSON pointer (RFC 6901).
void check_json_name(std::string_view name);

}  // namespace hale
