#include "tests/support/program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "base/file.hpp"
#include "base/number.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

constexpr std::chrono::seconds max_run_time(30);

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

std::string_view variable_name(std::string_view assignment) { return assignment.substr(0, assignment.find('=')); }

std::vector<std::string> environment_of(const ProgramOptions& options) {
  std::vector<std::string> all;
  for (char** variable = options.empty_environment ? nullptr : ::environ; variable && *variable; ++variable) {
    all.emplace_back(*variable);
  }
  for (const std::string& change : options.environment) {
    std::erase_if(all, [&](const std::string& variable) { return variable_name(variable) == variable_name(change); });
    if (change.find('=') != std::string::npos) all.push_back(change);
  }
  return all;
}

/// A null-terminated array of pointers to `texts`, which must outlive it.
std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (const std::string& text : texts) all.push_back(const_cast<char*>(text.c_str()));
  all.push_back(nullptr);
  return all;
}

class SpawnActions {
 public:
  SpawnActions() { ::posix_spawn_file_actions_init(&actions_); }
  ~SpawnActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;

  void use_as(const Fd& descriptor, int number) {
    ::posix_spawn_file_actions_adddup2(&actions_, descriptor.get(), number);
  }
  void change_to(const std::string& folder) { ::posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str()); }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

/// Children start with the default action for SIGPIPE and no signal blocked, whatever the test's threads have set.
class SpawnAttributes {
 public:
  SpawnAttributes() {
    ::posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t pipe;
    ::sigemptyset(&none);
    ::sigemptyset(&pipe);
    ::sigaddset(&pipe, SIGPIPE);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &pipe);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnAttributes() { ::posix_spawnattr_destroy(&attributes_); }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;

  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

/// The program's stdout. Sets `to_read` to the other end if the test captures it.
Fd open_out(ProgramOptions::Out out, Fd& to_read) {
  if (out == ProgramOptions::Out::full_disk) return Fd(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  Pipe pipe;
  if (out == ProgramOptions::Out::captured) to_read = std::move(pipe.read_end);
  return std::move(pipe.write_end);
}

/// Reads what is there; closes the descriptor at the end of file. A terminal reports EIO when its other side is closed.
void read_some(Fd& from, std::string& into) {
  std::array<char, 65536> buffer;
  const ssize_t count = ::read(from.get(), buffer.data(), buffer.size());
  if (count > 0) {
    into.append(buffer.data(), static_cast<std::size_t>(count));
  } else if (count == 0 || errno == EIO) {
    from.reset();
  } else if (errno != EINTR && errno != EAGAIN) {
    throw_errno("read");
  }
}

void write_some(Fd& to, std::string& text) {
  const ssize_t count = ::write(to.get(), text.data(), text.size());
  if (count > 0) text.erase(0, static_cast<std::size_t>(count));
  if (text.empty() || (count < 0 && errno == EPIPE)) to.reset();
}

void record_exit(Finished& finished, int status) {
  if (WIFEXITED(status)) finished.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) finished.signal = WTERMSIG(status);
}

/// Reaps `pid` if it exits before `end`. It polls, because the program has closed its output and exits soon.
bool reap(pid_t pid, std::chrono::steady_clock::time_point end, int& status) {
  for (;;) {
    const pid_t reaped = ::waitpid(pid, &status, WNOHANG);
    if (reaped == pid) return true;
    if (reaped < 0 || left_until(end) == 0) return false;
    ::poll(nullptr, 0, 1);
  }
}

void kill_and_reap(pid_t pid) {
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
}

}  // namespace

