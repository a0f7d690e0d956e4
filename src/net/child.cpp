#include "net/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include <fmt/format.h>

#include "base/fd.hpp"
#include "core/error.hpp"
#include "net/fd_ready.hpp"

// How a child ends.
//
// The deadline of a probe must end everything that the probe started, and a check is often a shell script with
// children. So a child gets its own process group, and the group is killed as a whole. The signal can only miss a
// process that has left the group, as a daemon does on purpose.
//
// A process group id is safe to kill as long as its leader is not reaped: until then the kernel does not use the number
// again. That is why Child waits with waitid(WNOWAIT), which leaves the zombie, and why only ChildReaper reaps, after
// it has killed.
//
// The leader's own children are not ours, so waitpid() could not reap them. PR_SET_CHILD_SUBREAPER changes that:
// orphans below us become our children instead of those of process 1. In a container, process 1 may be hale's caller or
// hale itself, and a program that does not expect children would leave a zombie for each.
//
// Killing is immediate, dying is not: a process may be in a system call. Waiting for each group in turn would delay
// every probe that ends at the same deadline, so ChildReaper only notes the groups, and the run reaps all of them
// together once, at its end. It never blocks for long: a process in uninterruptible sleep is left behind.

namespace hale {
namespace {

[[noreturn]] void throw_error(int error) { throw std::system_error(error, std::generic_category()); }

/// One of the child's output streams, and what was read from it so far.
struct OutputPipe {
  OutputPipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw_error(errno);
    read_end.reset(ends[0]);
    write_end.reset(ends[1]);
    fcntl(read_end.get(), F_SETFL, O_NONBLOCK);
  }

  /// Reads what is there, but at most 256 KiB, so that a child that writes faster than we read does not block the loop.
  /// What exceeds the limit is read and dropped: otherwise the child would block on a full pipe.
  void read_available() {
    std::array<char, 16384> buffer{};
    for (int i = 0; i < 16; ++i) {
      const ssize_t count = read(read_end.get(), buffer.data(), buffer.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && errno == EAGAIN) return;
      if (count <= 0) {
        read_end.reset();
        return;
      }
      text.append(buffer.data(), std::min(static_cast<std::size_t>(count), max_child_output - text.size()));
    }
  }

  Fd read_end;
  Fd write_end;
  std::string text;
};

/// Attributes for posix_spawn: a process group for the child, default signal handling, only descriptors 0 to 2 open.
class SpawnAttributes {
 public:
  SpawnAttributes(int output, int errors) {
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes_, &signals);
    sigaddset(&signals, SIGPIPE);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    posix_spawnattr_setsigdefault(&attributes_, &signals);
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, errors, STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&actions_, 3);
  }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
  ~SpawnAttributes() {
    posix_spawnattr_destroy(&attributes_);
    posix_spawn_file_actions_destroy(&actions_);
  }

  pid_t spawn(std::vector<std::string>& arguments) const {
    std::vector<char*> argv;
    argv.reserve(arguments.size() + 1);
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    pid_t process = 0;
    const int error = posix_spawnp(&process, argv[0], &actions_, &attributes_, argv.data(), environ);
    if (error != 0)
      throw Unhealthy(fmt::format("{}: {}", arguments[0], std::generic_category().message(error)), State::unknown);
    return process;
  }

 private:
  posix_spawnattr_t attributes_{};
  posix_spawn_file_actions_t actions_{};
};

/// Kills process groups, and reaps them later, all at the same time.
class ChildReaper {
 public:
  explicit ChildReaper(Loop&) {}
  ChildReaper(const ChildReaper&) = delete;
  ChildReaper& operator=(const ChildReaper&) = delete;

  ~ChildReaper() { reap(); }

  void reap() {
    for (int tries = 0; tries < 20; ++tries) {
      std::erase_if(groups_, reap_group);
      if (groups_.empty()) return;
      poll(nullptr, 0, 1);
    }
  }

  /// Kills `group`, whose leader must not have been reaped yet.
  void add(pid_t group) {
    kill(-group, SIGKILL);
    if (!reap_group(group)) groups_.push_back(group);
  }

 private:
  /// Reaps the dead processes of `group`; true when no process is left.
  static bool reap_group(pid_t group) {
    pid_t reaped = 0;
    do {
      reaped = waitpid(-group, nullptr, WNOHANG);
    } while (reaped > 0);
    return reaped < 0 && errno == ECHILD;
  }

  std::vector<pid_t> groups_;
};

/// A running child and its process group, which is killed by the destructor.
class Child {
 public:
  Child(ChildReaper& reaper, std::vector<std::string>& arguments) : reaper_(reaper) {
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    process_ = SpawnAttributes(output_.write_end.get(), errors_.write_end.get()).spawn(arguments);
    output_.write_end.reset();
    errors_.write_end.reset();
    exited_.reset(static_cast<int>(syscall(SYS_pidfd_open, process_, 0)));
    events_.reset(epoll_create1(EPOLL_CLOEXEC));
    if (!exited_.is_open() || !events_.is_open()) {
      const int error = errno;
      reaper_.add(process_);
      throw_error(error);
    }
    for (const int watched : {exited_.get(), output_.read_end.get(), errors_.read_end.get()}) {
      epoll_event event{};
      event.events = EPOLLIN;
      epoll_ctl(events_.get(), EPOLL_CTL_ADD, watched, &event);
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { reaper_.add(process_); }

  /// Readable when there is output to read or the child has exited.
  int events() const { return events_.get(); }

  /// Reads the output that is there; true when the child has exited.
  bool read_output() {
    // The exit is checked first, so that what the child wrote before it is read after it.
    pollfd exited{exited_.get(), POLLIN, 0};
    const bool has_exited = poll(&exited, 1, 0) > 0;
    output_.read_available();
    errors_.read_available();
    return has_exited;
  }

  /// The result of a child that has exited. Does not reap it.
  ChildResult result() {
    siginfo_t status{};
    while (waitid(P_PID, static_cast<id_t>(process_), &status, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
    }
    ChildResult result;
    if (status.si_code == CLD_EXITED) {
      result.exit_code = status.si_status;
    } else {
      result.signal = status.si_status;
    }
    result.output = std::move(output_.text);
    result.errors = std::move(errors_.text);
    return result;
  }

 private:
  ChildReaper& reaper_;
  pid_t process_ = 0;
  OutputPipe output_;
  OutputPipe errors_;
  Fd exited_;  ///< a pidfd, readable when the process has exited
  Fd events_;  ///< an epoll of the pidfd and both pipes, so that the loop waits for one descriptor
};

}  // namespace

Task<ChildResult> run_child(ProbeContext& context, std::vector<std::string> arguments) {
  context.enter("run");
  Child child(context.loop().shared<ChildReaper>(), arguments);
  while (!child.read_output()) co_await wait_ready(context, child.events(), FdEvent::readable);
  co_return child.result();
}

void reap_children(Loop& loop) { loop.shared<ChildReaper>().reap(); }

}  // namespace hale
