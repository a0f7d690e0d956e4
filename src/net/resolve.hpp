#pragma once

#include <string>
#include <vector>

#include "net/context.hpp"

namespace hale {

/// The numeric addresses of `host` in the system's order of preference, those of the probe's family. The program's only
/// name look-up: getaddrinfo on a thread of its own, one for every name of the run, so that a silent name server blocks
/// nobody and nsswitch and /etc/hosts count as for the user's services. An address literal needs no thread.
/// What the probe knows by Net::know() is not looked up. Enters the phase "dns". Throws Unhealthy with the resolver's
/// words when there is no address.
Task<std::vector<std::string>> resolve(ProbeContext& context, std::string host);

}  // namespace hale
