#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "net/context.hpp"
#include "net/task.hpp"
#include "probes/dns/answer.hpp"

namespace hale {

inline constexpr std::uint16_t dns_port = 53;

/// A name server: its numeric IP address and its port.
struct DnsServer {
  std::string address;
  std::uint16_t port = dns_port;
};

/// The question section of a query; the class is IN.
struct DnsQuestion {
  std::string name;
  std::uint16_t type;  ///< a result of dns_type()
};

/// An answer and the server that sent it.
struct DnsReply {
  DnsAnswer answer;
  std::string server;  ///< "127.0.0.1:53"
};

/// The name servers of the resolv.conf(5) at `path`, in its order; 127.0.0.1 when it has none. Throws Unhealthy.
std::vector<DnsServer> system_name_servers(const std::string& path = "/etc/resolv.conf");

/// True when `name` fits into a query: labels of 1 to 63 bytes, 255 bytes encoded (RFC 1035, 2.3.4).
bool is_dns_name(const std::string& name);

/// Queries the servers in turn until one answers. Each gets a fair share of the time remaining and several tries over
/// UDP; a truncated answer is requested again over TCP. After SERVFAIL, REFUSED or NOTIMP the next server is queried,
/// and the last such answer counts if no server has a better one. An answer from another than the first server is the
/// probe's fallback. Enters the phase "ask", and "tcp" after it. Throws Unhealthy with the error of every server when
/// no server answered, for a malformed answer, and (UNKNOWN) when c-ares rejects its configuration; std::system_error
/// when no socket can be opened.
Task<DnsReply> query_in_turn(ProbeContext& context, std::vector<DnsServer> servers, DnsQuestion question);

/// "c-ares 1.18.1".
std::string dns_library();

}  // namespace hale
