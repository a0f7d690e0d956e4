#include "cli/options.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "base/text.hpp"

namespace hale {
namespace {

std::string_view unit_words(Unit unit) {
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

std::vector<const OptionSpec*> every_option(std::span<const Kind* const> kinds) {
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

std::vector<std::string> first_words(const OptionSpec& spec) {
  std::vector<std::string> words;
  if (spec.words == nullptr) return words;
  for (const WordSpec& one : spec.words()) words.push_back(one.word);
  return words;
}

std::vector<std::string_view> every_scheme(std::span<const Kind* const> kinds) {
  std::vector<std::string_view> all;
  for (const Kind* kind : kinds)
    for (const SchemeSpec& scheme : kind->schemes) all.push_back(scheme.name);
  return all;
}

std::string shown_name(const NameSpec& spec) {
  if (spec.name == "*") return std::string(spec.example.empty() ? "*" : spec.example);
  return std::string(spec.name).append(spec.example);
}

std::vector<NameSpec> every_metric(const Kind& kind) {
  std::vector<NameSpec> all(kind.metrics.begin(), kind.metrics.end());
  const auto is_time = [](const NameSpec& spec) { return spec.name == time_metric; };
  if (std::none_of(all.begin(), all.end(), is_time)) {
    all.insert(all.begin(), NameSpec{time_metric, "response time of the whole probe", Unit::seconds});
  }
  return all;
}

std::string metric_meaning(const NameSpec& spec) { return std::string(spec.meaning).append(unit_words(spec.unit)); }

}  // namespace hale
