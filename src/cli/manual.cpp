#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/documents.hpp"
#include "cli/layout.hpp"
#include "cli/options.hpp"
#include "cli/prose.hpp"
#include "core/output.hpp"

namespace hale {
namespace {

/// `text` with the characters spelled that roff would read as its own or replace by look-alikes.
std::string roff(std::string_view text) {
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

/// One argument of a macro. The \& keeps a word such as "No" from being read as a macro, and '.' from being
/// punctuation.
std::string argument(std::string_view text) { return "\"\\&" + roff(text) + "\""; }

/// A text line that begins with a control character is kept from being a macro.
std::string guarded(std::string line) { return line.starts_with('.') || line.starts_with('\'') ? "\\&" + line : line; }

/// Running text, each sentence on lines of its own.
std::string sentences(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t stop = text.find(". ");
    const std::string_view sentence = text.substr(0, stop == std::string_view::npos ? stop : stop + 1);
    for (const std::string& line : wrap(roff(sentence), 80)) result += guarded(line) + "\n";
    text.remove_prefix(std::min(text.size(), sentence.size() + 1));
  }
  return result;
}

std::string literal_block(std::string_view command) {
  return fmt::format(".Bd -literal -offset indent\n{}\n.Ed\n", roff(command));
}

/// What a value may begin with, below its option.
std::string word_list(const std::vector<WordSpec>& words) {
  std::string items;
  for (const WordSpec& one : words) {
    // The second \& keeps a colon at the end from being punctuation.
    items += fmt::format(".It Li \"\\&{}\\&\"\n{}", roff(one.word), sentences(one.meaning));
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
    items += fmt::format("Fl Fl {}", roff(spec.name));
    if (!spec.value.empty()) items += fmt::format(" Ar {}", argument(spec.value));
    std::string meaning(spec.meaning);
    if (!spec.choices.empty()) meaning += fmt::format("; one of {}", join_with_or(choices(spec)));
    if (spec.repeatable) meaning += "; may be repeated";
    items += "\n" + sentences(meaning);
    if (spec.words != nullptr) items += word_list(spec.words());
  }
  return items.empty() ? "" : ".Bl -tag -width Ds\n" + items + ".El\n";
}

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

/// "Asks a server." of "asks a server".
std::string as_sentence(std::string_view words) {
  return words.empty() ? "" : fmt::format("{}{}.", upper(words.front()), words.substr(1));
}

std::string item(std::string_view name, std::string_view meaning) {
  return fmt::format(".It Li {}\n{}", argument(name), sentences(meaning));
}

std::string titled_list(std::string_view title, const std::string& items) {
  if (items.empty()) return "";
  return fmt::format(".Pp\n{}:\n.Bl -tag -width Ds -compact\n{}.El\n", title, items);
}

std::string kind_section(const Kind& kind) {
  std::string text = fmt::format(".Ss {}\n", roff(kind.name));
  text += fmt::format(".D1 Fl Fl {} Ar {}\n", roff(kind.name), argument(syntax_of(kind)));
  text += ".Pp\n" + sentences(as_sentence(kind.meaning));
  if (!kind.schemes.empty()) {
    const bool one = kind.schemes.size() == 1;
    text += sentences(
        fmt::format("{} of a bare URL: {}.", one ? "Scheme" : "Schemes", fmt::join(scheme_names(kind), ", ")));
  }
  for (const std::string_view one : kind.detail) text += ".Pp\n" + sentences(one);
  if (const std::string own = option_items(kind.options, std::nullopt); !own.empty()) text += ".Pp\nOptions:\n" + own;
  std::string metrics;
  for (const NameSpec& metric : every_metric(kind)) metrics += item(shown_name(metric), metric_meaning(metric));
  std::string facts;
  for (const NameSpec& fact : kind.facts) facts += item(shown_name(fact), fact.meaning);
  text += titled_list("Measures", metrics) + titled_list("Facts", facts);
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
  return ".Ss Options of a target\n" + option_items(general_options(), Scope::target) + ".Ss Options of the run\n" +
         option_items(general_options(), Scope::run);
}

std::string caller_items() {
  std::string items;
  for (const Caller& caller : callers()) items += item(caller.name, caller.meaning);
  return ".Bl -tag -width kubernetes\n" + items + ".El\n";
}

std::string format_items() {
  std::string items;
  for (const FormatSpec& format : formats()) items += item(format.name, format.meaning);
  return ".Bl -tag -width nagios\n" + items + ".El\n";
}

std::string example_blocks() {
  std::string text;
  for (const Example& example : examples()) {
    text +=
        fmt::format("{}{}{}", text.empty() ? "" : ".Pp\n", sentences(example.meaning), literal_block(example.command));
  }
  return text;
}

/// Text lines broken as lint wants them; macro lines have to stay whole.
std::string fill(std::string_view mdoc) {
  std::string result;
  for (const std::string_view line : split(mdoc, '\n')) {
    if (line.starts_with('.')) {
      result += std::string(line) + "\n";
    } else {
      for (const std::string& piece : wrap(line, 80)) result += guarded(piece) + "\n";
    }
  }
  return result;
}

std::string section(std::string_view title, std::string_view text) { return fmt::format(".Sh {}\n{}", title, text); }

}  // namespace

std::string render_manual(std::span<const Kind* const> kinds) {
  std::string text =
      ".\\\" Written by `hale --manual` from the tables in src/ and from src/cli/prose.cpp; do not edit.\n";
  text += fmt::format(".Dd {}\n.Dt HALE 1\n.Os\n", prose::date);
  text += section("NAME", ".Nm hale\n.Nd tell whether services are really usable right now, and if not, why\n");
  text += section("SYNOPSIS", fill(prose::synopsis));
  text += section("DESCRIPTION", fill(prose::description));
  text += section("TARGETS", fill(prose::targets));
  text += section("OPTIONS", fill(prose::options) + option_sections());
  text += section("KINDS", fill(prose::kinds) + kind_sections(kinds));
  text += section("RANGES", fill(prose::ranges));
  text += section("CONDITIONS", fill(prose::conditions));
  text += section("MIGRATIONS", fill(prose::migrations));
  text += section("REPORT FORMATS", format_items() + fill(prose::reports));
  text += section("CALLERS", fill(prose::callers) + caller_items());
  text += section("ENVIRONMENT", fill(prose::environment));
  text += section("EXIT STATUS", fill(prose::exit_status));
  text += section("EXAMPLES", example_blocks());
  text += section("SEE ALSO", fill(prose::see_also));
  return text;
}

}  // namespace hale
