#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/kind.hpp"
#include "core/option.hpp"

// Lists made from the tables of options and kinds, for the parser and the documentation.
namespace hale {

/// The general options, then those of each kind. An option that several kinds have is listed once.
std::vector<const OptionSpec*> all_options(std::span<const Kind* const> kinds);

/// The values an option accepts; empty for a switch or a free value.
std::vector<std::string_view> choices(const OptionSpec& spec);

/// The prefixes an option's value must start with, such as "django:"; empty for a switch or a free value.
std::vector<std::string> value_prefixes(const OptionSpec& spec);

/// The URL schemes of all kinds.
std::vector<std::string_view> all_schemes(std::span<const Kind* const> kinds);

/// The kind's URL schemes with their default ports: "http (port 80), https (port 443)".
std::string scheme_list(const Kind& kind);

/// A name as shown in lists: "status", "header:NAME".
std::string display_name(const NameSpec& spec);

/// The metrics of the kind, including the response time.
std::vector<NameSpec> all_metrics(const Kind& kind);

/// The meaning and unit of a metric: "size of the body, in bytes".
std::string metric_meaning(const NameSpec& spec);

}  // namespace hale
