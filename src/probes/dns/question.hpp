#pragma once

#include <string>

#include "core/target.hpp"
#include "probes/dns/servers.hpp"

namespace hale {

/// A dns target's address and --type, parsed.
struct DnsTarget {
  std::string host{};             ///< of the name server; empty for the system's
  std::uint16_t port = dns_port;  ///< of the name server
  std::string name{};             ///< as typed, without its final dot, for messages
  std::string type{};             ///< "MX"
  DnsQuestion question{};         ///< for an address, its name under in-addr.arpa or ip6.arpa
};

/// Parses `target.typed_address`, which is a URL as in RFC 4501 or a bare name, and --type. Sets `target.address`,
/// `target.host` and `target.secrets`. Throws UsageError.
DnsTarget read_dns_target(Target& target);

}  // namespace hale
