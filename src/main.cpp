#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <exception>
#include <optional>
#include <span>
#include <string_view>

#include "app/process.hpp"
#include "app/versions.hpp"
#include "cli/cli.hpp"
#include "core/error.hpp"
#include "plan/plan.hpp"
#include "probes/registry.hpp"
#include "report/report.hpp"
#include "run/run.hpp"

namespace hale {
namespace {

/// Writes all of `text`; false when it could not be. A reader that is gone (`hale | true`) has seen enough.
bool say(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno == EPIPE;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

/// What lives until the process ends: at a deadline thousands of probes may be under way, and the system takes them
/// down faster than we do.
struct Lasting {
  std::optional<Plan> plan;
  std::optional<Run> run;
};

/// Parse, plan, run, report: the exit code.
int hale_main(std::span<char* const> arguments, const Environment& environment, Lasting& lasting) {
  const Output manner = error_output(recover_output_options(arguments), environment);
  try {
    const Command command = parse_command_line(arguments, kinds());
    wipe(arguments);
    if (const auto text = answer_question(command, kinds(), library_versions)) {
      return say(STDOUT_FILENO, *text) ? question_exit_code(environment) : 3;
    }
    Plan& plan = lasting.plan.emplace(make_plan(command, kinds(), environment));
    const Outcome outcome = lasting.run.emplace(plan).outcome();
    return say(STDOUT_FILENO, report(outcome, plan.output)) ? exit_code(outcome.state(), plan.output) : 3;
  } catch (const std::exception& error) {
    // A UsageError, or the system gives us not even what a run begins with.
    say(manner.errors_on_stdout ? STDOUT_FILENO : STDERR_FILENO,
        report_usage_error(error.what(), nothing_run(environment.host_name), manner));
    return 3;
  }
}

}  // namespace
}  // namespace hale

int main(int argc, char** argv) {
  hale::prepare_process();
  const hale::Environment environment = hale::look_around(argv[0]);
  hale::Lasting lasting;
  const int code =
      hale::hale_main(std::span(argv, static_cast<std::size_t>(argc)).subspan(argc > 0 ? 1 : 0), environment, lasting);
#ifdef __SANITIZE_ADDRESS__
  return code;
#else
  // A name look-up may still be under way on its own thread; nobody waits for it.
  _exit(code);
#endif
}
