#pragma once

#include <string>
#include <string_view>

#include "core/output.hpp"
#include "core/result.hpp"

// The report formats: one file each, and one row each in core/formats.def.
namespace hale {

/// How one format is written.
struct FormatRenderer {
  /// The whole report; never longer than `output.limit` unless the format cannot be cut.
  std::string (*render)(const Outcome& outcome, const Output& output);

  /// What is printed instead of a report when the command cannot be run: `message` is the reason, `outcome` has no
  /// results, only the time, host and version.
  std::string (*render_error)(std::string_view message, const Outcome& outcome, const Output& output);
};

const FormatRenderer& find_renderer(Format format);

// What each format's file defines.
#define FORMAT(ID, NAME, MEANING, ...)                                   \
  std::string render_##ID(const Outcome& outcome, const Output& output); \
  std::string render_##ID##_error(std::string_view message, const Outcome& outcome, const Output& output);
#include "core/formats.def"
#undef FORMAT

}  // namespace hale
