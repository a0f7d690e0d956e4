#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/state.hpp"

namespace hale {

enum class Format : std::uint8_t { table, json, nagios, health_json };

struct FormatSpec {
  Format format;
  std::string_view name;
  std::string_view meaning;
};

/// Who reads the report and the exit code: a row of the table behind --for.
struct Caller {
  std::string_view name;
  std::string_view meaning;
  Format format;
  bool binary_exit;       ///< 0 for OK and WARNING, 1 otherwise
  bool worst_first;       ///< for a caller that cuts the output
  std::size_t limit;      ///< bytes that the caller keeps; 0 for all
  bool errors_on_stdout;  ///< usage errors too: the caller shows nothing else
};

std::span<const FormatSpec> formats();
std::span<const Caller> callers();

/// How the report shall look: decided once, by the plan.
struct Output {
  Format format = Format::table;
  bool colour = false;
  bool verbose = false;
  bool quiet = false;
  bool worst_first = false;
  bool binary_exit = false;
  bool errors_on_stdout = false;  ///< usage errors too
  std::size_t limit = 0;          ///< bytes; 0 for no limit
  std::size_t columns = 0;        ///< of the terminal; 0 when there is none and nothing is cut
};

/// The process's exit code for the run's state: 0, 1, 2 or 3, or with `binary_exit` 0 or 1.
int exit_code(State state, const Output& output);

}  // namespace hale
