#pragma once

#include <string>

#include "core/target.hpp"
#include "probes/dns/servers.hpp"

namespace hale {

/// What a dns target's address and --type say.
struct DnsTarget {
  std::string host{};  ///< of the server to ask; empty for the system's
  std::uint16_t port = dns_port;
  std::string name{};      ///< as typed, without its last dot: what messages speak of
  std::string type{};      ///< "MX"
  DnsQuestion question{};  ///< of an address literal, its name in the reverse tree
};

/// Reads `target.typed_address`, which is a URL as in RFC 4501, or a bare name, and --type; sets `target.address` and
/// `target.host`. Throws UsageError.
DnsTarget read_dns_target(Target& target);

}  // namespace hale
