#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "tests/support/descriptor.hpp"

namespace hale::testing {

/// How a program ended and what it said.
struct Finished {
  int exit_code = -1;  ///< -1 when a signal ended it
  int signal = 0;
  std::string out;
  std::string err;
  double seconds = 0;
};

struct ProgramOptions {
  std::vector<std::string> environment{};  ///< "NAME=text" beside, or instead of, the test's own; "NAME" takes one away
  bool empty_environment = false;          ///< begin with none
  std::string input{};                     ///< what stands on stdin
  std::string folder{};                    ///< to run in, else the test's own
  enum class Out { captured, broken_pipe, full_disk } out = Out::captured;
};

/// A running program. It is killed at the end when it has not ended.
class Program {
 public:
  explicit Program(const std::vector<std::string>& arguments, const ProgramOptions& options = {});
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  pid_t pid() const { return pid_; }
  void send(int signal) const;

  /// Waits for the end of the program and of its output. Throws when that takes more than 30 seconds.
  Finished finish();

 private:
  pid_t pid_ = -1;
  Descriptor in_;
  Descriptor out_;
  Descriptor err_;
  std::string input_;
  double began_ = 0;
};

/// Runs `arguments` (a path, or a name to find in PATH, first) to its end.
Finished run_program(const std::vector<std::string>& arguments, const ProgramOptions& options = {});

/// Runs `arguments` with a terminal of `columns` columns as stdin, stdout and stderr; `out` is what the terminal got.
Finished run_on_terminal(const std::vector<std::string>& arguments, int columns, const ProgramOptions& options = {});

/// The processes that have "NAME=text" in the environment they were started with; a way to find what a program left
/// behind.
std::vector<pid_t> processes_with(const std::string& variable);

}  // namespace hale::testing
