#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "tests/support/fd.hpp"

namespace hale::testing {

/// How a program ended and what it wrote.
struct Finished {
  int exit_code = -1;  ///< -1 when a signal ended it
  int signal = 0;
  std::string out;
  std::string err;
  double seconds = 0;
};

struct ProgramOptions {
  std::vector<std::string> environment{};  ///< "NAME=text" adds or replaces a variable; "NAME" removes one
  bool empty_environment = false;          ///< start without the test's environment
  std::string input{};                     ///< its stdin
  std::string folder{};                    ///< working directory; empty for the test's
  enum class Out { captured, broken_pipe, full_disk } out = Out::captured;
};

/// A running program. The destructor kills it if it has not ended.
class Program {
 public:
  explicit Program(const std::vector<std::string>& arguments, const ProgramOptions& options = {});
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  pid_t pid() const { return pid_; }
  void send(int signal) const;

  /// Waits for the program and its output to end. Throws when that takes more than 30 seconds.
  Finished finish();

 private:
  pid_t pid_ = -1;
  Fd in_;
  Fd out_;
  Fd err_;
  std::string input_;
  double start_ = 0;
};

/// Runs a program to its end. `arguments[0]` is a path, or a name that is searched for in PATH.
Finished run_program(const std::vector<std::string>& arguments, const ProgramOptions& options = {});

/// The same with a terminal of `columns` columns as stdin, stdout and stderr; `out` is what the terminal received.
Finished run_on_terminal(const std::vector<std::string>& arguments, int columns, const ProgramOptions& options = {});

/// The processes that were started with `variable` ("NAME=text") in their environment: finds what a program left
/// running.
std::vector<pid_t> processes_with(const std::string& variable);

}  // namespace hale::testing
