#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/documents.hpp"
#include "cli/layout.hpp"
#include "cli/options.hpp"
#include "core/output.hpp"
#include "core/version.hpp"

namespace hale {
namespace {

constexpr std::size_t meaning_column = 26;

std::string row(std::string_view name, std::string_view meaning) {
  return two_columns(fmt::format("  {}", name), meaning, meaning_column);
}

std::string option_row(const OptionSpec& spec) {
  const std::string letter = spec.letter == '\0' ? "    " : fmt::format("-{}, ", spec.letter);
  const std::string value = spec.value.empty() ? "" : fmt::format(" {}", spec.value);
  std::string meaning(spec.meaning);
  if (!spec.choices.empty()) meaning += fmt::format(" ({})", join_with_or(choices(spec)));
  if (const auto prefixes = value_prefixes(spec); !prefixes.empty())
    meaning += fmt::format(" ({})", fmt::join(prefixes, " "));
  return row(fmt::format("{}--{}{}", letter, spec.name, value), meaning);
}

std::string general_option_rows(Scope scope) {
  std::string rows;
  for (const OptionSpec& spec : general_options()) {
    if (spec.scope == scope) rows += option_row(spec);
  }
  return rows;
}

std::string target_row(const Kind& kind) {
  return two_columns(hanging(fmt::format("  --{} ", kind.name), syntax_of(kind)), kind.meaning, meaning_column);
}

/// One line per syntax of the kind's address.
std::string usage(const Kind& kind) {
  std::string text;
  for (const std::string_view syntax : kind.syntaxes) {
    const std::string_view lead = text.empty() ? "Usage: " : "       ";
    text += hanging(fmt::format("{}hale --{} ", lead, kind.name), syntax) + "\n";
  }
  return text;
}

std::string titled(std::string_view title, const std::string& rows) {
  return rows.empty() ? "" : fmt::format("\n{}:\n{}", title, rows);
}

}  // namespace

std::string render_help(std::span<const Kind* const> kinds) {
  std::string text =
      "hale checks whether things are really usable right now, and if not, says why.\n"
      "\n"
      "Usage: hale [OPTION]... TARGET [TARGET-OPTION]... [TARGET ...]...\n"
      "\n";
  text += paragraph(
      "Options before the first target are for all targets; options after a target are for that target. A target is "
      "one of the flags below with an address, or a bare URL such as redis://cache:6379.");
  std::string targets;
  for (const Kind* kind : kinds) targets += target_row(*kind);
  std::string format_rows;
  for (const FormatSpec& format : formats()) format_rows += row(format.name, format.meaning);
  std::string caller_rows;
  for (const Caller& caller : callers()) caller_rows += row(caller.name, caller.meaning);
  text += titled("Targets", targets);
  text += titled("Target options", general_option_rows(Scope::target));
  text += titled("General options", general_option_rows(Scope::run));
  text += titled("Formats (--format)", format_rows);
  text += titled("Callers (--for)", caller_rows);
  text += "\n";
  text += paragraph("Exit code: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN or an error in the command line.");
  text += paragraph("hale --help KIND lists the options, metrics and facts of a kind; man hale has everything.");
  return text;
}

std::string render_kind_help(const Kind& kind) {
  std::string options;
  for (const OptionSpec& spec : kind.options) options += option_row(spec);
  std::string metrics;
  for (const NameSpec& metric : all_metrics(kind)) metrics += row(display_name(metric), metric_meaning(metric));
  std::string facts;
  for (const NameSpec& fact : kind.facts) facts += row(display_name(fact), fact.meaning);
  std::string variables;
  for (const VariableSpec& spec : kind.environment) variables += row(spec.name, spec.meaning);

  std::string text = paragraph(fmt::format("{}: {}", kind.name, kind.meaning)) + "\n" + usage(kind);
  if (!kind.schemes.empty()) text += paragraph(fmt::format("URL schemes and default ports: {}", scheme_list(kind)));
  for (const std::string_view one : kind.detail) text += "\n" + paragraph(one);
  text += titled("Options", options);
  text += titled("Metrics (for --warning, --critical, --expect and --prefer)", metrics);
  text += titled("Facts (for --expect and --prefer)", facts);
  if (!kind.phases.empty()) {
    text += "\n" + paragraph(fmt::format("Phases, which are metrics too, with _ for each blank: {}",
                                         fmt::join(kind.phases, ", ")));
  }
  text += titled("Environment", variables);
  if (!kind.example.empty()) text += fmt::format("\nExample:\n  {}\n", kind.example);
  return text + "\nhale --help lists the options of every kind.\n";
}

std::string render_version(std::span<const std::string> libraries) {
  return fmt::format("hale {}\n{}{}", version(), fmt::join(libraries, "\n"), libraries.empty() ? "" : "\n");
}

}  // namespace hale
