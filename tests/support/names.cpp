#include "tests/support/names.hpp"

#include <netdb.h>

#include <map>
#include <mutex>

namespace hale::testing {
namespace {

/// With a mutex, because lookups run on separate threads.
struct ScriptedAddresses {
  std::mutex mutex;
  std::map<std::string, std::vector<std::string>> addresses{{"both.test", {"::1", "127.0.0.1"}}};
};

ScriptedAddresses& names() {
  static ScriptedAddresses all;
  return all;
}

std::vector<std::string> scripted_addresses(const char* name) {
  const std::scoped_lock lock(names().mutex);
  const auto found = names().addresses.find(name == nullptr ? "" : name);
  return found == names().addresses.end() ? std::vector<std::string>() : found->second;
}

}  // namespace

ScriptedName::ScriptedName(const std::string& name, std::vector<std::string> addresses) : name_(name) {
  const std::scoped_lock lock(names().mutex);
  names().addresses[name] = std::move(addresses);
}

ScriptedName::~ScriptedName() {
  const std::scoped_lock lock(names().mutex);
  names().addresses.erase(name_);
}

}  // namespace hale::testing

// The linker redirects all calls of getaddrinfo in this program to __wrap_getaddrinfo (--wrap, see
// tests/CMakeLists.txt).
extern "C" int __real_getaddrinfo(const char*, const char*, const addrinfo*, addrinfo**);

extern "C" int __wrap_getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** list) {
  const bool numeric = hints != nullptr && (hints->ai_flags & AI_NUMERICHOST) != 0;
  const std::vector<std::string> addresses = hale::testing::scripted_addresses(node);
  if (numeric || addresses.empty()) return __real_getaddrinfo(node, service, hints, list);
  addrinfo** end = list;
  for (const std::string& address : addresses) {
    const int error = __real_getaddrinfo(address.c_str(), service, hints, end);
    if (error != 0) return error;
    while (*end != nullptr) end = &(*end)->ai_next;
  }
  return 0;
}
