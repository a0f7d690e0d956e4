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

/// What CLI11 is told to look for: an option, a kind's flag or, with neither, the bare URLs.
struct Row {
  const OptionSpec* spec = nullptr;
  const Kind* kind = nullptr;
  CLI::Option* found = nullptr;
  std::size_t read = 0;  ///< values of `found` already taken
};

/// Whether the option may stand in the command line. CLI11 compares every option it is told of with every other one,
/// which would take longer than a probe.
bool is_typed(std::string_view name, char letter, Arguments arguments) {
  return std::any_of(arguments.begin(), arguments.end(), [&](std::string_view word) {
    if (!word.starts_with('-')) return false;
    if (!word.starts_with("--")) return letter != '\0' && word.find(letter) != std::string_view::npos;
    const std::string_view rest = word.substr(2);
    return rest.starts_with(name) && (rest.size() == name.size() || rest[name.size()] == '=');
  });
}

std::string names_for_cli11(std::string_view name, char letter) {
  return letter == '\0' ? fmt::format("--{}", name) : fmt::format("-{},--{}", letter, name);
}

std::vector<Row> declare(CLI::App& app, Arguments arguments, std::span<const Kind* const> kinds) {
  std::vector<Row> rows;
  for (const OptionSpec* spec : every_option(kinds)) {
    if (!is_typed(spec->name, spec->letter, arguments)) continue;
    const std::string names = names_for_cli11(spec->name, spec->letter);
    rows.push_back({spec, nullptr, spec->value.empty() ? app.add_flag(names) : app.add_option(names)});
  }
  for (const Kind* kind : kinds) {
    if (is_typed(kind->name, '\0', arguments))
      rows.push_back({nullptr, kind, app.add_option(names_for_cli11(kind->name, '\0'))});
  }
  rows.push_back({nullptr, nullptr, app.add_option("targets")->allow_extra_args()});
  for (const Row& row : rows) row.found->take_all();
  return rows;
}

// CLI11 reads `--name=` as an option whose value is the next word, and `[a,b]` as a list. A NUL behind them, which no
// argument can hold, keeps them whole.
constexpr char whole = '\0';

std::vector<std::string> words_for_cli11(Arguments arguments) {
  std::vector<std::string> words(arguments.rbegin(), arguments.rend());
  for (std::string& word : words) {
    const bool empty_value = word.starts_with("--") && word.find('=') == word.size() - 1;
    const bool bracketed = word.starts_with('[') && word.ends_with(']');
    if (empty_value || bracketed) word += whole;
  }
  return words;
}

[[noreturn]] void refuse_unknown(std::string_view word, std::span<const Kind* const> kinds) {
  std::vector<std::string_view> names;
  for (const OptionSpec* spec : every_option(kinds)) names.push_back(spec->name);
  for (const Kind* kind : kinds) names.push_back(kind->name);
  // What follows the name may be a secret.
  const bool is_long = word.starts_with("--");
  if (is_long) refuse_left_out(word.substr(2));
  const std::string name = truncate_bytes(sanitize(is_long ? word.substr(0, word.find('=')) : word.substr(0, 2)), 40);
  const std::string_view meant =
      is_long ? closest_match(std::string_view(name).substr(2), names) : closest_match(word.substr(1), names);
  if (meant.empty()) throw UsageError(fmt::format("there is no option {}; hale --help lists them", name));
  throw UsageError(fmt::format("there is no option {}; did you mean --{}?", name, meant));
}

/// CLI11 found no word behind the last one, which is an option that needs a value.
[[noreturn]] void refuse_valueless(std::string_view last, std::span<const Kind* const> kinds) {
  const bool is_long = last.starts_with("--");
  const std::string option = is_long ? std::string(last) : std::string{'-', last.back()};
  for (const OptionSpec* spec : every_option(kinds)) {
    if (is_long ? spec->name != last.substr(2) : spec->letter != last.back()) continue;
    const std::string words = join_with_or(choices(*spec));
    throw UsageError(fmt::format("{0} needs a value; write {0} {1}", option, words.empty() ? spec->value : words));
  }
  for (const Kind* kind : kinds) {
    if (is_long && kind->name == last.substr(2)) {
      throw UsageError(fmt::format("{0} needs an address; write {0} {1}", option, syntax_of(*kind)));
    }
  }
  throw UsageError(fmt::format("{} needs a value", option));
}

void check_choice(const OptionSpec& spec, std::string_view value) {
  const auto words = choices(spec);
  if (words.empty() || std::find(words.begin(), words.end(), value) != words.end()) return;
  // Only a plain word is repeated: anything else may have been meant for another option, and be a secret.
  const bool plain = lower(value).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
  const std::string_view meant = value.size() <= 40 ? closest_match(lower(value), words) : std::string_view();
  throw UsageError(fmt::format("--{}{}{}: choose {}{}", spec.name, plain && !value.empty() ? " " : "",
                               plain ? truncate_bytes(value, 40) : "", join_with_or(words),
                               meant.empty() ? "" : fmt::format("; did you mean {}?", meant)));
}

void land_option(const OptionSpec& spec, std::string value, Command& command) {
  if (spec.value.empty()) {
    if (value != "true") throw UsageError(fmt::format("--{} takes no value", spec.name));
    value.clear();
  }
  check_choice(spec, value);
  // Monitoring configurations pass '' for an argument that is not set.
  if (value.empty() && (spec.name == "warning" || spec.name == "critical")) return;
  std::vector<OptionValue>& list = spec.scope == Scope::run  ? command.run
                                   : command.targets.empty() ? command.defaults
                                                             : command.targets.back().options;
  list.push_back({std::string(spec.name), std::move(value)});
}

Command in_order_typed(const CLI::App& app, std::vector<Row>& rows) {
  Command command;
  for (const CLI::Option* option : app.parse_order()) {
    Row& row = *std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return r.found == option; });
    std::string value = option->results()[row.read++];
    if (value.ends_with(whole)) value.pop_back();
    if (row.spec != nullptr) {
      land_option(*row.spec, std::move(value), command);
    } else if (row.kind != nullptr) {
      command.targets.push_back({std::string(row.kind->name), std::move(value), {}});
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
  std::vector<Row> rows = declare(app, arguments, kinds);
  try {
    app.parse(words_for_cli11(arguments));
  } catch (const CLI::ArgumentMismatch&) {
    refuse_valueless(arguments.back(), kinds);
  }
  for (const std::string& word : app.remaining()) {
    if (word != "--") refuse_unknown(word, kinds);
  }
  return in_order_typed(app, rows);
}

std::vector<OptionValue> recover_output_options(Arguments arguments) {
  std::vector<OptionValue> found;
  const auto keep = [&](std::string_view option, std::string_view value) {
    for (const OptionSpec& spec : general_options()) {
      const auto words = choices(spec);
      if (spec.name != option || std::find(words.begin(), words.end(), value) == words.end()) continue;
      found.push_back({std::string(option), std::string(value)});
    }
  };
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view word = arguments[i];
    if (word == "--") break;
    if (word == "-q" || word == "--quiet") found.push_back({"quiet", ""});
    for (const std::string_view option : {std::string_view("format"), std::string_view("for")}) {
      if (!word.starts_with("--") || !word.substr(2).starts_with(option)) continue;
      const std::string_view rest = word.substr(2 + option.size());
      if (rest.starts_with('=')) keep(option, rest.substr(1));
      if (rest.empty() && i + 1 < arguments.size()) keep(option, arguments[i + 1]);
    }
  }
  return found;
}

}  // namespace hale
