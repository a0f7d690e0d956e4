#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/command.hpp"
#include "core/kind.hpp"
#include "core/output.hpp"

namespace hale {

/// Parses the command line (without the program's name). Options before the first target are defaults, options after a
/// target belong to it, and options of the run may be anywhere. Empty positional arguments and empty values of -w and
/// -c are ignored. Only the names of options and the values of those with choices are checked here. Throws UsageError
/// that says what to use instead.
Command parse_command_line(std::span<const char* const> arguments, std::span<const Kind* const> kinds);

/// The output of --help, --version, --manual or --completion; nothing if `command` has none of them. `libraries`
/// returns "name version" strings; it is called for --version only. Throws UsageError for an unknown kind or shell.
std::optional<std::string> render_info(const Command& command, std::span<const Kind* const> kinds,
                                       std::vector<std::string> (*libraries)(std::span<const Kind* const> kinds));

/// The --format, --for and --quiet options of a command line that cannot be parsed, so that the error is reported in
/// the requested format. Invalid values are dropped.
std::vector<OptionValue> recover_output_options(std::span<const char* const> arguments);

}  // namespace hale
