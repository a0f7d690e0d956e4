#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/state.hpp"

namespace hale {

/// How a report is written.
enum class Format : std::uint8_t {
#define FORMAT(ID, NAME, MEANING, ...) ID,
#include "core/formats.def"
#undef FORMAT
};

/// A value of --format.
struct FormatSpec {
  Format format;
  std::string_view name;
  std::string_view meaning;        ///< one line, for the manual
  bool for_terminal = false;       ///< made for people: may be coloured and cut at the terminal's width
  bool prints_when_quiet = false;  ///< is written with -q too, because the caller needs some output
};

/// The rows of formats.def.
inline constexpr auto format_table = std::to_array<FormatSpec>({
#define FORMAT(ID, NAME, MEANING, ...) \
  {.format = Format::ID, .name = NAME, .meaning = MEANING __VA_OPT__(, ) __VA_ARGS__},
#include "core/formats.def"
#undef FORMAT
});

/// The row of `format`.
constexpr const FormatSpec& format_spec(Format format) { return format_table[static_cast<std::size_t>(format)]; }

/// A value of --for: a program that runs hale and reads the report and the exit code.
struct Caller {
  std::string_view name;
  std::string_view meaning;  ///< one line, for the manual
  Format format = Format::table;
  bool binary_exit = false;       ///< exit with 0 for OK and WARNING, 1 otherwise
  bool worst_first = false;       ///< for a caller that truncates the output
  std::size_t limit = 0;          ///< bytes that the caller keeps; 0 for no limit
  bool errors_on_stdout = false;  ///< usage errors also go to stdout: the caller shows nothing else
};

/// Every caller; the first is the default.
inline constexpr auto caller_table = std::to_array<Caller>({
    {.name = "shell", .meaning = "a person or a script: table, exit code 0 to 3"},
    {.name = "docker",
     .meaning = "HEALTHCHECK: exit 0 for OK and WARNING, else 1; worst first, under 4096 bytes",
     .binary_exit = true,
     .worst_first = true,
     .limit = 4095,
     .errors_on_stdout = true},
    {.name = "nagios",
     .meaning = "Nagios, Icinga, NRPE, monit: plugin output, all on stdout, exit code 0 to 3, under 4096 bytes",
     .format = Format::nagios,
     .worst_first = true,
     .limit = 4095,
     .errors_on_stdout = true},
    {.name = "kubernetes",
     .meaning = "exec probes: exit 0 for OK and WARNING, else 1; worst first, under 10 KiB",
     .binary_exit = true,
     .worst_first = true,
     .limit = 10239,
     .errors_on_stdout = true},
});

/// Every value of --format and of --for.
constexpr std::span<const FormatSpec> formats() { return format_table; }
constexpr std::span<const Caller> callers() { return caller_table; }

/// How the report is written: decided once, by the plan.
struct Output {
  Format format = Format::table;
  bool colour = false;
  bool verbose = false;
  bool quiet = false;
  bool worst_first = false;
  bool binary_exit = false;
  bool errors_on_stdout = false;  ///< usage errors also go to stdout
  std::size_t limit = 0;          ///< bytes; 0 for no limit
  std::size_t columns = 0;        ///< of the terminal; 0 without a terminal: nothing is truncated
};

/// The process's exit code for the state of the run: 0, 1, 2 or 3, with `binary_exit` 0 or 1.
int exit_code(State state, const Output& output);

}  // namespace hale
