#include "cli/options.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include <fmt/format.h>

#include "base/text.hpp"

namespace hale {
namespace {

std::string_view unit_suffix(Unit unit) {
  switch (unit) {
    case Unit::none: return "";
    case Unit::seconds: return ", in seconds";
    case Unit::bytes: return ", in bytes";
    case Unit::percent: return ", in per cent";
    case Unit::counter: return ", a counter";
  }
  return "";
}

}  // namespace

std::vector<const OptionSpec*> all_options(std::span<const Kind* const> kinds) {
  std::vector<const OptionSpec*> all;
  std::unordered_set<std::string_view> names;
  const auto add = [&](const OptionSpec& spec) {
    if (names.insert(spec.name).second) all.push_back(&spec);
  };
  for (const OptionSpec& spec : general_options()) add(spec);
  for (const Kind* kind : kinds) {
    for (const OptionSpec& spec : kind->options) add(spec);
  }
  return all;
}

std::vector<std::string_view> choices(const OptionSpec& spec) {
  if (spec.choices.empty()) return {};
  return split(spec.choices, '|');
}

std::vector<std::string> value_prefixes(const OptionSpec& spec) {
  std::vector<std::string> prefixes;
  if (spec.prefixes == nullptr) return prefixes;
  for (const ValuePrefix& prefix : spec.prefixes()) prefixes.push_back(prefix.text);
  return prefixes;
}

std::vector<std::string_view> all_schemes(std::span<const Kind* const> kinds) {
  std::vector<std::string_view> all;
  for (const Kind* kind : kinds)
    for (const SchemeSpec& scheme : kind->schemes) all.push_back(scheme.name);
  return all;
}

std::string scheme_list(const Kind& kind) {
  std::string list;
  for (const SchemeSpec& scheme : kind.schemes) {
    list += fmt::format("{}{}", list.empty() ? "" : ", ", scheme.name);
    if (scheme.default_port != 0) list += fmt::format(" (port {})", scheme.default_port);
  }
  return list;
}

std::string display_name(const NameSpec& spec) {
  if (spec.name == "*") return std::string(spec.example.empty() ? "*" : spec.example);
  return std::string(spec.name).append(spec.example);
}

std::vector<NameSpec> all_metrics(const Kind& kind) {
  std::vector<NameSpec> all(kind.metrics.begin(), kind.metrics.end());
  const auto is_time = [](const NameSpec& spec) { return spec.name == time_metric; };
  if (std::none_of(all.begin(), all.end(), is_time)) {
    all.insert(all.begin(), NameSpec{time_metric, "response time of the whole probe", Unit::seconds});
  }
  return all;
}

std::string metric_meaning(const NameSpec& spec) { return std::string(spec.meaning).append(unit_suffix(spec.unit)); }

}  // namespace hale
