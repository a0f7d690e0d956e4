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

constexpr std::size_t column = 26;

std::string option_row(const OptionSpec& spec) {
  const std::string letter = spec.letter == '\0' ? "    " : fmt::format("-{}, ", spec.letter);
  const std::string value = spec.value.empty() ? "" : fmt::format(" {}", spec.value);
  std::string meaning(spec.meaning);
  if (!spec.choices.empty()) meaning += fmt::format(": {}", join_with_or(choices(spec)));
  if (const auto words = first_words(spec); !words.empty()) meaning += fmt::format(" ({})", fmt::join(words, " "));
  return two_columns(fmt::format("  {}--{}{}", letter, spec.name, value), meaning, column);
}

std::string general_rows(Scope scope) {
  std::string rows;
  for (const OptionSpec& spec : general_options()) {
    if (spec.scope == scope) rows += option_row(spec);
  }
  return rows;
}

std::string name_row(std::string_view name, std::string_view meaning) {
  return two_columns(fmt::format("  {}", name), meaning, column);
}

}  // namespace

std::string render_help(std::span<const Kind* const> kinds) {
  std::string text =
      "hale tells whether things are really usable right now, and if not, exactly why.\n"
      "\n"
      "Usage: hale [OPTION]... TARGET [TARGET-OPTION]... [TARGET ...]...\n"
      "\n";
  text += paragraph(
      "Options before the first target are for every target, options after a target are its own. A target is one of "
      "these flags with its address, or a bare URL such as redis://cache:6379.");
  text += "\nTargets:\n";
  for (const Kind* kind : kinds) {
    text += two_columns(hanging(fmt::format("  --{} ", kind->name), syntax_of(*kind)), kind->meaning, column);
  }
  text += "\nOptions of a target:\n" + general_rows(Scope::target);
  text += "\nOptions of the run:\n" + general_rows(Scope::run);
  text += "\nFormats (--format):\n";
  for (const FormatSpec& format : formats()) text += name_row(format.name, format.meaning);
  text += "\nCallers (--for):\n";
  for (const Caller& caller : callers()) text += name_row(caller.name, caller.meaning);
  text += "\n";
  text += paragraph("Exit code: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN or a mistake in the command line.");
  text += paragraph("hale --help KIND shows a kind's own options, measures and facts; man hale tells everything.");
  return text;
}

std::string render_kind_help(const Kind& kind) {
  std::string text = paragraph(fmt::format("{}: {}", kind.name, kind.meaning));
  text += "\n" + hanging(fmt::format("Usage: hale --{} ", kind.name), syntax_of(kind)) + "\n";
  if (!kind.schemes.empty())
    text += paragraph(fmt::format("A bare URL with the scheme {} does the same.", join_with_or(scheme_names(kind))));
  for (const std::string_view one : kind.detail) text += "\n" + paragraph(one);
  if (!kind.options.empty()) text += "\nIts own options:\n";
  for (const OptionSpec& spec : kind.options) text += option_row(spec);
  text += "\nMeasures (for --warning, --critical, --expect and --prefer):\n";
  for (const NameSpec& metric : every_metric(kind)) text += name_row(shown_name(metric), metric_meaning(metric));
  if (!kind.facts.empty()) text += "\nFacts (for --expect and --prefer):\n";
  for (const NameSpec& fact : kind.facts) text += name_row(shown_name(fact), fact.meaning);
  if (!kind.phases.empty()) {
    text += "\n" +
            paragraph(fmt::format("Phases, each a measure too with _ for a blank: {}", fmt::join(kind.phases, ", ")));
  }
  if (!kind.example.empty()) text += fmt::format("\nExample:\n  {}\n", kind.example);
  return text + "\nhale --help shows the options that every kind has.\n";
}

std::string render_version(std::span<const std::string> libraries) {
  return fmt::format("hale {}\n{}{}", version(), fmt::join(libraries, "\n"), libraries.empty() ? "" : "\n");
}

}  // namespace hale