Program::Program(const std::vector<std::string>& arguments, const ProgramOptions& options)
    : input_(options.input), start_(now()) {
  ::signal(SIGPIPE, SIG_IGN);  // the program may not read its stdin
  Pipe in;
  Pipe err;
  const Fd out = open_out(options.out, out_);
  SpawnActions actions;
  actions.use_as(in.read_end, 0);
  actions.use_as(out, 1);
  actions.use_as(err.write_end, 2);
  if (!options.folder.empty()) actions.change_to(options.folder);
  const SpawnAttributes attributes;
  const std::vector<std::string> environment = environment_of(options);
  const int error = ::posix_spawnp(&pid_, arguments.at(0).c_str(), actions.get(), attributes.get(),
                                   pointers(arguments).data(), pointers(environment).data());
  if (error != 0) throw std::system_error(error, std::generic_category(), arguments.at(0));
  if (!input_.empty()) in_ = std::move(in.write_end);
  if (in_.is_open()) ::fcntl(in_.get(), F_SETFL, O_NONBLOCK);
  err_ = std::move(err.read_end);
}

Program::~Program() {
  if (pid_ > 0) kill_and_reap(pid_);
}

void Program::send(int signal) const {
  if (::kill(pid_, signal) != 0) throw_errno("kill");
}

Finished Program::finish() {
  Finished finished;
  const auto end = std::chrono::steady_clock::now() + max_run_time;
  while (out_.is_open() || err_.is_open()) {
    std::array<pollfd, 3> polled{{{out_.get(), POLLIN, 0}, {err_.get(), POLLIN, 0}, {in_.get(), POLLOUT, 0}}};
    const int left = left_until(end);
    if (left == 0) throw std::runtime_error("the program did not end in 30 seconds; its output: " + finished.out);
    ::poll(polled.data(), polled.size(), left);
    if (polled[0].revents != 0) read_some(out_, finished.out);
    if (polled[1].revents != 0) read_some(err_, finished.err);
    if (polled[2].revents != 0) write_some(in_, input_);
  }
  int status = 0;
  if (!reap(pid_, end, status)) throw std::runtime_error("the program closed its output but did not end");
  pid_ = -1;
  record_exit(finished, status);
  finished.seconds = now() - start_;
  return finished;
}

Finished run_program(const std::vector<std::string>& arguments, const ProgramOptions& options) {
  return Program(arguments, options).finish();
}

Finished run_on_terminal(const std::vector<std::string>& arguments, int columns, const ProgramOptions& options) {
  const double start = now();
  const std::vector<std::string> environment = environment_of(options);
  const std::vector<char*> words = pointers(arguments);
  const std::vector<char*> variables = pointers(environment);
  winsize size{};
  size.ws_col = static_cast<unsigned short>(columns);
  size.ws_row = 24;
  termios raw{};
  ::cfmakeraw(&raw);  // so that a line end stays "\n"
  int terminal = -1;
  const pid_t pid = ::forkpty(&terminal, nullptr, &raw, &size);
  if (pid < 0) throw_errno("forkpty");
  if (pid == 0) {
    if (!options.folder.empty() && ::chdir(options.folder.c_str()) != 0) ::_exit(126);
    ::execvpe(words[0], words.data(), variables.data());
    ::_exit(127);
  }
  Finished finished;
  Fd out(terminal);
  int status = 0;
  const auto end = std::chrono::steady_clock::now() + max_run_time;
  while (out.is_open() && left_until(end) > 0) {
    pollfd polled{out.get(), POLLIN, 0};
    if (::poll(&polled, 1, left_until(end)) > 0) read_some(out, finished.out);
  }
  if (out.is_open() || !reap(pid, end, status)) {
    kill_and_reap(pid);
    throw std::runtime_error("the program on a terminal did not end in 30 seconds; it said: " + finished.out);
  }
  record_exit(finished, status);
  finished.seconds = now() - start;
  return finished;
}

std::vector<pid_t> processes_with(const std::string& variable) {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    const std::optional<pid_t> pid = parse_integer<pid_t>(name);
    if (!pid) continue;
    try {
      const std::string environment = '\0' + read_file(entry.path() / "environ");
      if (environment.find('\0' + variable + '\0') != std::string::npos) found.push_back(*pid);
    } catch (const std::exception&) {
      continue;  // it has ended, or we may not read it
    }
  }
  return found;
}

}  // namespace hale::testing
