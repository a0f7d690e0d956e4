#pragma once

#include <sys/wait.h>

#include <unistd.h>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <fmt/format.h>

namespace hale::tests {

/// What `command` wrote on both streams with `input` on its standard input, and "exit N" in a last line unless N is 0.
inline std::string run_shell(const std::string& command, const std::string& input) {
  std::array<char, 32> path{"/tmp/hale-test-XXXXXX"};
  const int file = mkstemp(path.data());
  std::string text;
  if (file < 0 || write(file, input.data(), input.size()) != static_cast<ssize_t>(input.size()))
    return "no temporary file";
  close(file);
  FILE* pipe = popen(fmt::format("({}) <{} 2>&1", command, path.data()).c_str(), "r");
  std::array<char, 4096> chunk{};
  for (std::size_t n = 0; (n = fread(chunk.data(), 1, chunk.size(), pipe)) > 0;) text.append(chunk.data(), n);
  const int status = pclose(pipe);
  unlink(path.data());
  if (const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); code != 0)
    text += fmt::format("exit {}\n", code);
  return text;
}

}  // namespace hale::tests
