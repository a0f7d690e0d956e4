#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "core/environment.hpp"
#include "plan/plan.hpp"
#include "tests/plan/planned.hpp"

namespace hale {
namespace {

/// An environment with a terminal of 100 columns, or a pipe.
Environment terminal_with(const std::map<std::string, std::string>& variables, bool terminal = true) {
  Environment environment;
  environment.variable = [=](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
  environment.stdout_is_terminal = terminal;
  environment.columns = 100;
  return environment;
}

const std::map<std::string, std::string> xterm{{"TERM", "xterm"}};

Environment plugin() {
  Environment environment = terminal_with(xterm);
  environment.program = "check_hale";
  return environment;
}

/// The output as text: "nagios worst-first limit=4095".
std::string describe(const Output& output) {
  std::string text;
  for (const FormatSpec& format : formats()) {
    if (format.format == output.format) text += format.name;
  }
  if (output.colour) text += " colour";
  if (output.verbose) text += " verbose";
  if (output.quiet) text += " quiet";
  if (output.worst_first) text += " worst-first";
  if (output.binary_exit) text += " binary";
  if (output.errors_on_stdout) text += " errors-on-stdout";
  if (output.limit != 0) text += fmt::format(" limit={}", output.limit);
  if (output.columns != 0) text += fmt::format(" columns={}", output.columns);
  return text;
}

std::string planned_output(const std::vector<OptionValue>& options,
                           const Environment& environment = terminal_with(xterm)) {
  return describe(plan_output(read_run_options(options), environment));
}

}  // namespace

TEST_SUITE("plan: output") {
  TEST_CASE("a terminal") { CHECK(planned_output({}) == "table colour columns=100"); }

  TEST_CASE("a pipe") { CHECK(planned_output({}, terminal_with(xterm, false)) == "table"); }

  TEST_CASE("a terminal that is too narrow for a table") {
    Environment environment = terminal_with(xterm);
    environment.columns = 5;
    CHECK(planned_output({}, environment) == "table colour columns=20");
  }

  TEST_CASE("callers") {
    CHECK(planned_output({{"for", "shell"}}) == "table colour columns=100");
    CHECK(planned_output({{"for", "docker"}}) == "table worst-first binary errors-on-stdout limit=4095");
    CHECK(planned_output({{"for", "kubernetes"}}) == "table worst-first binary errors-on-stdout limit=10239");
    CHECK(planned_output({{"for", "nagios"}}) == "nagios worst-first errors-on-stdout limit=4095");
  }

  TEST_CASE("formats") {
    CHECK(planned_output({{"format", "table"}}) == "table colour columns=100");
    CHECK(planned_output({{"format", "json"}}) == "json errors-on-stdout");
    CHECK(planned_output({{"format", "nagios"}}) == "nagios errors-on-stdout");
  }

  TEST_CASE("--format overrides only the format of the caller") {
    CHECK(planned_output({{"for", "docker"}, {"format", "json"}}) ==
          "json worst-first binary errors-on-stdout limit=4095");
    CHECK(planned_output({{"format", "table"}, {"for", "nagios"}}) == "table worst-first errors-on-stdout limit=4095");
  }

  TEST_CASE("the last option counts") {
    CHECK(planned_output({{"for", "docker"}, {"for", "shell"}, {"format", "json"}, {"format", "nagios"}}) ==
          "nagios errors-on-stdout");
  }

  TEST_CASE("called as check_hale it is a plugin, unless options say otherwise") {
    CHECK(planned_output({}, plugin()) == "nagios worst-first errors-on-stdout limit=4095");
    CHECK(planned_output({{"for", "shell"}}, plugin()) == "table colour columns=100");
    CHECK(planned_output({{"format", "json"}}, plugin()) == "json worst-first errors-on-stdout limit=4095");
  }

  TEST_CASE("-v and -q") {
    CHECK(planned_output({{"verbose", ""}, {"quiet", ""}}) == "table colour verbose quiet columns=100");
  }

  TEST_CASE("unknown formats and callers") {
    CHECK(refusal([] {
            planned_output({{"format", "yaml"}});
          }) == "--format yaml: use table, json, nagios or health+json");
    CHECK(refusal([] { planned_output({{"for", "cron"}}); }) == "--for cron: use shell, docker, nagios or kubernetes");
  }

  TEST_CASE("an error in these options is written as if they had not been given") {
    CHECK(describe(error_output(std::vector<OptionValue>{{"format", "yaml"}}, terminal_with(xterm))) ==
          "table colour columns=100");
    CHECK(describe(error_output(std::vector<OptionValue>{{"for", "cron"}}, plugin())) ==
          "nagios worst-first errors-on-stdout limit=4095");
    CHECK(describe(error_output(std::vector<OptionValue>{{"format", "json"}}, terminal_with(xterm))) ==
          "json errors-on-stdout");
  }

  TEST_CASE("the plan has the same output") {
    CHECK(describe(planned({"tcp://a:1", "--for", "docker", "-v"}, terminal_with(xterm)).output) ==
          "table verbose worst-first binary errors-on-stdout limit=4095");
  }

  TEST_CASE("the exit code of --help and --version") {
    CHECK(question_exit_code(terminal_with(xterm)) == 0);
    CHECK(question_exit_code(plugin()) == 3);
  }
}

TEST_SUITE("plan: colour") {
  bool coloured(const std::vector<OptionValue>& options, const std::map<std::string, std::string>& variables,
                bool terminal) {
    return plan_output(read_run_options(options), terminal_with(variables, terminal)).colour;
  }

  TEST_CASE("a terminal that supports colour") {
    CHECK(coloured({}, xterm, true));
    CHECK_FALSE(coloured({}, xterm, false));
    CHECK_FALSE(coloured({}, {{"TERM", "dumb"}}, true));
    CHECK_FALSE(coloured({}, {}, true));
  }

  TEST_CASE("NO_COLOR") { CHECK_FALSE(coloured({}, {{"TERM", "xterm"}, {"NO_COLOR", "1"}}, true)); }

  TEST_CASE("CLICOLOR_FORCE colours a pipe, unless it is 0") {
    CHECK(coloured({}, {{"CLICOLOR_FORCE", "1"}}, false));
    CHECK_FALSE(coloured({}, {{"CLICOLOR_FORCE", "0"}}, false));
    CHECK(coloured({}, {{"TERM", "xterm"}, {"CLICOLOR_FORCE", "0"}}, true));
  }

  TEST_CASE("NO_COLOR overrides CLICOLOR_FORCE") {
    CHECK_FALSE(coloured({}, {{"CLICOLOR_FORCE", "1"}, {"NO_COLOR", "1"}}, true));
  }

  TEST_CASE("--color overrides both") {
    CHECK(coloured({{"color", "always"}}, {{"NO_COLOR", "1"}, {"TERM", "dumb"}}, false));
    CHECK_FALSE(coloured({{"color", "never"}}, {{"CLICOLOR_FORCE", "1"}, {"TERM", "xterm"}}, true));
    CHECK(coloured({{"color", "never"}, {"color", "auto"}}, xterm, true));
  }

  TEST_CASE("no colour in what programs read") {
    CHECK_FALSE(coloured({{"color", "always"}, {"format", "json"}}, xterm, true));
    CHECK_FALSE(coloured({{"color", "always"}, {"format", "nagios"}}, xterm, true));
    CHECK_FALSE(coloured({{"color", "always"}, {"for", "docker"}}, xterm, true));
  }
}

}  // namespace hale
