#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/kind.hpp"
#include "core/option.hpp"

namespace hale {

/// The general options, then every kind's own; an option that several kinds have comes once.
std::vector<const OptionSpec*> every_option(std::span<const Kind* const> kinds);

/// The words an option takes; empty when it is open or a switch.
std::vector<std::string_view> choices(const OptionSpec& spec);

/// The words that an option's value may begin with; empty when it is open or a switch.
std::vector<std::string> first_words(const OptionSpec& spec);

/// The URL schemes of every kind.
std::vector<std::string_view> every_scheme(std::span<const Kind* const> kinds);

/// How a name is written in lists: "status", "header:NAME".
std::string shown_name(const NameSpec& spec);

/// The kind's measures, the response time among them.
std::vector<NameSpec> every_metric(const Kind& kind);

/// What a measure means and its unit: "size of the body, in bytes".
std::string metric_meaning(const NameSpec& spec);

}  // namespace hale
