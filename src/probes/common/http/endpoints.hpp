#pragma once

#include <string>
#include <vector>

#include "net/context.hpp"
#include "probes/common/http/request.hpp"

namespace hale {

/// The URL that libcurl gets: of a host that has another name in TLS, by that name.
Url asked_url(const HttpRequest& request);

/// Looks up every name that the request's connection needs, the proxy's and the server's, so that libcurl never asks a
/// name server. Returns what CURLOPT_RESOLVE takes: "NAME:PORT:ADDRESS,ADDRESS". Enters the phase "dns" unless there is
/// nothing to look up. Throws Unhealthy; of the proxy's name it says so.
Task<std::vector<std::string>> resolve_all(ProbeContext& context, const HttpRequest& request);

/// Notes as the probe's detour that `answered` was not the first of the `tried` addresses of the server; libcurl does
/// not say why the others did not. Says nothing of a proxy's.
void record_detour(ProbeContext& context, const HttpRequest& request, const std::vector<std::string>& tried,
                   const std::string& answered);

/// What to say behind the reason why none of the `tried` addresses answered: which they are when there are several, and
/// hint_at_loopback(). Empty for a proxy's.
Task<std::string> words_on_addresses(ProbeContext& context, HttpRequest request, std::vector<std::string> tried);

}  // namespace hale
