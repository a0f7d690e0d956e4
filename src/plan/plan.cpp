#include "plan/plan.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "base/unique_names.hpp"
#include "core/error.hpp"
#include "core/expectations.hpp"
#include "core/run_options.hpp"
#include "core/url.hpp"

namespace hale {
namespace {

using Kinds = std::span<const Kind* const>;

const Kind* kind_by_name(Kinds kinds, std::string_view name) {
  const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const Kind* kind) { return kind->name == name; });
  return found == kinds.end() ? nullptr : *found;
}

/// True when the address may hold a password: then no error repeats it.
bool may_hold_secret(std::string_view address) { return address.find_first_of("@?= \t\n") != std::string_view::npos; }

/// Throws: a path may be several things.
[[noreturn]] void refuse_path(Kinds kinds, const std::string& path) {
  std::vector<std::string> uses;
  for (const Kind* kind : kinds) {
    if (!kind->path_meaning.empty())
      uses.push_back(fmt::format("--{} {} for {}", kind->name, path, kind->path_meaning));
  }
  const std::vector<std::string_view> views(uses.begin(), uses.end());
  throw UsageError(fmt::format("{} has no scheme; use {}", path, join_with_or(views)));
}

/// Throws when a kind takes settings such as 'host=... dbname=...' in place of a URL.
void refuse_connection_string(Kinds kinds) {
  for (const Kind* kind : kinds) {
    for (const std::string_view syntax : kind->syntaxes) {
      if (syntax.starts_with('\'') && syntax.find('=') != std::string_view::npos)
        throw UsageError(fmt::format("a connection string has no scheme; use --{} {}", kind->name, syntax));
    }
  }
}

/// Throws: the address begins with no scheme, so that its kind is unknown.
[[noreturn]] void refuse_without_scheme(Kinds kinds, std::string_view address) {
  if (address.starts_with('/')) refuse_path(kinds, may_hold_secret(address) ? "/..." : shell_quote(sanitize(address)));
  if (address.find('=') != std::string_view::npos) refuse_connection_string(kinds);
  const std::string shown = may_hold_secret(address) ? "..." : sanitize(address);
  throw UsageError(fmt::format("{0} has no scheme; use http://{0} or tcp://{0}", shown));
}

/// The kind that has the scheme of a bare URL.
const Kind& kind_of_url(Kinds kinds, std::string_view address) {
  const std::string scheme = url_scheme(address);
  if (scheme.empty() || address.starts_with('/')) refuse_without_scheme(kinds, address);
  std::vector<std::string_view> schemes;
  for (const Kind* kind : kinds) {
    if (find_scheme(*kind, scheme) != nullptr) return *kind;
    for (const SchemeSpec& spec : kind->schemes) schemes.push_back(spec.name);
  }
  refuse_left_out(scheme);
  const std::string_view closest = closest_match(scheme, schemes);
  if (!closest.empty()) throw UsageError(fmt::format("unknown scheme {}://; did you mean {}://?", scheme, closest));
  throw UsageError(fmt::format("unknown scheme {}://; use {}", scheme, join_with_or(schemes)));
}

/// "--query 'select 1'", with the placeholder from help instead of a value that may be a secret.
std::string as_typed(const OptionSpec& spec, const OptionValue& given) {
  if (spec.value.empty()) return fmt::format("--{}", spec.name);
  return fmt::format("--{} {}", spec.name, spec.secret ? std::string(spec.value) : shell_quote(sanitize(given.value)));
}

/// The target as the user typed it, without an address that may hold a secret.
std::string as_typed(const ParsedTarget& parsed) {
  const bool showable = !may_hold_secret(parsed.address);
  const std::string scheme = url_scheme(parsed.address);
  const std::string address = showable         ? shell_quote(sanitize(parsed.address))
                              : scheme.empty() ? "..."
                                               : scheme + ":...";
  return parsed.kind.empty() ? address : fmt::format("--{} {}", parsed.kind, address);
}

/// Throws: --query is not for tcp targets. The error says which kind it is for, with the command line to use.
[[noreturn]] void refuse_option(Kinds kinds, const Kind& kind, const ParsedTarget& parsed, const OptionValue& given) {
  for (const Kind* other : kinds) {
    const OptionSpec* spec = find_option(other->options, given.option);
    if (spec == nullptr) continue;
    const std::size_t slashes = parsed.address.find("://");
    const bool showable = slashes != std::string::npos && !may_hold_secret(parsed.address);
    throw UsageError(fmt::format("--{0} is not for {1} targets; it is for {2}: hale --{2} {3}{4} {5}", given.option,
                                 kind.name, other->name, other->schemes.front().name,
                                 showable ? sanitize(parsed.address.substr(slashes)) : "://...",
                                 as_typed(*spec, given)));
  }
  throw UsageError(fmt::format("--{} is not for {} targets", given.option, kind.name));
}

