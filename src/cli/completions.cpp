#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/documents.hpp"
#include "cli/options.hpp"
#include "core/error.hpp"

namespace hale {
namespace {

using Kinds = std::span<const Kind* const>;

/// The value is a path when the table calls it so.
bool names_a_file(const OptionSpec& spec) { return spec.value == "FILE"; }

std::string kind_names(Kinds kinds) {
  std::string names;
  for (const Kind* kind : kinds) names += fmt::format("{}{}", names.empty() ? "" : " ", kind->name);
  return names;
}

/// "-t", "--timeout".
std::vector<std::string> spellings(const OptionSpec& spec) {
  std::vector<std::string> all;
  if (spec.letter != '\0') all.push_back(fmt::format("-{}", spec.letter));
  all.push_back(fmt::format("--{}", spec.name));
  return all;
}

// --- bash

std::string bash_value_cases(Kinds kinds) {
  std::string cases;
  std::string files;
  std::string others;
  for (const OptionSpec* spec : every_option(kinds)) {
    const std::string pattern = fmt::format("{}", fmt::join(spellings(*spec), "|"));
    if (!spec->choices.empty()) {
      cases += fmt::format("    {}) words='{}' ;;\n", pattern, fmt::join(choices(*spec), " "));
    } else if (spec->words != nullptr) {
      cases += fmt::format("    {}) words='{}'; compopt -o nospace 2>/dev/null ;;\n", pattern,
                           fmt::join(first_words(*spec), " "));
    } else if (names_a_file(*spec)) {
      files += fmt::format("{}{}", files.empty() ? "" : "|", pattern);
    } else if (!spec->value.empty()) {
      others += fmt::format("{}{}", others.empty() ? "" : "|", pattern);
    }
  }
  for (const Kind* kind : kinds) others += fmt::format("{}--{}", others.empty() ? "" : "|", kind->name);
  cases += fmt::format("    -h|--help) words='{}' ;;\n", kind_names(kinds));
  if (!files.empty()) cases += fmt::format("    {}) compopt -o default; return ;;\n", files);
  return cases + fmt::format("    {}) return ;;\n", others);
}

std::string render_bash(Kinds kinds) {
  std::string options;
  for (const OptionSpec* spec : every_option(kinds)) options += fmt::format("{} ", fmt::join(spellings(*spec), " "));
  for (const Kind* kind : kinds) options += fmt::format("--{} ", kind->name);
  options.pop_back();
  std::string schemes;
  for (const std::string_view scheme : every_scheme(kinds))
    schemes += fmt::format("{}{}:", schemes.empty() ? "" : " ", scheme);
  return fmt::format(R"(# bash completion for hale, written by `hale --completion bash`

_hale() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}} words=''
  # bash makes three words of --format=json.
  if [[ $current == '=' ]]; then
    current=''
  elif [[ $before == '=' ]]; then
    before=${{COMP_WORDS[COMP_CWORD - 2]}}
  fi
  COMPREPLY=()
  case $before in
{}  esac
  if [[ -z $words && $current == -* ]]; then
    words='{}'
  elif [[ -z $words ]]; then
    words='{}'
    compopt -o nospace 2>/dev/null
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}}

complete -F _hale hale check_hale
)",
                     bash_value_cases(kinds), options, schemes);
}

// --- zsh

/// `text` for a part of an _arguments specification, which stands in single quotes.
std::string zsh_text(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\'') {
      result += "'\\''";
      continue;
    }
    if (c == ':' || c == '[' || c == ']' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

std::string zsh_option(const OptionSpec& spec) {
  std::string action;
  if (!spec.choices.empty()) action = fmt::format("({})", fmt::join(choices(spec), " "));
  if (spec.words != nullptr)
    action = fmt::format("({})", zsh_text(fmt::format("{}", fmt::join(first_words(spec), " "))));
  if (names_a_file(spec)) action = "_files";
  const std::string value = spec.value.empty() ? "" : fmt::format(":{}:{}", zsh_text(spec.value), action);
  std::string lines;
  for (const std::string& spelling : spellings(spec)) {
    const std::string_view glue = spec.value.empty() ? "" : spelling.starts_with("--") ? "=" : "+";
    lines += fmt::format("    '*{}{}[{}]{}' \\\n", spelling, glue, zsh_text(spec.meaning), value);
  }
  return lines;
}

std::string render_zsh(Kinds kinds) {
  std::string options;
  for (const OptionSpec* spec : every_option(kinds)) options += zsh_option(*spec);
  for (const Kind* kind : kinds) {
    options +=
        fmt::format("    '*--{}=[{}]:{}:' \\\n", kind->name, zsh_text(kind->meaning), zsh_text(syntax_of(*kind)));
  }
  std::string schemes;
  for (const std::string_view scheme : every_scheme(kinds)) schemes += fmt::format(" {}:", scheme);
  return fmt::format(R"(#compdef hale check_hale
# zsh completion for hale, written by `hale --completion zsh`

_hale_targets() {{
  if (( ${{words[(I)-h]}} || ${{words[(I)--help]}} )); then
    compadd -- {}
  else
    compadd -S '' --{}
  fi
}}

_hale() {{
  _arguments -s -S \
{}    '*:target:_hale_targets'
}}

_hale "$@"
)",
                     kind_names(kinds), schemes, options);
}

// --- fish

std::string fish_text(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "'";
}

std::string fish_option(const OptionSpec& spec) {
  std::string line = "complete -c hale";
  if (spec.letter != '\0') line += fmt::format(" -s {}", spec.letter);
  line += fmt::format(" -l {}", spec.name);
  if (!spec.choices.empty()) {
    line += fmt::format(" -x -a {}", fish_text(fmt::format("{}", fmt::join(choices(spec), " "))));
  } else if (spec.words != nullptr) {
    line += fmt::format(" -x -a {}", fish_text(fmt::format("{}", fmt::join(first_words(spec), " "))));
  } else if (names_a_file(spec)) {
    line += " -r -F";
  } else if (!spec.value.empty()) {
    line += " -x";
  }
  return line + fmt::format(" -d {}\n", fish_text(spec.meaning));
}

std::string render_fish(Kinds kinds) {
  std::string text =
      "# fish completion for hale, written by `hale --completion fish`\n"
      "\n"
      "complete -c check_hale -w hale\n"
      "complete -c hale -f\n";
  for (const Kind* kind : kinds) {
    text += fmt::format("complete -c hale -n '__fish_contains_opt -s h help' -a {} -d {}\n", kind->name,
                        fish_text(kind->meaning));
    for (const std::string_view scheme : scheme_names(*kind)) {
      text += fmt::format("complete -c hale -n 'not __fish_contains_opt -s h help' -a {}: -d {}\n", scheme,
                          fish_text(kind->meaning));
    }
    text += fmt::format("complete -c hale -l {} -x -d {}\n", kind->name, fish_text(kind->meaning));
  }
  for (const OptionSpec* spec : every_option(kinds)) text += fish_option(*spec);
  return text;
}

}  // namespace

std::string render_completion(std::string_view shell, Kinds kinds) {
  if (shell == "bash") return render_bash(kinds);
  if (shell == "zsh") return render_zsh(kinds);
  if (shell == "fish") return render_fish(kinds);
  throw UsageError("--completion: choose bash, zsh or fish");
}

}  // namespace hale
