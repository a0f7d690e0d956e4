#include <netdb.h>

#include <string>

// A name that has both loopback addresses whatever the hosts file says, IPv6 first: "both.test".

extern "C" int __real_getaddrinfo(const char*, const char*, const addrinfo*, addrinfo**);

extern "C" int __wrap_getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** list) {
  const bool numeric = hints != nullptr && (hints->ai_flags & AI_NUMERICHOST) != 0;
  if (node == nullptr || std::string(node) != "both.test" || numeric)
    return __real_getaddrinfo(node, service, hints, list);
  const int error = __real_getaddrinfo("::1", service, hints, list);
  if (error != 0) return error;
  addrinfo* last = *list;
  while (last->ai_next != nullptr) last = last->ai_next;
  return __real_getaddrinfo("127.0.0.1", service, hints, &last->ai_next);
}
