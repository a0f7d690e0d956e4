#include "core/kind.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {

const NameSpec* find_name(std::span<const NameSpec> names, std::string_view name) {
  const NameSpec* family = nullptr;
  for (const NameSpec& spec : names) {
    if (!spec.is_family()) {
      if (spec.name == name) return &spec;
      continue;
    }
    const std::string_view prefix = spec.name == "*" ? std::string_view() : spec.name;
    if (family == nullptr && name.starts_with(prefix) && name.size() > prefix.size()) family = &spec;
  }
  return family;
}

const SchemeSpec* find_scheme(const Kind& kind, std::string_view name) {
  const auto found = std::find_if(kind.schemes.begin(), kind.schemes.end(),
                                  [&](const SchemeSpec& scheme) { return scheme.name == name; });
  return found == kind.schemes.end() ? nullptr : &*found;
}

std::vector<std::string_view> scheme_names(const Kind& kind) {
  std::vector<std::string_view> names;
  for (const SchemeSpec& scheme : kind.schemes) names.push_back(scheme.name);
  return names;
}

std::string syntax_of(const Kind& kind) { return join_with_or(kind.syntaxes); }

void refuse_left_out(std::string_view name) {
  std::string_view left_out = HALE_KINDS_LEFT_OUT;  // NOLINT(readability-redundant-string-init): it may be empty
  while (!left_out.empty()) {
    const std::string_view kind = left_out.substr(0, left_out.find(' '));
    left_out.remove_prefix(std::min(kind.size() + 1, left_out.size()));
    // The schemes of a kind begin with its name: https, rediss, postgresql.
    if (!name.starts_with(kind)) continue;
    throw UsageError(fmt::format("this hale was built without {}; hale --help lists the kinds that it has", kind));
  }
}

}  // namespace hale
