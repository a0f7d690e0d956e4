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

/// Writes all of `text`. False when that failed; a reader that closed its end (`hale | true`) is not a failure.
bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno == EPIPE;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

/// Parse, plan, run, report: returns the exit code.
int hale_main(std::span<char* const> arguments, const Environment& environment) {
  // Destroying these would take longer than all the rest when a deadline has left thousands of probes running. As
  // statics they live until _exit(), after which the kernel frees everything.
  static std::optional<Plan> plan;
  static std::optional<Run> run;
  const Output on_error = error_output(recover_output_options(arguments), environment);
  try {
    const Command command = parse_command_line(arguments, kinds());
    wipe(arguments);
    if (const auto text = render_info(command, kinds(), library_versions)) {
      return write_all(STDOUT_FILENO, *text) ? question_exit_code(environment) : 3;
    }
    plan.emplace(make_plan(command, kinds(), environment));
    const Outcome outcome = run.emplace(*plan).outcome();
    return write_all(STDOUT_FILENO, report(outcome, plan->output)) ? exit_code(outcome.state(), plan->output) : 3;
  } catch (const std::exception& error) {
    // A UsageError, or the system refused something that every run needs.
    write_all(on_error.errors_on_stdout ? STDOUT_FILENO : STDERR_FILENO,
              report_usage_error(error.what(), nothing_run(environment.host_name), on_error));
    return 3;
  }
}

}  // namespace
}  // namespace hale

int main(int argc, char** argv) {
  hale::prepare_process();
  const hale::Environment environment = hale::read_environment(argv[0]);
  const int code =
      hale::hale_main(std::span(argv, static_cast<std::size_t>(argc)).subspan(argc > 0 ? 1 : 0), environment);
#ifdef __SANITIZE_ADDRESS__
  return code;
#else
  // A thread may still be inside getaddrinfo(), which cannot be cancelled. Returning would wait for it.
  _exit(code);
#endif
}
