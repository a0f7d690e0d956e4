#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/cli.hpp"
#include "cli/options.hpp"
#include "core/error.hpp"

namespace hale {
namespace {

using Arguments = std::span<const char* const>;

/// What CLI11 looks for: an option, the flag of a kind or, with neither, the bare URLs.
struct Declaration {
  const OptionSpec* spec = nullptr;
  const Kind* kind = nullptr;
  CLI::Option* option = nullptr;
  std::size_t used = 0;  ///< values of `option` already added to the command
};

/// Whether the command line may contain the option. Only such options are declared: CLI11 compares every declared
/// option with all others, which would take longer than a probe.
bool may_contain(std::string_view name, char letter, Arguments arguments) {
  return std::any_of(arguments.begin(), arguments.end(), [&](std::string_view argument) {
    if (!argument.starts_with('-')) return false;
    if (!argument.starts_with("--")) return letter != '\0' && argument.find(letter) != std::string_view::npos;
    const std::string_view rest = argument.substr(2);
    return rest.starts_with(name) && (rest.size() == name.size() || rest[name.size()] == '=');
  });
}

std::string names_for_cli11(std::string_view name, char letter) {
  return letter == '\0' ? fmt::format("--{}", name) : fmt::format("-{},--{}", letter, name);
}

std::vector<Declaration> declare_options(CLI::App& app, Arguments arguments, std::span<const Kind* const> kinds) {
  std::vector<Declaration> declarations;
  for (const OptionSpec* spec : all_options(kinds)) {
    if (!may_contain(spec->name, spec->letter, arguments)) continue;
    const std::string names = names_for_cli11(spec->name, spec->letter);
    declarations.push_back({spec, nullptr, spec->value.empty() ? app.add_flag(names) : app.add_option(names)});
  }
  for (const Kind* kind : kinds) {
    if (may_contain(kind->name, '\0', arguments))
      declarations.push_back({nullptr, kind, app.add_option(names_for_cli11(kind->name, '\0'))});
  }
  declarations.push_back({nullptr, nullptr, app.add_option("targets")->allow_extra_args()});
  for (const Declaration& declaration : declarations) declaration.option->take_all();
  return declarations;
}

// CLI11 takes the next argument as the value of `--name=`, and splits `[a,b]` as a list. Appending a NUL, which no
// argument can contain, prevents both; collect_command() removes it.
constexpr char guard = '\0';

std::vector<std::string> guard_arguments(Arguments arguments) {
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  for (std::string& argument : reversed) {
    const bool empty_value = argument.starts_with("--") && argument.find('=') == argument.size() - 1;
    const bool bracketed = argument.starts_with('[') && argument.ends_with(']');
    if (empty_value || bracketed) argument += guard;
  }
  return reversed;
}

[[noreturn]] void reject_unknown(std::string_view argument, std::span<const Kind* const> kinds) {
  std::vector<std::string_view> names;
  for (const OptionSpec* spec : all_options(kinds)) names.push_back(spec->name);
  for (const Kind* kind : kinds) names.push_back(kind->name);
  // Only the name is repeated: the rest may be a secret.
  const bool is_long = argument.starts_with("--");
  if (is_long) refuse_left_out(argument.substr(2));
  const std::string name =
      truncate_bytes(sanitize(is_long ? argument.substr(0, argument.find('=')) : argument.substr(0, 2)), 40);
  const std::string_view meant =
      is_long ? closest_match(std::string_view(name).substr(2), names) : closest_match(argument.substr(1), names);
  if (meant.empty()) throw UsageError(fmt::format("there is no option {}; hale --help lists them", name));
  throw UsageError(fmt::format("there is no option {}; did you mean --{}?", name, meant));
}

/// For when the last argument is an option that needs a value.
[[noreturn]] void reject_missing_value(std::string_view last, std::span<const Kind* const> kinds) {
  const bool is_long = last.starts_with("--");
  const std::string option = is_long ? std::string(last) : std::string{'-', last.back()};
  for (const OptionSpec* spec : all_options(kinds)) {
    if (is_long ? spec->name != last.substr(2) : spec->letter != last.back()) continue;
    const std::string values = join_with_or(choices(*spec));
    throw UsageError(fmt::format("{0} needs a value; use {0} {1}", option, values.empty() ? spec->value : values));
  }
  for (const Kind* kind : kinds) {
    if (is_long && kind->name == last.substr(2)) {
      throw UsageError(fmt::format("{0} needs an address; use {0} {1}", option, syntax_of(*kind)));
    }
  }
  throw UsageError(fmt::format("{} needs a value", option));
}

void check_choice(const OptionSpec& spec, std::string_view value) {
  const auto values = choices(spec);
  if (values.empty() || std::find(values.begin(), values.end(), value) != values.end()) return;
  // Only a plain word is repeated: anything else may be a secret meant for another option.
  const bool plain = lower(value).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
  const std::string_view meant = value.size() <= 40 ? closest_match(lower(value), values) : std::string_view();
  throw UsageError(fmt::format("--{}{}{}: use {}{}", spec.name, plain && !value.empty() ? " " : "",
                               plain ? truncate_bytes(value, 40) : "", join_with_or(values),
                               meant.empty() ? "" : fmt::format("; did you mean {}?", meant)));
}

void add_option(const OptionSpec& spec, std::string value, Command& command) {
  if (spec.value.empty()) {
    if (value != "true") throw UsageError(fmt::format("--{} takes no value", spec.name));
    value.clear();
  }
  check_choice(spec, value);
  if (value.empty() && spec.empty_is_unset) return;
  std::vector<OptionValue>& list = spec.scope == Scope::run  ? command.run
                                   : command.targets.empty() ? command.defaults
                                                             : command.targets.back().options;
  list.push_back({std::string(spec.name), std::move(value)});
}

/// The command with its options and targets in command-line order.
Command collect_command(const CLI::App& app, std::vector<Declaration>& declarations) {
  Command command;
  for (const CLI::Option* option : app.parse_order()) {
    Declaration& declaration = *std::find_if(declarations.begin(), declarations.end(),
                                             [&](const Declaration& one) { return one.option == option; });
    std::string value = option->results()[declaration.used++];
    if (value.ends_with(guard)) value.pop_back();
    if (declaration.spec != nullptr) {
      add_option(*declaration.spec, std::move(value), command);
    } else if (declaration.kind != nullptr) {
      command.targets.push_back({std::string(declaration.kind->name), std::move(value), {}});
    } else if (!value.empty()) {
      command.targets.push_back({{}, std::move(value), {}});
    }
  }
  return command;
}

}  // namespace

Command parse_command_line(Arguments arguments, std::span<const Kind* const> kinds) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::vector<Declaration> declarations = declare_options(app, arguments, kinds);
  try {
    app.parse(guard_arguments(arguments));
  } catch (const CLI::ArgumentMismatch&) {
    reject_missing_value(arguments.back(), kinds);
  }
  for (const std::string& argument : app.remaining()) {
    if (argument != "--") reject_unknown(argument, kinds);
  }
  return collect_command(app, declarations);
}

std::vector<OptionValue> recover_output_options(Arguments arguments) {
  std::vector<OptionValue> found;
  const auto keep = [&](std::string_view option, std::string_view value) {
    for (const OptionSpec& spec : general_options()) {
      const auto values = choices(spec);
      if (spec.name != option || std::find(values.begin(), values.end(), value) == values.end()) continue;
      found.push_back({std::string(option), std::string(value)});
    }
  };
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--") break;
    if (argument == "-q" || argument == "--quiet") found.push_back({"quiet", ""});
    for (const std::string_view option : {std::string_view("format"), std::string_view("for")}) {
      if (!argument.starts_with("--") || !argument.substr(2).starts_with(option)) continue;
      const std::string_view rest = argument.substr(2 + option.size());
      if (rest.starts_with('=')) keep(option, rest.substr(1));
      if (rest.empty() && i + 1 < arguments.size()) keep(option, arguments[i + 1]);
    }
  }
  return found;
}

}  // namespace hale
