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
  std::vector<std::string> records;  ///< the data of each record of the type asked for, sorted as texts
  std::optional<std::uint32_t> ttl;  ///< the least of these records', in seconds; nothing when there are none
};

/// The number of a record type that hale can show ("MX" in any case: 15); nothing for any other word.
std::optional<std::uint16_t> dns_type(std::string_view name);

/// True when `message` says of itself that it was cut to fit.
bool is_truncated(std::string_view message);

/// Reads a message of RFC 1035, 4: the records of its answer section that are of `type`, one of dns_type's, and of the
/// class IN. Data are in presentation format, with names as absolute as they always are, and without their last dot;
/// the strings of a TXT record are joined. Throws Unhealthy for anything that is no answer or is broken.
DnsAnswer read_dns_answer(std::string_view message, std::uint16_t type);

}  // namespace hale
