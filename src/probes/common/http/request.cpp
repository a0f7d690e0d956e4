#include "probes/common/http/request.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "probes/common/http/curl_errors.hpp"
#include "probes/common/http/endpoints.hpp"
#include "probes/common/http/exchange.hpp"
#include "probes/common/http/transfers.hpp"

namespace hale {
namespace {

/// Throws Unhealthy for a response that is not the server's, or not of the requested version.
void check_response(const HttpRequest& request, const HttpResponse& response) {
  if (response.from_proxy && response.status == 407)
    throw Unhealthy(fmt::format("the proxy {} requires a valid login (407)", response.proxy));
  if (request.version == HttpVersion::v2 && response.version != "2")
    throw Unhealthy(fmt::format("the server answered with HTTP/{}, not HTTP/2", response.version));
}

}  // namespace

std::optional<std::string> HttpResponse::header(std::string_view name) const {
  std::optional<std::string> text;
  for (const auto& [header_name, value] : headers) {
    if (lower(header_name) != lower(name)) continue;
    text = text ? *text + ", " + value : value;
  }
  return text;
}

Task<HttpResponse> send_http_request(ProbeContext& context, HttpRequest request) {
  const std::vector<std::string> resolved = co_await resolve_all(context, request);
  context.enter("connect");
  HttpExchange exchange(context, request, resolved);
  const CURLcode code = co_await context.loop().shared<Transfers>().perform(exchange.handle());
  if (exchange.is_local_error()) throw Unhealthy(exchange.describe_error(code), State::unknown);
  if (code == CURLE_COULDNT_CONNECT) {
    const std::string addresses = co_await describe_addresses(context, request, exchange.addresses());
    throw Unhealthy(exchange.describe_error(code) + addresses);
  }
  if (code != CURLE_OK && !exchange.truncated()) throw Unhealthy(exchange.describe_error(code));
  if (!exchange.has_all_headers()) throw Unhealthy(std::string(incomplete_response));
  HttpResponse response = exchange.take_response();
  record_fallback(context, request, exchange.addresses(), response.address);
  check_response(request, response);
  co_return response;
}

std::string http_library() {
  const curl_version_info_data* info = curl_version_info(CURLVERSION_NOW);
  if (info->nghttp2_version == nullptr) return fmt::format("libcurl {}", info->version);
  return fmt::format("libcurl {}\nnghttp2 {}", info->version, info->nghttp2_version);
}

}  // namespace hale
