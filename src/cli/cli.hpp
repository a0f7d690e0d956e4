#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/command.hpp"
#include "core/kind.hpp"
#include "core/output.hpp"

namespace hale {

/// Reads the command line (without the program's name). Options before the first target become defaults, options after
/// a target are its own, run options may stand anywhere; empty positional arguments and empty values of -w and -c count
/// as unset. Throws UsageError that says what to write instead; knows names only, no value is judged.
Command parse_command_line(std::span<const char* const> arguments, std::span<const Kind* const> kinds);

/// What --help, --version, --manual or --completion asks to be printed; nothing when the command is to be run.
/// `libraries` tells "name version" texts, and is called for --version alone: libraries are not touched unless asked.
/// Throws UsageError for an unknown kind or shell.
std::optional<std::string> answer_question(const Command& command, std::span<const Kind* const> kinds,
                                           std::vector<std::string> (*libraries)(std::span<const Kind* const> kinds));

/// The run options --format, --for and --quiet found in a command line that could not be parsed, so that the error is
/// told in the manner asked for. Only words that the options know come back.
std::vector<OptionValue> recover_output_options(std::span<const char* const> arguments);

}  // namespace hale
