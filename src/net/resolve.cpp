#include "net/resolve.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <memory>
#include <system_error>
#include <thread>
#include <unordered_map>

#include <fmt/format.h>

#include "core/error.hpp"
#include "net/file.hpp"
#include "net/hosts.hpp"
#include "net/ready.hpp"

namespace hale {
namespace {

/// One look-up, shared by its thread and by all who wait for it.
struct Lookup {
  Lookup() = default;
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;
  ~Lookup() { close_event(); }

  void open_event() {
    done_event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (done_event < 0) throw std::system_error(errno, std::generic_category());
  }

  /// Only for who has seen the event happen: the thread still has to write to it after `done`.
  void close_event() {
    if (done_event >= 0) close(done_event);
    done_event = -1;
  }

  int done_event = -1;
  std::atomic<bool> done = false;
  std::string error;
  std::vector<std::string> addresses;
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

void look_up(const std::string& host, int flags, Lookup& lookup) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* list = nullptr;
  const int error = getaddrinfo(host.c_str(), nullptr, &hints, &list);
  lookup.error.clear();
  if (error == 0) {
    lookup.addresses = numeric(list);
    freeaddrinfo(list);
  } else {
    lookup.error = error == EAI_SYSTEM ? std::generic_category().message(errno) : gai_strerror(error);
  }
  lookup.done.store(true, std::memory_order_release);
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
  explicit Lookups(Loop&) {}

  std::shared_ptr<Lookup> of(const std::string& host) {
    std::shared_ptr<Lookup>& lookup = by_name_[host];
    if (lookup) return lookup;
    auto fresh = std::make_shared<Lookup>();
    look_up(host, AI_NUMERICHOST, *fresh);
    if (fresh->addresses.empty()) answers_at_once(host) ? look_up(host, 0, *fresh) : start(host, fresh);
    return lookup = fresh;
  }

 private:
  static void start(const std::string& host, const std::shared_ptr<Lookup>& lookup) {
    lookup->done = false;
    lookup->open_event();
    // Detached: nothing can end getaddrinfo, and nobody may wait for it.
    std::thread([host, lookup] {
      look_up(host, 0, *lookup);
      eventfd_write(lookup->done_event, 1);
    }).detach();
  }

  std::unordered_map<std::string, std::shared_ptr<Lookup>> by_name_;
};

}  // namespace

Task<std::vector<std::string>> resolve(Net& net, std::string host) {
  net.enter("dns");
  const std::shared_ptr<Lookup> lookup = net.loop().shared<Lookups>().of(host);
  if (!lookup->done.load(std::memory_order_acquire)) {
    co_await ready(net, lookup->done_event, Readiness::readable);
    lookup->close_event();
  }
  if (!lookup->error.empty()) throw Unhealthy(fmt::format("{}: {}", host, lookup->error));
  std::vector<std::string> addresses = lookup->addresses;
  if (net.family() != Family::any) {
    const bool want_ipv6 = net.family() == Family::ipv6;
    std::erase_if(addresses, [&](const std::string& address) { return is_ipv6(address) != want_ipv6; });
    if (addresses.empty()) throw Unhealthy(fmt::format("{} has no {} address", host, want_ipv6 ? "IPv6" : "IPv4"));
  }
  co_return addresses;
}

}  // namespace hale
