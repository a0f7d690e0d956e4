#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hale {

/// What a name server answered.
struct DnsAnswer {
  std::string rcode;                 ///< "NOERROR", "NXDOMAIN", ...; "RCODE12" where the number has no name
  std::vector<std::string> records;  ///< the data of each record of the requested type, sorted as texts
  std::optional<std::uint32_t> ttl;  ///< the lowest of these records, in seconds; nothing without records
};

/// The record types that hale can show, as an option's choices.
inline constexpr std::string_view dns_types = "A|AAAA|CNAME|MX|NS|TXT|PTR|SRV|SOA|CAA";

/// The number of a record type that hale can show, in any case: 15 for "MX" or "mx". Nothing for any other name.
std::optional<std::uint16_t> dns_type(std::string_view name);

/// True when the TC bit of `message` is set: the server truncated it (RFC 1035, 4.1.1).
bool is_truncated(std::string_view message);

/// Parses a message (RFC 1035, 4): the records of its answer section that have the class IN and `type`, which is a
/// result of dns_type(). Data are in presentation format, with absolute names without their final dot; the strings of a
/// TXT record are joined. Throws Unhealthy for a query and for a malformed message.
DnsAnswer read_dns_answer(std::string_view message, std::uint16_t type);

}  // namespace hale