/// Makes the names in reports unique: a second target of the same address gets a number.
void number_names(std::vector<Planned>& targets) {
  UniqueNames names(" (", ")");
  for (const Planned& planned : targets) {
    if (!planned.target.name.empty() && !names.reserve(planned.target.name)) {
      throw UsageError(fmt::format("--name {} is used for two targets; names must be unique",
                                   shell_quote(sanitize(planned.target.name))));
    }
  }
  for (Planned& planned : targets) {
    if (planned.target.name.empty()) planned.target.name = names.unique(planned.target.address);
  }
}

/// Builds the targets of one command, and notes which defaults at least one target used.
class TargetBuilder {
 public:
  TargetBuilder(const Command& command, Kinds kinds, const Environment& environment)
      : command_(command), kinds_(kinds), environment_(environment), default_used_(command.defaults.size(), false) {}

  Planned build(const ParsedTarget& parsed) {
    Target target;
    target.kind = parsed.kind.empty() ? &kind_of_url(kinds_, parsed.address) : kind_by_name(kinds_, parsed.kind);
    target.typed_address = parsed.address;
    for (std::size_t i = 0; i < command_.defaults.size(); ++i) {
      if (apply(target, command_.defaults[i], OptionOrigin::default_for_all)) default_used_[i] = true;
    }
    for (const OptionValue& given : parsed.options) {
      if (!apply(target, given, OptionOrigin::own)) refuse_option(kinds_, *target.kind, parsed, given);
    }
    try {
      std::unique_ptr<Probe> probe = target.kind->make(target, environment_);
      check_host(target);
      return Planned{std::move(target), std::move(probe)};
    } catch (const UsageError& error) {
      throw UsageError(fmt::format("{}: {}", as_typed(parsed), error.what()));
    }
  }

  /// Throws when a default made no sense for any of `targets`: it must be a mistake.
  void refuse_unused_defaults(std::span<const Planned> targets) const {
    for (std::size_t i = 0; i < default_used_.size(); ++i) {
      if (!default_used_[i]) refuse_unused(command_.defaults[i], targets);
    }
  }

 private:
  /// False when the option is not for this kind of target, or a default that makes no sense for it.
  static bool apply(Target& target, const OptionValue& given, OptionOrigin origin) {
    if (const OptionSpec* general = find_option(general_options(), given.option))
      return general->apply != nullptr && general->apply(target, given.value, origin);
    const OptionSpec* own = find_option(target.kind->options, given.option);
    if (own == nullptr) return false;
    target.options.push_back(given);
    if (!own->condition.empty()) {
      add_condition(target, fmt::format("--{}", given.option), std::string(own->condition) + given.value,
                    State::critical, OptionOrigin::own);
    }
    return true;
  }

  /// An --each-address for all targets is for those that have a host.
  static void check_host(Target& target) {
    if (!target.host.empty()) return;
    if (target.host_required) throw UsageError("--each-address needs a target with one host to resolve");
    target.each_address = false;
  }

  [[noreturn]] void refuse_unused(const OptionValue& given, std::span<const Planned> targets) const {
    if (const OptionSpec* general = find_option(general_options(), given.option)) {
      throw UsageError(fmt::format("{}: no target takes it: {}", as_typed(*general, given),
                                   closest_reason(*general, given, targets)));
    }
    std::vector<std::string_view> names;
    std::string typed;
    for (const Kind* kind : kinds_) {
      const OptionSpec* spec = find_option(kind->options, given.option);
      if (spec == nullptr) continue;
      names.push_back(kind->name);
      typed = as_typed(*spec, given);
    }
    throw UsageError(fmt::format("{}: no target takes it; it is for {} targets", typed, join_with_or(names)));
  }

  /// Why the option makes no sense for a target: for the first one whose reason proposes another name, else for the
  /// first one.
  static std::string closest_reason(const OptionSpec& general, const OptionValue& given,
                                    std::span<const Planned> targets) {
    std::string closest;
    for (const Planned& planned : targets) {
      Target target = planned.target;
      try {
        general.apply(target, given.value, OptionOrigin::own);
      } catch (const UsageError& error) {
        std::string reason = error.what();
        reason.erase(0, reason.find(' ') + 1);  // the option, "-w " or "--expect: ", is named already
        if (reason.find("did you mean") != std::string::npos) return reason;
        if (closest.empty()) closest = std::move(reason);
      }
    }
    return closest;
  }

  const Command& command_;
  Kinds kinds_;
  const Environment& environment_;
  std::vector<bool> default_used_;
};

}  // namespace

Plan make_plan(const Command& command, std::span<const Kind* const> kinds, const Environment& environment) {
  const RunOptions run = read_run_options(command.run);
  Plan plan;
  plan.output = plan_output(run, environment);
  plan.host = environment.host_name;
  plan.deadline = run.deadline;
  if (command.targets.empty())
    throw UsageError("no target; name what to check, such as hale http://localhost:8080/health");
  TargetBuilder builder(command, kinds, environment);
  for (const ParsedTarget& parsed : command.targets) plan.targets.push_back(builder.build(parsed));
  builder.refuse_unused_defaults(plan.targets);
  number_names(plan.targets);
  return plan;
}

}  // namespace hale
