#pragma once

#include <string>
#include <vector>

#include "net/context.hpp"

namespace hale {

/// The numeric addresses of `host`, of the probe's address family, in the system's order of preference; at least one.
/// This is the program's only name lookup. It uses getaddrinfo, so that nsswitch.conf and /etc/hosts count as they do
/// for other programs, on a separate thread for each name, so that a silent name server does not block other probes.
/// Each name is looked up once per run; an address literal needs no lookup, and a name given to
/// ProbeContext::override_host() gets none. Enters the phase "dns". Throws Unhealthy with the resolver's message when
/// there is no address, and std::system_error at the deadline.
Task<std::vector<std::string>> resolve(ProbeContext& context, std::string host);

}  // namespace hale
