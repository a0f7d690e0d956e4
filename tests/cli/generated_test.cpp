#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/cli.hpp"
#include "cli/documents.hpp"
#include "cli/options.hpp"
#include "cli/prose.hpp"
#include "probes/registry.hpp"
#include "tests/cli/run_shell.hpp"
#include "tests/support/paths.hpp"

namespace hale {
namespace {

std::string read_committed(const std::string& path) {
  std::ifstream file(testing::source_file(path));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The first line that differs, and the command that updates the committed file; empty if they are equal.
std::string difference(const std::string& path, const std::string& generated, const std::string& command) {
  const std::string old = read_committed(path);
  if (old == generated) return "";
  const auto old_lines = split(old, '\n');
  const auto new_lines = split(generated, '\n');
  std::size_t line = 0;
  while (line < old_lines.size() && line < new_lines.size() && old_lines[line] == new_lines[line]) ++line;
  return fmt::format("{} differs from line {} on; run: hale {} > {}", path, line + 1, command, path);
}

}  // namespace

TEST_SUITE("generated") {
  TEST_CASE("the committed manual is up to date") {
    CHECK(difference("man/hale.1", render_manual(kinds()), "--manual") == "");
  }

  TEST_CASE("the committed completions are up to date") {
    CHECK(difference("completions/hale.bash", render_completion("bash", kinds()), "--completion bash") == "");
    CHECK(difference("completions/_hale", render_completion("zsh", kinds()), "--completion zsh") == "");
    CHECK(difference("completions/hale.fish", render_completion("fish", kinds()), "--completion fish") == "");
  }

  TEST_CASE("the manual and the completions of the real kinds are valid") {
    CHECK(testing::run_shell("mandoc -T lint -W warning", render_manual(kinds())) == "");
    CHECK(testing::run_shell("bash -n", render_completion("bash", kinds())) == "");
    CHECK(testing::run_shell("zsh -n", render_completion("zsh", kinds())) == "");
    CHECK(testing::run_shell("fish --no-execute", render_completion("fish", kinds())) == "");
  }

  TEST_CASE("the help of the real kinds fits 80 columns") {
    const std::string help = render_help(kinds());
    for (const std::string_view line : split(help, '\n')) CHECK(display_width(line) <= 80);
  }

  TEST_CASE("options with the same name or letter are the same option") {
    std::string clashes;
    for (const OptionSpec* one : all_options(kinds())) {
      for (const Kind* kind : kinds()) {
        if (one->name == kind->name) clashes += fmt::format("--{} is an option and a kind\n", one->name);
        for (const OptionSpec& other : kind->options) {
          const bool same_name = one->name == other.name;
          const bool same_letter = one->letter == other.letter;
          const bool clash = same_name ? !same_letter || one->value.empty() != other.value.empty()
                                       : same_letter && one->letter != '\0';
          if (clash) clashes += fmt::format("--{} and --{} of {}\n", one->name, other.name, kind->name);
        }
      }
    }
    CHECK(clashes == "");
  }

  TEST_CASE("every example of the manual and of the kinds can be parsed") {
    const auto check = [](std::string_view example) {
      const std::string_view command = trim(example.substr(0, example.find("&&")));
      const std::vector<std::string> words = split_shell_words(command);
      std::vector<const char*> arguments;
      for (const std::string& word : words) arguments.push_back(word.c_str());
      const Command parsed = parse_command_line(std::span(arguments).subspan(1), kinds());
      CHECK_MESSAGE((words[0] == "hale" && !parsed.targets.empty()), example);
    };
    for (const Example& example : examples()) check(example.command);
    for (const Kind* kind : kinds()) check(kind->example);
  }
}

}  // namespace hale
