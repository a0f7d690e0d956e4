#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/documents.hpp"
#include "cli/layout.hpp"
#include "cli/options.hpp"
#include "cli/prose.hpp"
#include "cli/variables.hpp"
#include "core/output.hpp"

namespace hale {
namespace {

/// `text` with escapes for the characters that roff interprets or replaces by look-alikes.
std::string escape_roff(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '\\': result += "\\e"; break;
      case '-': result += "\\-"; break;
      case '\'': result += "\\(aq"; break;
      case '"': result += "\\(dq"; break;
      case '`': result += "\\(ga"; break;
      case '^': result += "\\(ha"; break;
      case '~': result += "\\(ti"; break;
      default: result += c;
    }
  }
  return result;
}

/// One argument of a macro. The \& keeps a word such as "No" from being parsed as a macro and "." as punctuation.
std::string macro_argument(std::string_view text) { return "\"\\&" + escape_roff(text) + "\""; }

/// A text line; the \& keeps one that starts with a control character from being parsed as a macro.
std::string text_line(std::string line) {
  return line.starts_with('.') || line.starts_with('\'') ? "\\&" + line : line;
}

/// Text with each sentence on a new line, as mdoc requires.
std::string sentences(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t stop = text.find(". ");
    const std::string_view sentence = text.substr(0, stop == std::string_view::npos ? stop : stop + 1);
    for (const std::string& line : wrap(escape_roff(sentence), 80)) result += text_line(line) + "\n";
    text.remove_prefix(std::min(text.size(), sentence.size() + 1));
  }
  return result;
}

std::string literal_block(std::string_view command) {
  return fmt::format(".Bd -literal -offset indent\n{}\n.Ed\n", escape_roff(command));
}

/// The prefixes of an option's value, below the option.
std::string prefix_list(const std::vector<ValuePrefix>& prefixes) {
  std::string items;
  for (const ValuePrefix& one : prefixes) {
    // The second \& keeps a final colon from being parsed as punctuation.
    items += fmt::format(".It Li \"\\&{}\\&\"\n{}", escape_roff(one.text), sentences(one.meaning));
    if (!one.block.empty()) items += literal_block(one.block);
  }
  return ".Bl -tag -width Ds -compact\n" + items + ".El\n";
}

std::string option_items(std::span<const OptionSpec> specs, std::optional<Scope> scope) {
  std::string items;
  for (const OptionSpec& spec : specs) {
    if (scope && spec.scope != *scope) continue;
    items += ".It ";
    if (spec.letter != '\0') items += fmt::format("Fl {} , ", spec.letter);
    items += fmt::format("Fl Fl {}", escape_roff(spec.name));
    if (!spec.value.empty()) items += fmt::format(" Ar {}", macro_argument(spec.value));
    std::string meaning(spec.meaning);
    if (!spec.choices.empty()) meaning += fmt::format("; one of {}", join_with_or(choices(spec)));
    if (spec.repeatable) meaning += "; may be repeated";
    items += "\n" + sentences(meaning);
    if (spec.prefixes != nullptr) items += prefix_list(spec.prefixes());
  }
  return items.empty() ? "" : ".Bl -tag -width Ds\n" + items + ".El\n";
}

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

/// "Asks a server." for "asks a server".
std::string as_sentence(std::string_view phrase) {
  return phrase.empty() ? "" : fmt::format("{}{}.", upper(phrase.front()), phrase.substr(1));
}

std::string list_item(std::string_view name, std::string_view meaning) {
  return fmt::format(".It Li {}\n{}", macro_argument(name), sentences(meaning));
}

std::string titled_list(std::string_view title, const std::string& items) {
  if (items.empty()) return "";
  return fmt::format(".Pp\n{}:\n.Bl -tag -width Ds -compact\n{}.El\n", title, items);
}

