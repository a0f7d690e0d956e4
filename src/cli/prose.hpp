#pragma once

#include <span>
#include <string_view>

// The hand-written parts of the manual, which go between the lists generated from the tables.
namespace hale {

/// A complete command line, and what it is for.
struct Example {
  std::string_view command;
  std::string_view meaning;  ///< sentences
};

/// The examples of the manual. tests/servers/examples_test.cpp runs them.
std::span<const Example> examples();

/// Parts of the manual in mdoc.
namespace prose {

extern const std::string_view date;  ///< of the last change to the texts below
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
extern const std::string_view environment;  ///< below the list of variables
extern const std::string_view exit_status;
extern const std::string_view see_also;

}  // namespace prose
}  // namespace hale
