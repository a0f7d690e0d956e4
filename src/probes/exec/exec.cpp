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

/// The state of a plugin's exit code (Monitoring Plugins Development Guidelines, "Plugin Return Codes").
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
    const ChildResult end = co_await run_child(context, words_);
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
    const bool has_message = end.exit_code <= 3 && !plugin.text.empty();
    observation.claims.push_back(Claim{
        state_of(end.exit_code),
        has_message ? plugin.text : with_text(fmt::format("exit code {}", end.exit_code), plugin.text), "exit_code"});
    co_return observation;
  }

 private:
  static std::string with_text(std::string reason, std::string_view text) {
    return text.empty() ? reason : fmt::format("{}: {}", reason, text);
  }

  std::vector<std::string> words_;
};

std::unique_ptr<Probe> make(Target& target, const Environment&) {
  std::string_view command = target.typed_address;
  if (url_scheme(command) == "exec") command.remove_prefix(command.find(':') + 1);
  std::vector<std::string> words = split_shell_words(command);
  if (words.empty() || words[0].empty()) throw UsageError("no command; use --exec '/path/to/plugin -w 10%'");
  // Arguments may contain passwords, so reports show only the command.
  target.address = words[0];
  return std::make_unique<ExecProbe>(std::move(words));
}

constexpr auto schemes = std::to_array<SchemeSpec>({{.name = "exec"}});
constexpr auto syntaxes = std::to_array<std::string_view>({"[exec:]'COMMAND [ARGUMENT]...'"});
constexpr auto detail = std::to_array<std::string_view>({
    "Exit code 0 is OK, 1 WARNING, 2 CRITICAL and 3 UNKNOWN. Any other exit code is CRITICAL, and a command that does "
    "not exist is UNKNOWN. A condition on exit_code replaces this rule. The first line of the output is the message; "
    "its perfdata are metrics.",
    "hale splits the command into words as a shell does, but runs it without a shell. It runs in its own process "
    "group, "
    "which is killed at the timeout. Reports show the command, but not its arguments.",
});
constexpr auto metrics = std::to_array<NameSpec>({
    {.name = "exit_code", .meaning = "the command's exit code"},
    {.name = "*",
     .meaning = "each metric of the command's perfdata, by its label; times in seconds, sizes in bytes",
     .example = "LABEL"},
});
constexpr auto facts = std::to_array<NameSpec>({
    {.name = "output", .meaning = "the command's standard output, up to 64 KiB"},
});
constexpr auto phases = std::to_array<std::string_view>({"run"});

}  // namespace

extern const Kind exec_kind;
const Kind exec_kind{
    .name = "exec",
    .schemes = schemes,
    .syntaxes = syntaxes,
    .meaning = "a command: run any monitoring plugin",
    .detail = detail,
    .example = "hale --exec '/usr/lib/nagios/plugins/check_disk -w 10% -c 5% -p /' --name disk",
    .options = {},
    .metrics = metrics,
    .facts = facts,
    .phases = phases,
    .library = nullptr,
    .make = make,
    .path_meaning = "a command",
    .descriptors = 6,  // both ends of two pipes, a pidfd and its duplicate
    .leaves_traces = true,
};

}  // namespace hale
