#include "net/resolve.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/eventfd.h>
#include <unistd.h>

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

#include "base/file.hpp"
#include "core/error.hpp"
#include "net/event.hpp"
#include "net/fd_watcher.hpp"
#include "net/hosts_file.hpp"

namespace hale {
namespace {

/// What the system says of a name.
struct Found {
  std::string error;
  std::vector<std::string> addresses;
};

/// One look-up and those who wait for it. Only the loop's thread touches it.
struct Lookup {
  Found found;
  bool done = false;
  std::vector<Event*> waiting;
};

/// Where a thread leaves what it found. Threads may outlive the loop, so each holds a share of it.
class CompletionQueue {
 public:
  using Letter = std::pair<std::shared_ptr<Lookup>, Found>;

  CompletionQueue() : event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (event_ < 0) throw std::system_error(errno, std::generic_category());
  }
  CompletionQueue(const CompletionQueue&) = delete;
  CompletionQueue& operator=(const CompletionQueue&) = delete;
  ~CompletionQueue() { close(event_); }

  /// Readable while there are letters.
  int event() const { return event_; }

  void put(Letter letter) {
    const std::scoped_lock lock(mutex_);
    letters_.push_back(std::move(letter));
    eventfd_write(event_, 1);
  }

  std::vector<Letter> take() {
    const std::scoped_lock lock(mutex_);
    eventfd_t count = 0;
    eventfd_read(event_, &count);
    return std::exchange(letters_, {});
  }

 private:
  int event_;
  std::mutex mutex_;
  std::vector<Letter> letters_;
};

bool is_ipv6(std::string_view address) { return address.find(':') != std::string_view::npos; }

/// Numeric form of every distinct address of `list`.
std::vector<std::string> numeric(const addrinfo* list) {
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

Found look_up(const std::string& host, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* list = nullptr;
  const int error = getaddrinfo(host.c_str(), nullptr, &hints, &list);
  if (error != 0) return {error == EAI_SYSTEM ? std::generic_category().message(errno) : gai_strerror(error), {}};
  Found found{{}, numeric(list)};
  freeaddrinfo(list);
  return found;
}

#ifdef HALE_STATIC
/// getaddrinfo asks the hosts file first, for a static build pins it so; a name that stands there blocks nobody.
bool answers_at_once(const std::string& host) {
  try {
    return has_host(read_file("/etc/hosts"), host);
  } catch (const std::system_error&) {
    return false;
  }
}
#else
/// What getaddrinfo asks first is the system's affair.
bool answers_at_once(const std::string&) { return false; }
#endif

class Lookups {
 public:
  explicit Lookups(Loop& loop)
      : loop_(loop),
        watch_(
            loop, [this](int, bool, bool) { deliver(); }, [] {}) {
    watch_.want(letterbox_->event(), true, false);
  }

  Task<Found> of(std::string host) {
    std::shared_ptr<Lookup>& kept = by_name_[host];
    if (!kept) kept = begin(host);
    const std::shared_ptr<Lookup> lookup = kept;
    if (!lookup->done) {
      Event done(loop_.executor());
      const Wait wait(watch_, *lookup, done);
      co_await done.wait();
    }
    co_return lookup->found;
  }

 private:
  /// Stands in the look-up's list, and lets go of it at the deadline too.
  class Wait {
   public:
    Wait(FdWatcher& watch, Lookup& lookup, Event& done) : watch_(watch), lookup_(lookup), done_(done) {
      lookup_.waiting.push_back(&done_);
      watch_.start();
    }
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;
    ~Wait() {
      std::erase(lookup_.waiting, &done_);
      watch_.stop();
    }

   private:
    FdWatcher& watch_;
    Lookup& lookup_;
    Event& done_;
  };

  std::shared_ptr<Lookup> begin(const std::string& host) {
    auto lookup = std::make_shared<Lookup>();
    lookup->found = look_up(host, AI_NUMERICHOST);
    lookup->done = !lookup->found.addresses.empty();
    if (lookup->done) return lookup;
    if (answers_at_once(host)) {
      lookup->found = look_up(host, 0);
      lookup->done = true;
    } else {
      // Detached: nothing can end getaddrinfo, and nobody may wait for it.
      std::thread([host, lookup, letterbox = letterbox_] { letterbox->put({lookup, look_up(host, 0)}); }).detach();
    }
    return lookup;
  }

  void deliver() {
    for (auto& [lookup, found] : letterbox_->take()) {
      lookup->found = std::move(found);
      lookup->done = true;
      for (Event* done : lookup->waiting) done->set();
    }
  }

  Loop& loop_;
  std::shared_ptr<CompletionQueue> letterbox_ = std::make_shared<CompletionQueue>();
  FdWatcher watch_;
  std::unordered_map<std::string, std::shared_ptr<Lookup>> by_name_;
};

}  // namespace

Task<std::vector<std::string>> resolve(ProbeContext& context, std::string host) {
  context.enter("dns");
  Found found;
  if (const std::vector<std::string>* known = context.overridden_addresses(host)) {
    found.addresses = *known;
  } else {
    found = co_await context.loop().shared<Lookups>().of(host);
  }
  if (!found.error.empty()) throw Unhealthy(fmt::format("{}: {}", host, found.error));
  std::vector<std::string> addresses = std::move(found.addresses);
  if (context.family() != Family::any) {
    const bool want_ipv6 = context.family() == Family::ipv6;
    std::erase_if(addresses, [&](const std::string& address) { return is_ipv6(address) != want_ipv6; });
    if (addresses.empty()) throw Unhealthy(fmt::format("{} has no {} address", host, want_ipv6 ? "IPv6" : "IPv4"));
  }
  co_return addresses;
}

}  // namespace hale
