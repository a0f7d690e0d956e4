#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/observation.hpp"

namespace hale {

/// For every name with a JSON pointer (RFC 6901) among `names`, adds what the JSON text `body` has there:
/// * "json:/pointer": a fact, with a string as it is and any other value as JSON; a number or boolean is a metric too;
/// * "json-length:/pointer": a metric, the elements of an array, members of an object or characters of a string;
/// * "json-type:/pointer": a fact: object, array, string, number, boolean or null.
/// A pointer to nothing, a value without a length and a body that is not JSON add nothing. Throws Unhealthy for a body
/// that is nested deeper than 200 levels.
void add_json_names(std::span<const std::string> names, std::string_view body, Observation& observation);

/// Throws UsageError when `name` is of one of these families but has no valid JSON pointer.
void check_json_name(std::string_view name);

}  // namespace hale
