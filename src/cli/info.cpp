#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/cli.hpp"
#include "cli/documents.hpp"
#include "cli/options.hpp"
#include "core/error.hpp"
#include "core/url.hpp"

namespace hale {
namespace {

const OptionValue* find_run_option(const Command& command, std::string_view name) {
  const auto found = std::find_if(command.run.begin(), command.run.end(),
                                  [&](const OptionValue& option) { return option.option == name; });
  return found == command.run.end() ? nullptr : &*found;
}

/// The kind named by `topic`: its name, one of its schemes or a whole URL. The error does not repeat a URL, because it
/// may contain a secret.
const Kind& find_kind(std::string_view topic, std::span<const Kind* const> kinds) {
  const std::string scheme = url_scheme(topic);
  const std::string name = scheme.empty() ? lower(topic) : scheme;
  std::vector<std::string_view> names;
  for (const Kind* kind : kinds) {
    names.push_back(kind->name);
    for (const SchemeSpec& spec : kind->schemes) names.push_back(spec.name);
    if (std::find(names.begin(), names.end(), name) != names.end()) return *kind;
  }
  refuse_left_out(name);
  const std::string shown = truncate_bytes(sanitize(name.substr(0, name.find_first_of(":@/?"))), 40);
  if (const std::string_view meant = closest_match(shown, names); !meant.empty()) {
    throw UsageError(fmt::format("there is no kind {0}; did you mean hale --help {1}?", shown, meant));
  }
  std::vector<std::string_view> kind_names;
  for (const Kind* kind : kinds) kind_names.push_back(kind->name);
  throw UsageError(fmt::format("there is no kind {}; use hale --help with {}", shown, join_with_or(kind_names)));
}

std::string render_requested_help(const Command& command, std::span<const Kind* const> kinds) {
  if (command.targets.empty()) return render_help(kinds);
  std::string text;
  for (const ParsedTarget& topic : command.targets) {
    const Kind& kind = find_kind(topic.kind.empty() ? topic.address : topic.kind, kinds);
    text += (text.empty() ? "" : "\n\n") + render_kind_help(kind);
  }
  return text;
}

}  // namespace

std::optional<std::string> render_info(const Command& command, std::span<const Kind* const> kinds,
                                       std::vector<std::string> (*libraries)(std::span<const Kind* const> kinds)) {
  if (find_run_option(command, "help") != nullptr) return render_requested_help(command, kinds);
  if (find_run_option(command, "version") != nullptr) return render_version(libraries(kinds));
  if (find_run_option(command, "manual") != nullptr) return render_manual(kinds);
  if (const OptionValue* completion = find_run_option(command, "completion"))
    return render_completion(completion->value, kinds);
  return std::nullopt;
}

}  // namespace hale
