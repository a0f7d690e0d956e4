#include "tests/support/hale.hpp"

#include <poll.h>

#include <chrono>
#include <cstdlib>
#include <regex>

#include "tests/support/paths.hpp"

namespace hale::testing {

std::vector<std::string> hale_command(std::vector<std::string> words) {
  words.insert(words.begin(), hale_binary());
  return words;
}

ProgramOptions hale_options(ProgramOptions options) {
  options.empty_environment = true;
  for (const char* sanitizer : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"}) {
    if (const char* value = std::getenv(sanitizer)) options.environment.push_back(std::string(sanitizer) + "=" + value);
  }
  return options;
}

Finished run_hale(std::vector<std::string> words, ProgramOptions options) {
  return run_program(hale_command(std::move(words)), hale_options(std::move(options)));
}

std::string normalize_report(const std::string& report) {
  static const std::regex time("[0-9]+(\\.[0-9]+)? (ns|\u00b5s|ms|s)\\b");
  static const std::regex blanks(" +");
  return std::regex_replace(std::regex_replace(report, time, "TIME"), blanks, " ");
}

bool no_process_with(const std::string& variable) {
  const auto end = std::chrono::steady_clock::now() + max_wait;
  while (!processes_with(variable).empty()) {
    if (left_until(end) == 0) return false;
    ::poll(nullptr, 0, 5);
  }
  return true;
}

}  // namespace hale::testing
