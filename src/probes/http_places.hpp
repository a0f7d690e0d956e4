#pragma once

#include <string>
#include <vector>

#include "net/net.hpp"
#include "probes/http_request.hpp"

namespace hale {

/// The URL that libcurl gets: of a host that has another name in TLS, by that name.
Url asked_url(const HttpRequest& request);

/// Looks up every name that the request's connection needs, the proxy's and the server's, so that libcurl never asks a
/// name server. Returns what CURLOPT_RESOLVE takes: "NAME:PORT:ADDRESS,ADDRESS". Enters the phase "dns" unless there is
/// nothing to look up. Throws Unhealthy; of the proxy's name it says so.
Task<std::vector<std::string>> look_up_all(Net& net, const HttpRequest& request);

}  // namespace hale
