#pragma once

#include <optional>
#include <string_view>

namespace hale {

/// True for the name of a fact that is a version ("version", "json:/app/version", "json:/apiVersion"): 15.10 is then
/// newer than 15.9, not the number 15.1.
bool is_version_name(std::string_view name);

/// Below 0 when `a` is older than `b`, 0 when they are equal, above 0 when `a` is newer. Components are compared as
/// numbers; missing ones are 0. Text after the leading digits and dots ("15.6 (Debian)") is ignored. Nothing when one
/// of them does not begin with a digit.
std::optional<int> compare_versions(std::string_view a, std::string_view b);

/// True when `text` is a version within `bounds`, "15" or "15-16", both included.
bool version_between(std::string_view text, std::string_view bounds);

}  // namespace hale
