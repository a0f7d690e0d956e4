#include "probes/common/http/proxy_errors.hpp"

#include <fmt/format.h>

namespace hale {
namespace {

/// The reply of a SOCKS proxy as text (RFC 1928, 3 and 6; RFC 1929, 2); empty for any other error.
std::string_view socks_reply(long error) {
  switch (error) {
    case CURLPX_NO_AUTH: return "requires a login";
    case CURLPX_USER_REJECTED: return "rejected the login";
    case CURLPX_REPLY_NOT_ALLOWED: return "does not allow the connection";
    case CURLPX_REPLY_NETWORK_UNREACHABLE: return "reports: Network is unreachable";
    case CURLPX_REPLY_HOST_UNREACHABLE: return "reports: Host is unreachable";
    case CURLPX_REPLY_CONNECTION_REFUSED: return "reports: Connection refused";
    case CURLPX_REPLY_TTL_EXPIRED: return "reports: TTL expired";
    case CURLPX_REPLY_GENERAL_SERVER_FAILURE: return "reports: general failure";
    default: return {};
  }
}

}  // namespace

std::string describe_proxy_error(CURL* easy, std::string_view proxy, std::string_view phase,
                                 const std::string& server_error) {
  long status = 0;
  long socks = 0;
  curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &status);
  curl_easy_getinfo(easy, CURLINFO_PROXY_ERROR, &socks);
  if (status == 407) return fmt::format("the proxy {} requires a valid login (407)", proxy);
  if (status != 0 && status / 100 != 2)
    return fmt::format("the proxy {} did not connect to the server ({})", proxy, status);
  const bool at_proxy = phase == "connect" || (phase == "tls" && proxy.starts_with("https:"));
  if (status != 0 || !at_proxy) return server_error;
  if (const std::string_view reply = socks_reply(socks); !reply.empty())
    return fmt::format("the proxy {} {}", proxy, reply);
  if (server_error == "Proxy CONNECT aborted") return fmt::format("the proxy {} hung up", proxy);
  if (server_error == "CONNECT tunnel failed, response 0")
    return fmt::format("the proxy {} did not answer with HTTP", proxy);
  constexpr std::string_view server = "the server ";
  if (server_error.starts_with(server))
    return fmt::format("the proxy {} {}", proxy, server_error.substr(server.size()));
  return fmt::format("the proxy {}: {}", proxy, server_error);
}

}  // namespace hale
