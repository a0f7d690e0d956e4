#include "probes/common/http/proxy_errors.hpp"

#include <fmt/format.h>

namespace hale {
namespace {

/// What a SOCKS proxy replied (RFC 1928, 6 and RFC 1929); empty when it is about something else.
std::string_view socks_reply(long error) {
  switch (error) {
    case CURLPX_NO_AUTH: return "demands a login";
    case CURLPX_USER_REJECTED: return "refuses the login";
    case CURLPX_REPLY_NOT_ALLOWED: return "does not allow the connection";
    case CURLPX_REPLY_NETWORK_UNREACHABLE: return "says: Network is unreachable";
    case CURLPX_REPLY_HOST_UNREACHABLE: return "says: Host is unreachable";
    case CURLPX_REPLY_CONNECTION_REFUSED: return "says: Connection refused";
    case CURLPX_REPLY_TTL_EXPIRED: return "says: TTL expired";
    case CURLPX_REPLY_GENERAL_SERVER_FAILURE: return "says: general failure";
    default: return {};
  }
}

}  // namespace

std::string words_beside_proxy(CURL* easy, std::string_view proxy, std::string_view phase, const std::string& words) {
  long status = 0;
  long socks = 0;
  curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &status);
  curl_easy_getinfo(easy, CURLINFO_PROXY_ERROR, &socks);
  if (status == 407) return fmt::format("the proxy {} demands another login (407)", proxy);
  if (status != 0 && status / 100 != 2) return fmt::format("the proxy {} does not connect ({})", proxy, status);
  const bool at_proxy = phase == "connect" || (phase == "tls" && proxy.starts_with("https:"));
  if (status != 0 || !at_proxy) return words;
  if (const std::string_view reply = socks_reply(socks); !reply.empty())
    return fmt::format("the proxy {} {}", proxy, reply);
  if (words == "Proxy CONNECT aborted") return fmt::format("the proxy {} hung up", proxy);
  if (words == "CONNECT tunnel failed, response 0") return fmt::format("the proxy {} gives no HTTP answer", proxy);
  constexpr std::string_view server = "the server ";
  if (words.starts_with(server)) return fmt::format("the proxy {} {}", proxy, words.substr(server.size()));
  return fmt::format("the proxy {}: {}", proxy, words);
}

}  // namespace hale
