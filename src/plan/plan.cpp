#include "plan/plan.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "base/unique_names.hpp"
#include "core/error.hpp"
#include "core/url.hpp"
#include "plan/expectations.hpp"

namespace hale {
namespace {

using Kinds = std::span<const Kind* const>;

const Kind* kind_by_name(Kinds kinds, std::string_view name) {
  const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const Kind* kind) { return kind->name == name; });
  return found == kinds.end() ? nullptr : *found;
}

/// True when the words may hold a password: then no error repeats them.
bool may_hold_secret(std::string_view address) { return address.find_first_of("@?= \t\n") != std::string_view::npos; }

/// The kind that a bare URL's scheme names.
const Kind& kind_of_url(Kinds kinds, std::string_view address) {
  const std::string scheme = url_scheme(address);
  if (address.starts_with('/')) {
    const std::string shown = may_hold_secret(address) ? "/..." : shell_quote(sanitize(address));
    throw UsageError(fmt::format("{0} has no kind; write --exec {0} for a command, --redis {0} for a socket", shown));
  }
  if (scheme.empty() && address.find('=') != std::string_view::npos) {
    throw UsageError("a connection string has no kind; write --postgres 'host=... dbname=...'");
  }
  if (scheme.empty()) {
    const std::string shown = may_hold_secret(address) ? "..." : sanitize(address);
    throw UsageError(fmt::format("{0} has no kind; write http://{0} or tcp://{0}", shown));
  }
  std::vector<std::string_view> known;
  for (const Kind* kind : kinds) {
    if (find_scheme(*kind, scheme) != nullptr) return *kind;
    for (const SchemeSpec& one : kind->schemes) known.push_back(one.name);
  }
  refuse_left_out(scheme);
  const std::string_view meant = closest_match(scheme, known);
  if (!meant.empty())
    throw UsageError(fmt::format("there is no kind of target for {}://; did you mean {}://?", scheme, meant));
  throw UsageError(fmt::format("there is no kind of target for {}://; write {}", scheme, join_with_or(known)));
}

const OptionSpec* find_option(std::span<const OptionSpec> options, std::string_view name) {
  const auto found =
      std::find_if(options.begin(), options.end(), [&](const OptionSpec& spec) { return spec.name == name; });
  return found == options.end() ? nullptr : &*found;
}

bool is_general(std::string_view option) { return find_option(general_options(), option) != nullptr; }

/// "--query 'select 1'", with what stands for the value in help when it may be a secret.
std::string as_typed(const OptionSpec& spec, const OptionValue& given) {
  if (spec.value.empty()) return fmt::format("--{}", spec.name);
  return fmt::format("--{} {}", spec.name, spec.secret ? std::string(spec.value) : shell_quote(sanitize(given.value)));
}

/// The target as the user typed it, but for what may be a secret.
std::string as_typed(const ParsedTarget& words) {
  const bool showable = !may_hold_secret(words.address);
  const std::string scheme = url_scheme(words.address);
  const std::string address = showable         ? shell_quote(sanitize(words.address))
                              : scheme.empty() ? "..."
                                               : scheme + ":...";
  return words.kind.empty() ? address : fmt::format("--{} {}", words.kind, address);
}

/// --query is not for tcp targets: says for which, with the line to write.
[[noreturn]] void refuse_option(Kinds kinds, const Kind& kind, const ParsedTarget& words, const OptionValue& given) {
  for (const Kind* other : kinds) {
    const OptionSpec* spec = find_option(other->options, given.option);
    if (spec == nullptr) continue;
    const std::size_t slashes = words.address.find("://");
    const bool showable = slashes != std::string::npos && !may_hold_secret(words.address);
    throw UsageError(fmt::format("--{0} is not for {1} targets; it is for {2}: hale --{2} {3}{4} {5}", given.option,
                                 kind.name, other->name, other->schemes.front().name,
                                 showable ? sanitize(words.address.substr(slashes)) : "://...",
                                 as_typed(*spec, given)));
  }
  throw UsageError(fmt::format("--{} is not for {} targets", given.option, kind.name));
}

/// -t DUR[:STATE]
void set_timeout(Target& target, std::string_view value) {
  const std::size_t colon = value.find(':');
  const auto duration = parse_duration(value.substr(0, colon));
  if (!duration)
    throw UsageError(
        fmt::format("-t {}: no length of time above zero; write 5s, 500ms or 5s:unknown", sanitize(value)));
  target.timeout = *duration;
  target.timeout_state = State::critical;
  if (colon == std::string_view::npos) return;
  const auto state = parse_state(value.substr(colon + 1));
  if (!state)
    throw UsageError(fmt::format("-t {}: behind the colon stands ok, warning, critical or unknown", sanitize(value)));
  target.timeout_state = *state;
}

/// What one of the options that every target has means.
void apply_general(Target& target, const OptionValue& given) {
  if (given.option == "timeout") {
    set_timeout(target, given.value);
  } else if (given.option == "name") {
    if (trim(given.value).empty()) throw UsageError("--name is empty; write --name db");
    target.name = trim(given.value);
  } else if (given.option == "ipv4") {
    target.family = Family::ipv4;
  } else if (given.option == "ipv6") {
    target.family = Family::ipv6;
  } else if (given.option == "each-address") {
    target.each_address = true;
  }
}

