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

/// An environment of a terminal of 100 columns, or of a pipe.
Environment world(const std::map<std::string, std::string>& variables, bool terminal = true) {
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
  Environment environment = world(xterm);
  environment.program = "check_hale";
  return environment;
}

/// The whole decision as text.
std::string reported(const Output& output) {
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

std::string decided(const std::vector<OptionValue>& options, const Environment& environment = world(xterm)) {
  return reported(plan_output(options, environment));
}

}  // namespace

TEST_SUITE("plan: output") {
  TEST_CASE("a person at a terminal") { CHECK(decided({}) == "table colour columns=100"); }

  TEST_CASE("a pipe") { CHECK(decided({}, world(xterm, false)) == "table"); }

  TEST_CASE("a terminal so narrow that nothing would fit") {
    Environment environment = world(xterm);
    environment.columns = 5;
    CHECK(decided({}, environment) == "table colour columns=20");
  }

  TEST_CASE("callers") {
    CHECK(decided({{"for", "shell"}}) == "table colour columns=100");
    CHECK(decided({{"for", "docker"}}) == "table worst-first binary errors-on-stdout limit=4095");
    CHECK(decided({{"for", "kubernetes"}}) == "table worst-first binary errors-on-stdout limit=10239");
    CHECK(decided({{"for", "nagios"}}) == "nagios worst-first errors-on-stdout limit=4095");
  }

  TEST_CASE("formats") {
    CHECK(decided({{"format", "table"}}) == "table colour columns=100");
    CHECK(decided({{"format", "json"}}) == "json errors-on-stdout");
    CHECK(decided({{"format", "nagios"}}) == "nagios errors-on-stdout");
  }

  TEST_CASE("--format beats the caller's, the rest stays the caller's") {
    CHECK(decided({{"for", "docker"}, {"format", "json"}}) == "json worst-first binary errors-on-stdout limit=4095");
    CHECK(decided({{"format", "table"}, {"for", "nagios"}}) == "table worst-first errors-on-stdout limit=4095");
  }

  TEST_CASE("the last one counts") {
    CHECK(decided({{"for", "docker"}, {"for", "shell"}, {"format", "json"}, {"format", "nagios"}}) ==
          "nagios errors-on-stdout");
  }

  TEST_CASE("called as check_hale it is a plugin, unless told otherwise") {
    CHECK(decided({}, plugin()) == "nagios worst-first errors-on-stdout limit=4095");
    CHECK(decided({{"for", "shell"}}, plugin()) == "table colour columns=100");
    CHECK(decided({{"format", "json"}}, plugin()) == "json worst-first errors-on-stdout limit=4095");
  }

  TEST_CASE("-v and -q") {
    CHECK(decided({{"verbose", ""}, {"quiet", ""}}) == "table colour verbose quiet columns=100");
  }

  TEST_CASE("formats and callers that nobody knows") {
    CHECK(refusal([] { decided({{"format", "yaml"}}); }) == "--format yaml: write table, json, nagios or health+json");
    CHECK(refusal([] { decided({{"for", "cron"}}); }) == "--for cron: write shell, docker, nagios or kubernetes");
  }

  TEST_CASE("an error in these options is told as if they had not been given") {
    CHECK(reported(error_output(std::vector<OptionValue>{{"format", "yaml"}}, world(xterm))) ==
          "table colour columns=100");
    CHECK(reported(error_output(std::vector<OptionValue>{{"for", "cron"}}, plugin())) ==
          "nagios worst-first errors-on-stdout limit=4095");
    CHECK(reported(error_output(std::vector<OptionValue>{{"format", "json"}}, world(xterm))) ==
          "json errors-on-stdout");
  }

  TEST_CASE("the plan holds the same decision") {
    CHECK(reported(planned({"tcp://a:1", "--for", "docker", "-v"}, world(xterm)).output) ==
          "table verbose worst-first binary errors-on-stdout limit=4095");
  }

  TEST_CASE("what --help and --version exit with") {
    CHECK(question_exit_code(world(xterm)) == 0);
    CHECK(question_exit_code(plugin()) == 3);
  }
}

TEST_SUITE("plan: colour") {
  bool coloured(const std::vector<OptionValue>& options, const std::map<std::string, std::string>& variables,
                bool terminal) {
    return plan_output(options, world(variables, terminal)).colour;
  }

  TEST_CASE("on a terminal that can show it") {
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

  TEST_CASE("NO_COLOR beats CLICOLOR_FORCE") {
    CHECK_FALSE(coloured({}, {{"CLICOLOR_FORCE", "1"}, {"NO_COLOR", "1"}}, true));
  }

  TEST_CASE("--color beats them all") {
    CHECK(coloured({{"color", "always"}}, {{"NO_COLOR", "1"}, {"TERM", "dumb"}}, false));
    CHECK_FALSE(coloured({{"color", "never"}}, {{"CLICOLOR_FORCE", "1"}, {"TERM", "xterm"}}, true));
    CHECK(coloured({{"color", "never"}, {"color", "auto"}}, xterm, true));
  }

  TEST_CASE("what a machine reads has none") {
    CHECK_FALSE(coloured({{"color", "always"}, {"format", "json"}}, xterm, true));
    CHECK_FALSE(coloured({{"color", "always"}, {"format", "nagios"}}, xterm, true));
    CHECK_FALSE(coloured({{"color", "always"}, {"for", "docker"}}, xterm, true));
  }
}

}  // namespace hale
