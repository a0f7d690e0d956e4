#pragma once

#include <string>
#include <vector>

#include "net/context.hpp"
#include "probes/common/http/request.hpp"

namespace hale {

/// The request's URL, for https with the host replaced by --server-name: libcurl takes the SNI and the name to verify
/// from the URL alone.
Url url_with_server_name(const HttpRequest& request);

/// Resolves every name that the connection needs, the proxy's and the server's, so that libcurl never asks a name
/// server. Returns entries for CURLOPT_RESOLVE: "NAME:PORT:ADDRESS,ADDRESS". Enters the phase "dns" unless there is
/// nothing to resolve. Throws Unhealthy; the message says when the name is the proxy's.
Task<std::vector<std::string>> resolve_all(ProbeContext& context, const HttpRequest& request);

/// Records the probe's fallback when `connected` is not the first of the server's `tried` addresses. libcurl does not
/// report why the others failed. Does nothing when the request goes through a proxy or a unix socket.
void record_fallback(ProbeContext& context, const HttpRequest& request, const std::vector<std::string>& tried,
                     const std::string& connected);

/// The text to append to the error when none of the `tried` addresses accepted a connection: the addresses, when there
/// are several, and loopback_hint(). Empty for a proxy or a unix socket.
Task<std::string> describe_addresses(ProbeContext& context, HttpRequest request, std::vector<std::string> tried);

}  // namespace hale