std::string kind_section(const Kind& kind) {
  std::string text = fmt::format(".Ss {}\n", escape_roff(kind.name));
  for (const std::string_view syntax : kind.syntaxes)
    text += fmt::format(".D1 Fl Fl {} Ar {}\n", escape_roff(kind.name), macro_argument(syntax));
  text += ".Pp\n" + sentences(as_sentence(kind.meaning));
  if (!kind.schemes.empty()) text += sentences(fmt::format("URL schemes and default ports: {}.", scheme_list(kind)));
  for (const std::string_view one : kind.detail) text += ".Pp\n" + sentences(one);
  if (const std::string items = option_items(kind.options, std::nullopt); !items.empty())
    text += ".Pp\nOptions:\n" + items;
  std::string metrics;
  for (const NameSpec& metric : all_metrics(kind)) metrics += list_item(display_name(metric), metric_meaning(metric));
  std::string facts;
  for (const NameSpec& fact : kind.facts) facts += list_item(display_name(fact), fact.meaning);
  text += titled_list("Metrics", metrics) + titled_list("Facts", facts);
  if (!kind.phases.empty()) text += ".Pp\n" + sentences(fmt::format("Phases: {}.", fmt::join(kind.phases, ", ")));
  if (!kind.example.empty()) text += ".Pp\nExample:\n" + literal_block(kind.example);
  return text;
}

std::string kind_sections(std::span<const Kind* const> kinds) {
  std::string text;
  for (const Kind* kind : kinds) text += kind_section(*kind);
  return text;
}

std::string option_sections() {
  return ".Ss Target options\n" + option_items(general_options(), Scope::target) + ".Ss General options\n" +
         option_items(general_options(), Scope::run);
}

std::string caller_list() {
  std::string items;
  for (const Caller& caller : callers()) items += list_item(caller.name, caller.meaning);
  return ".Bl -tag -width kubernetes\n" + items + ".El\n";
}

std::string format_list() {
  std::string items;
  for (const FormatSpec& format : formats()) items += list_item(format.name, format.meaning);
  return ".Bl -tag -width nagios\n" + items + ".El\n";
}

std::string variable_list(std::span<const Kind* const> kinds) {
  std::string items;
  for (const VariableSpec& spec : general_variables())
    items += fmt::format(".It Ev {}\n{}", spec.name, sentences(as_sentence(spec.meaning)));
  for (const auto& [spec, names] : kind_variables(kinds)) {
    items += fmt::format(".It Ev {}\n{}", spec.name, sentences(as_sentence(spec.meaning)));
    items += sentences(fmt::format("{}: {}.", names.size() == 1 ? "Kind" : "Kinds", fmt::join(names, ", ")));
  }
  return ".Bl -tag -width Ds\n" + items + ".El\n.Pp\n";
}

std::string example_blocks() {
  std::string text;
  for (const Example& example : examples()) {
    text +=
        fmt::format("{}{}{}", text.empty() ? "" : ".Pp\n", sentences(example.meaning), literal_block(example.command));
  }
  return text;
}

/// `mdoc` with its text lines wrapped at 80 columns. Macro lines cannot be wrapped.
std::string fill(std::string_view mdoc) {
  std::string result;
  for (const std::string_view line : split(mdoc, '\n')) {
    if (line.starts_with('.')) {
      result += std::string(line) + "\n";
    } else {
      for (const std::string& piece : wrap(line, 80)) result += text_line(piece) + "\n";
    }
  }
  return result;
}

std::string section(std::string_view title, std::string_view text) { return fmt::format(".Sh {}\n{}", title, text); }

}  // namespace

std::string render_manual(std::span<const Kind* const> kinds) {
  std::string text =
      ".\\\" Generated by `hale --manual` from the tables in src/ and src/cli/prose*.cpp; do not edit.\n";
  text += fmt::format(".Dd {}\n.Dt HALE 1\n.Os\n", prose::date);
  text += section("NAME", ".Nm hale\n.Nd check whether services are really usable right now, and if not, say why\n");
  text += section("SYNOPSIS", fill(prose::synopsis));
  text += section("DESCRIPTION", fill(prose::description));
  text += section("TARGETS", fill(prose::targets));
  text += section("OPTIONS", fill(prose::options) + option_sections());
  text += section("KINDS", fill(prose::kinds) + kind_sections(kinds));
  text += section("RANGES", fill(prose::ranges));
  text += section("CONDITIONS", fill(prose::conditions));
  text += section("MIGRATIONS", fill(prose::migrations));
  text += section("REPORT FORMATS", format_list() + fill(prose::reports));
  text += section("CALLERS", fill(prose::callers) + caller_list());
  text += section("ENVIRONMENT", variable_list(kinds) + fill(prose::environment));
  text += section("EXIT STATUS", fill(prose::exit_status));
  text += section("EXAMPLES", example_blocks());
  text += section("SEE ALSO", fill(prose::see_also));
  return text;
}

}  // namespace hale
