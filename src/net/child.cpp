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

#include "core/error.hpp"
#include "net/fd_ready.hpp"

namespace hale {
namespace {

[[noreturn]] void fail(int error) { throw std::system_error(error, std::generic_category()); }

/// A descriptor that closes itself.
class Owned {
 public:
  explicit Owned(int descriptor = -1) : descriptor_(descriptor) {}
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() { reset(-1); }

  int get() const { return descriptor_; }
  void reset(int descriptor) {
    if (descriptor_ >= 0) close(descriptor_);
    descriptor_ = descriptor;
  }

 private:
  int descriptor_;
};

/// One of the child's outputs: the end we read and what came so far.
struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) fail(errno);
    ours.reset(ends[0]);
    theirs.reset(ends[1]);
    fcntl(ours.get(), F_SETFL, O_NONBLOCK);
  }

  /// Takes what is there, but no more than a loop's turn allows: a child may write faster than we read. What is over
  /// the cap is dropped, so that the child is not blocked.
  void drain() {
    std::array<char, 16384> buffer{};
    for (int turn = 0; turn < 16; ++turn) {
      const ssize_t count = read(ours.get(), buffer.data(), buffer.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && errno == EAGAIN) return;
      if (count <= 0) {
        ours.reset(-1);
        return;
      }
      text.append(buffer.data(), std::min(static_cast<std::size_t>(count), child_output_cap - text.size()));
    }
  }

  Owned ours;
  Owned theirs;
  std::string text;
};

/// The attributes of posix_spawn that make a child a stranger: own group, default signals, nothing of ours open.
class SpawnSetup {
 public:
  SpawnSetup(int output, int errors) {
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
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;
  ~SpawnSetup() {
    posix_spawnattr_destroy(&attributes_);
    posix_spawn_file_actions_destroy(&actions_);
  }

  pid_t spawn(std::vector<std::string>& words) const {
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_t process = 0;
    const int error = posix_spawnp(&process, arguments[0], &actions_, &attributes_, arguments.data(), environ);
    if (error != 0)
      throw Unhealthy(fmt::format("{}: {}", words[0], std::generic_category().message(error)), State::unknown);
    return process;
  }

 private:
  posix_spawnattr_t attributes_{};
  posix_spawn_file_actions_t actions_{};
};

/// Kills groups, and reaps them all together at the end of the run: where many end at one deadline, none waits for
/// another's death.
class ChildReaper {
 public:
  explicit ChildReaper(Loop&) {}
  ChildReaper(const ChildReaper&) = delete;
  ChildReaper& operator=(const ChildReaper&) = delete;

  ~ChildReaper() { reap(); }

  void reap() {
    for (int tries = 0; tries < 20; ++tries) {
      std::erase_if(groups_, reaped);
      if (groups_.empty()) return;
      poll(nullptr, 0, 1);
    }
  }

  /// The group's number is its own as long as its leader is not reaped.
  void bury(pid_t group) {
    kill(-group, SIGKILL);
    if (!reaped(group)) groups_.push_back(group);
  }

 private:
  /// Reaps who is dead; true when nobody is left.
  static bool reaped(pid_t group) {
    pid_t dead = 0;
    do {
      dead = waitpid(-group, nullptr, WNOHANG);
    } while (dead > 0);
    return dead < 0 && errno == ECHILD;
  }

  std::vector<pid_t> groups_;
};

/// A running child with its group. Whatever happens, its end is the end of them all.
class Child {
 public:
  Child(ChildReaper& graveyard, std::vector<std::string>& words) : graveyard_(graveyard) {
    // A grandchild whose parent is gone becomes ours to reap, and no zombie is left in a container without init.
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    process_ = SpawnSetup(output_.theirs.get(), errors_.theirs.get()).spawn(words);
    output_.theirs.reset(-1);
    errors_.theirs.reset(-1);
    end_.reset(static_cast<int>(syscall(SYS_pidfd_open, process_, 0)));
    events_.reset(epoll_create1(EPOLL_CLOEXEC));
    if (end_.get() < 0 || events_.get() < 0) {
      const int error = errno;
      graveyard_.bury(process_);
      fail(error);
    }
    for (const int watched : {end_.get(), output_.ours.get(), errors_.ours.get()}) {
      epoll_event event{};
      event.events = EPOLLIN;
      epoll_ctl(events_.get(), EPOLL_CTL_ADD, watched, &event);
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { graveyard_.bury(process_); }

  int events() const { return events_.get(); }

  /// Takes what the child said; true when it has ended.
  bool look() {
    pollfd end{end_.get(), POLLIN, 0};
    const bool ended = poll(&end, 1, 0) > 0;
    output_.drain();
    errors_.drain();
    return ended;
  }

  /// How it ended, once look() has said so. It is not reaped yet.
  ChildEnd end() {
    siginfo_t status{};
    while (waitid(P_PID, static_cast<id_t>(process_), &status, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
    }
    ChildEnd end;
    if (status.si_code == CLD_EXITED) {
      end.exit_code = status.si_status;
    } else {
      end.signal = status.si_status;
    }
    end.output = std::move(output_.text);
    end.errors = std::move(errors_.text);
    return end;
  }

 private:
  ChildReaper& graveyard_;
  pid_t process_ = 0;
  Pipe output_;
  Pipe errors_;
  Owned end_;
  Owned events_;
};

}  // namespace

Task<ChildEnd> run_child(ProbeContext& context, std::vector<std::string> words) {
  context.enter("run");
  Child child(context.loop().shared<ChildReaper>(), words);
  while (!child.look()) co_await ready(context, child.events(), Readiness::readable);
  co_return child.end();
}

void reap_children(Loop& loop) { loop.shared<ChildReaper>().reap(); }

}  // namespace hale
