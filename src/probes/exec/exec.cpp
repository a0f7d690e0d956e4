#include <array>
#include <csignal>
#include <cstring>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "core/url.hpp"
#include "net/child.hpp"
#include "probes/exec/perfdata.hpp"
#include "probes/probe.hpp"

namespace hale {
namespace {

/// What a plugin's exit code says of its state (monitoring plugin guidelines, "Plugin Return Codes").
State state_of(int exit_code) {
  switch (exit_code) {
    case 0: return State::ok;
    case 1: return State::warning;
    case 3: return State::unknown;
    default: return State::critical;
  }
}

class ExecProbe : public Probe {
 public:
  explicit ExecProbe(std::vector<std::string> words) : words_(std::move(words)) {}

  Task<Observation> observe(ProbeContext& context) override {
    const ChildEnd end = co_await run_child(context, words_);
    PluginOutput plugin = parse_plugin_output(end.output);
    if (plugin.text.empty()) plugin.text = first_line(end.errors);
    if (end.signal) {
      throw Unhealthy(
          with_text(fmt::format("killed by signal {} ({})", *end.signal, strsignal(*end.signal)), plugin.text));
    }
    Observation observation;
    observation.summary = plugin.text.empty() ? fmt::format("exit code {}", end.exit_code) : plugin.text;
    observation.metrics.push_back(Metric{"exit_code", Quantity{static_cast<double>(end.exit_code)}});
    std::move(plugin.metrics.begin(), plugin.metrics.end(), std::back_inserter(observation.metrics));
    observation.facts.push_back(Fact{"output", std::string(trim(end.output))});
    const bool plain = end.exit_code <= 3 && !plugin.text.empty();
    observation.claims.push_back(
        Claim{state_of(end.exit_code),
              plain ? plugin.text : with_text(fmt::format("exit code {}", end.exit_code), plugin.text), "exit_code"});
    co_return observation;
  }

 private:
  static std::string with_text(std::string lead, std::string_view text) {
    return text.empty() ? lead : fmt::format("{}: {}", lead, text);
  }

  std::vector<std::string> words_;
};

std::unique_ptr<Probe> make(Target& target, const Environment&) {
  std::string_view command = target.typed_address;
  if (url_scheme(command) == "exec") command.remove_prefix(command.find(':') + 1);
  std::vector<std::string> words = split_shell_words(command);
  if (words.empty() || words[0].empty())
    throw UsageError("an exec target has no command; write --exec '/path/to/plugin -w 10%'");
  // Arguments may hold passwords, so the command alone is shown.
  target.address = words[0];
  return std::make_unique<ExecProbe>(std::move(words));
}

constexpr auto schemes = std::to_array<SchemeSpec>({{"exec"}});
constexpr auto syntaxes = std::to_array<std::string_view>({"[exec:]'COMMAND [ARGUMENT]...'"});
constexpr auto detail = std::to_array<std::string_view>(
    {"The command is split into words as a shell would split them, and run without a shell, in a process group of its "
     "own that is killed when the time is up. Exit code 0 to 3 is its state, its first line the message, its perfdata "
     "are measures. Any other exit code is critical; a command that is not there is unknown. An --expect on exit_code "
     "replaces this rule. Of the command line only the command is ever shown."});
constexpr auto metrics = std::to_array<NameSpec>({
    {"exit_code", "what the command exited with"},
    {"*", "each metric of the command's perfdata, by its label; times in seconds, sizes in bytes", Unit::none,
     Absence::unknown, "LABEL"},

});
constexpr auto facts =
    std::to_array<NameSpec>({{"output", "all that the command wrote to its standard output, to 64 KiB"}});
constexpr auto phases = std::to_array<std::string_view>({"run"});

}  // namespace

extern const Kind exec_kind;
const Kind exec_kind{
    .name = "exec",
    .schemes = schemes,
    .syntaxes = syntaxes,
    .meaning = "a command: every monitoring plugin is a target",
    .detail = detail,
    .example = "hale --exec '/usr/lib/nagios/plugins/check_disk -w 10% -c 5% -p /' --name disk",
    .options = {},
    .metrics = metrics,
    .facts = facts,
    .phases = phases,
    .library = nullptr,
    .make = make,
    .descriptors = 6,  // two pipes and their ends, a pidfd and its duplicate
    .leaves_traces = true,
};

}  // namespace hale
