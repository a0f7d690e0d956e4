#include "net/resolve.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "base/fd.hpp"
#include "base/file.hpp"
#include "core/error.hpp"
#include "net/event.hpp"
#include "net/fd_watcher.hpp"
#include "net/hosts_file.hpp"

namespace hale {
namespace {

/// The result of getaddrinfo.
struct Resolution {
  std::string error;
  std::vector<std::string> addresses;
};

/// One lookup and the coroutines that wait for it. Used only on the loop's thread.
struct Lookup {
  Resolution resolution;
  bool done = false;
  std::vector<Event*> waiting;
};

/// Carries results from the lookup threads to the loop. Threads may outlive the loop, so each shares ownership of it.
class CompletionQueue {
 public:
  using Completion = std::pair<std::shared_ptr<Lookup>, Resolution>;

  CompletionQueue() : event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!event_.is_open()) throw std::system_error(errno, std::generic_category());
  }

  /// A descriptor that is readable while the queue is not empty.
  int event() const { return event_.get(); }

  void push(Completion completion) {
    const std::scoped_lock lock(mutex_);
    completions_.push_back(std::move(completion));
    eventfd_write(event_.get(), 1);
  }

  std::vector<Completion> pop_all() {
    const std::scoped_lock lock(mutex_);
    eventfd_t count = 0;
    eventfd_read(event_.get(), &count);
    return std::exchange(completions_, {});
  }

 private:
  Fd event_;
  std::mutex mutex_;
  std::vector<Completion> completions_;
};

bool is_ipv6(std::string_view address) { return address.find(':') != std::string_view::npos; }

/// The distinct addresses of `list` in numeric form.
std::vector<std::string> numeric_addresses(const addrinfo* list) {
  std::vector<std::string> addresses;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(entry->ai_addr, entry->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0)
      continue;
    if (std::find(addresses.begin(), addresses.end(), text.data()) == addresses.end())
      addresses.emplace_back(text.data());
  }
  return addresses;
}

/// Blocks, unless `flags` is AI_NUMERICHOST.
Resolution call_getaddrinfo(const std::string& host, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* list = nullptr;
  const int error = getaddrinfo(host.c_str(), nullptr, &hints, &list);
  if (error != 0) return {error == EAI_SYSTEM ? std::generic_category().message(errno) : gai_strerror(error), {}};
  Resolution resolution{{}, numeric_addresses(list)};
  freeaddrinfo(list);
  return resolution;
}

#ifdef HALE_STATIC
/// True when getaddrinfo will not block: the static build fixes its order, and the hosts file comes first.
bool resolves_without_waiting(const std::string& host) {
  try {
    return has_host(read_file("/etc/hosts"), host);
  } catch (const std::system_error&) {
    return false;
  }
}
#else
/// What getaddrinfo asks first is up to nsswitch.conf, so any name may block.
bool resolves_without_waiting(const std::string&) { return false; }
#endif

/// Looks up each name once per run.
class Resolver {
 public:
  explicit Resolver(Loop& loop)
      : loop_(loop),
        watcher_(
            loop, [this](int, bool, bool) { handle_completions(); }, [] {}) {
    watcher_.watch(queue_->event(), true, false);
  }

  Task<Resolution> resolve(std::string host) {
    std::shared_ptr<Lookup>& slot = by_name_[host];
    if (!slot) slot = start_lookup(host);
    const std::shared_ptr<Lookup> lookup = slot;
    if (!lookup->done) {
      Event done(loop_.executor());
      const Wait wait(watcher_, *lookup, done);
      co_await done.wait();
    }
    co_return lookup->resolution;
  }

 private:
  /// Registers `done` with a lookup, and removes it again, at the deadline too.
  class Wait {
   public:
    Wait(FdWatcher& watcher, Lookup& lookup, Event& done) : watcher_(watcher), lookup_(lookup), done_(done) {
      lookup_.waiting.push_back(&done_);
      watcher_.start();
    }
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;
    ~Wait() {
      std::erase(lookup_.waiting, &done_);
      watcher_.stop();
    }

   private:
    FdWatcher& watcher_;
    Lookup& lookup_;
    Event& done_;
  };

  std::shared_ptr<Lookup> start_lookup(const std::string& host) {
    auto lookup = std::make_shared<Lookup>();
    lookup->resolution = call_getaddrinfo(host, AI_NUMERICHOST);
    lookup->done = !lookup->resolution.addresses.empty();
    if (lookup->done) return lookup;
    if (resolves_without_waiting(host)) {
      lookup->resolution = call_getaddrinfo(host, 0);
      lookup->done = true;
    } else {
      // Detached, because getaddrinfo cannot be cancelled: with a name server that does not answer it blocks for longer
      // than the run lasts. The process exits without waiting for it.
      std::thread([host, lookup, queue = queue_] { queue->push({lookup, call_getaddrinfo(host, 0)}); }).detach();
    }
    return lookup;
  }

  void handle_completions() {
    for (auto& [lookup, resolution] : queue_->pop_all()) {
      lookup->resolution = std::move(resolution);
      lookup->done = true;
      for (Event* done : lookup->waiting) done->set();
    }
  }

  Loop& loop_;
  std::shared_ptr<CompletionQueue> queue_ = std::make_shared<CompletionQueue>();
  FdWatcher watcher_;
  std::unordered_map<std::string, std::shared_ptr<Lookup>> by_name_;
};

}  // namespace

Task<std::vector<std::string>> resolve(ProbeContext& context, std::string host) {
  context.enter("dns");
  Resolution resolution;
  if (const std::vector<std::string>* overridden = context.overridden_addresses(host)) {
    resolution.addresses = *overridden;
  } else {
    resolution = co_await context.loop().shared<Resolver>().resolve(host);
  }
  if (!resolution.error.empty()) throw Unhealthy(fmt::format("{}: {}", host, resolution.error));
  std::vector<std::string> addresses = std::move(resolution.addresses);
  if (context.family() != Family::any) {
    const bool want_ipv6 = context.family() == Family::ipv6;
    std::erase_if(addresses, [&](const std::string& address) { return is_ipv6(address) != want_ipv6; });
    if (addresses.empty()) throw Unhealthy(fmt::format("{} has no {} address", host, want_ipv6 ? "IPv6" : "IPv4"));
  }
  co_return addresses;
}

}  // namespace hale