bool is_expectation(std::string_view option) {
  constexpr std::array<std::string_view, 4> expectations{"warning", "critical", "expect", "prefer"};
  return std::find(expectations.begin(), expectations.end(), option) != expectations.end();
}

/// Names shown in reports are told apart: a second target of the same address gets a number.
void number_names(std::vector<Planned>& targets) {
  UniqueNames names(" (", ")");
  for (const Planned& planned : targets) {
    if (!planned.target.name.empty() && !names.reserve(planned.target.name)) {
      throw UsageError(fmt::format("--name {0} is given to two targets; give each a name of its own",
                                   shell_quote(sanitize(planned.target.name))));
    }
  }
  for (Planned& planned : targets) {
    if (planned.target.name.empty()) planned.target.name = names.take(planned.target.address);
  }
}

/// Makes the targets of one command, counting which defaults found a taker.
class TargetBuilder {
 public:
  TargetBuilder(const Command& command, Kinds kinds, const Environment& environment)
      : command_(command), kinds_(kinds), environment_(environment), taken_(command.defaults.size(), false) {}

  Planned make(const ParsedTarget& words) {
    Target target;
    target.kind = words.kind.empty() ? &kind_of_url(kinds_, words.address) : kind_by_name(kinds_, words.kind);
    target.typed_address = words.address;
    for (std::size_t i = 0; i < command_.defaults.size(); ++i)
      taken_[i] = apply_default(target, command_.defaults[i]) || taken_[i];
    for (const OptionValue& given : words.options) apply_own(target, words, given);
    try {
      std::unique_ptr<Probe> probe = target.kind->make(target, environment_);
      check_host(target, words);
      return Planned{std::move(target), std::move(probe)};
    } catch (const UsageError& error) {
      throw UsageError(fmt::format("{}: {}", as_typed(words), error.what()));
    }
  }

  /// A default that no target could take was meant for something: better said than lost.
  void refuse_lost_defaults() const {
    for (std::size_t i = 0; i < taken_.size(); ++i) {
      if (taken_[i]) continue;
      const OptionValue& lost = command_.defaults[i];
      throw UsageError(
          fmt::format("{} stands before the targets, but none of them can take it", as_typed(*spec_of(lost), lost)));
    }
  }

 private:
  /// The parser knows no option that is not some kind's or general.
  const OptionSpec* spec_of(const OptionValue& given) const {
    for (const Kind* kind : kinds_) {
      if (const OptionSpec* spec = find_option(kind->options, given.option)) return spec;
    }
    return find_option(general_options(), given.option);
  }

  bool apply_default(Target& target, const OptionValue& given) {
    if (given.option == "name") throw UsageError("--name belongs to one target; write it behind that target");
    if (is_expectation(given.option)) return add_expectation(target, given, ExpectationOrigin::default_for_all);
    if (is_general(given.option)) {
      apply_general(target, given);
      return true;
    }
    if (find_option(target.kind->options, given.option) == nullptr) return false;
    add_kind_option(target, given);
    return true;
  }

  void apply_own(Target& target, const ParsedTarget& words, const OptionValue& given) {
    if (is_expectation(given.option)) {
      add_expectation(target, given, ExpectationOrigin::own);
    } else if (is_general(given.option)) {
      apply_general(target, given);
    } else if (find_option(target.kind->options, given.option) != nullptr) {
      add_kind_option(target, given);
    } else {
      refuse_option(kinds_, *target.kind, words, given);
    }
  }

  /// As a default --each-address is for those targets that have addresses.
  static void check_host(Target& target, const ParsedTarget& words) {
    if (!target.each_address || !target.host.empty()) return;
    const auto asks = [](const OptionValue& given) { return given.option == "each-address"; };
    if (std::any_of(words.options.begin(), words.options.end(), asks))
      throw UsageError("--each-address is for a target with one host to look up; leave it out");
    target.each_address = false;
  }

  /// An option that is sugar for a condition becomes that condition as well.
  static void add_kind_option(Target& target, const OptionValue& given) {
    target.options.push_back(given);
    const std::string condition(find_option(target.kind->options, given.option)->condition);
    if (!condition.empty())
      add_expectation(target, OptionValue{given.option, condition + given.value}, ExpectationOrigin::own);
  }

  const Command& command_;
  Kinds kinds_;
  const Environment& environment_;
  std::vector<bool> taken_;
};

}  // namespace

Plan make_plan(const Command& command, std::span<const Kind* const> kinds, const Environment& environment) {
  Plan plan;
  plan.output = plan_output(command.run, environment);
  plan.host = environment.host_name;
  for (const OptionValue& given : command.run) {
    if (given.option != "deadline") continue;
    plan.deadline = parse_duration(given.value);
    if (!plan.deadline)
      throw UsageError(fmt::format("--deadline {}: no length of time above zero; write 30s", sanitize(given.value)));
  }
  if (command.targets.empty())
    throw UsageError("no target; write what to check, such as hale http://localhost:8080/health");
  TargetBuilder maker(command, kinds, environment);
  for (const ParsedTarget& words : command.targets) plan.targets.push_back(maker.make(words));
  maker.refuse_lost_defaults();
  number_names(plan.targets);
  return plan;
}

}  // namespace hale
