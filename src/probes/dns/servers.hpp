#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "net/context.hpp"
#include "net/task.hpp"
#include "probes/dns/answer.hpp"

namespace hale {

inline constexpr std::uint16_t dns_port = 53;

/// A name server: its numeric address and its port.
struct DnsServer {
  std::string address;
  std::uint16_t port = dns_port;
};

/// What a name server is asked.
struct DnsQuestion {
  std::string name;
  std::uint16_t type;  ///< one of dns_type's
};

/// An answer and where it comes from.
struct DnsReply {
  DnsAnswer answer;
  std::string server;  ///< "127.0.0.1:53"
};

/// The servers that resolv.conf(5) at `path` names, in its order; where it names none, the one on this machine.
std::vector<DnsServer> system_name_servers(const std::string& path = "/etc/resolv.conf");

/// True when `name` can stand in a question.
bool is_dns_name(const std::string& name);

/// Asks one server after the other by UDP, each with a fair share of the time left and more than once if it is silent,
/// until one knows: SERVFAIL, REFUSED and NOTIMP count only when no other server knows better. A truncated answer is
/// asked for again by TCP. An answer that is not the first server's is the probe's detour. Enters the phase "ask", and
/// "tcp" behind it. Throws Unhealthy with the reason of every server when none answered, and as read_dns_answer() does.
Task<DnsReply> ask_in_turn(ProbeContext& context, std::vector<DnsServer> servers, DnsQuestion question);

/// "c-ares 1.18.1".
std::string dns_library();

}  // namespace hale
