#pragma once

#include <span>
#include <string_view>

// What no table can say, written by hand in mdoc: the manual puts it between the lists that it makes from the tables.
namespace hale {

/// A command line that works as it stands, and what it is for.
struct Example {
  std::string_view command;
  std::string_view meaning;
};

std::span<const Example> examples();

/// Pieces of the manual, each whole mdoc lines.
namespace prose {

extern const std::string_view date;  ///< of the last change to the text below
extern const std::string_view synopsis;
extern const std::string_view description;
extern const std::string_view targets;
extern const std::string_view options;
extern const std::string_view kinds;
extern const std::string_view ranges;
extern const std::string_view conditions;
extern const std::string_view migrations;
extern const std::string_view reports;
extern const std::string_view callers;
extern const std::string_view environment;
extern const std::string_view exit_status;
extern const std::string_view see_also;

}  // namespace prose
}  // namespace hale
