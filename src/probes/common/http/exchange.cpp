#include "probes/common/http/exchange.hpp"

#include <netdb.h>

#include <algorithm>
#include <new>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/version.hpp"
#include "net/tls/context.hpp"
#include "probes/common/http/curl_errors.hpp"
#include "probes/common/http/endpoints.hpp"
#include "probes/common/http/proxy_errors.hpp"

namespace hale {
namespace {

void append(CurlList& list, const std::string& text) {
  curl_slist* longer = curl_slist_append(list.get(), text.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  static_cast<void>(list.release());
  list.reset(longer);
}

bool has_host_header(const std::vector<std::string>& headers) {
  return std::any_of(headers.begin(), headers.end(),
                     [](const std::string& header) { return lower(header).starts_with("host:"); });
}

/// The Host header as libcurl writes it, without the scheme's default port (RFC 9110, 7.2).
std::string host_header(const Url& url) {
  const std::uint16_t default_port = url.scheme == "https" ? 443 : 80;
  if (port_of(url) != default_port) return host_and_port(url.host, port_of(url));
  return url.host.find(':') == std::string::npos ? url.host : fmt::format("[{}]", url.host);
}

/// The first handle makes libcurl initialise OpenSSL.
CURL* new_handle() {
  prepare_openssl();
  return curl_easy_init();
}

}  // namespace

HttpExchange::HttpExchange(ProbeContext& context, const HttpRequest& request, const std::vector<std::string>& resolved)
    : context_(context),
      version_(request.version),
      is_https_(request.url.scheme == "https"),
      tls_(request.tls),
      easy_(new_handle()) {
  if (tls_.server_name.empty()) tls_.server_name = request.url.host;
  if (!easy_) throw std::bad_alloc();
  set_connection(request);
  set_version(request);
  set_route(request, resolved);
  set_proxy(request);
  set_request(request);
  set_login(request);
  set_tls(request);
  set_callbacks();
}

void HttpExchange::set_connection(const HttpRequest& request) {
  set(CURLOPT_URL, format_curl_url(url_with_server_name(request)).c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_FRESH_CONNECT, 1L);
  set(CURLOPT_FORBID_REUSE, 1L);
  // The loop enforces the deadline. libcurl needs it only to divide the time among the addresses, so it gets one second
  // more.
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(context_.remaining()).count() + 1000;
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(left));
}

void HttpExchange::set_version(const HttpRequest& request) {
  if (request.version == HttpVersion::v1_1) set(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  // libcurl offers HTTP/2 for https by default.
  if (request.version == HttpVersion::v2 && request.url.scheme == "http")
    set(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE});
}

void HttpExchange::set_route(const HttpRequest& request, const std::vector<std::string>& resolved) {
  const HttpRoute& route = request.route;
  for (const std::string& entry : resolved) append(resolve_, entry);
  set(CURLOPT_RESOLVE, resolve_.get());
  if (!route.unix_socket.empty()) {
    set(CURLOPT_UNIX_SOCKET_PATH, route.unix_socket.c_str());
    response_.address = route.unix_socket;
  }
  // With --server-name, CURLOPT_URL has the TLS name. The proxy must still connect to the URL's host.
  const bool is_renamed =
      request.proxies.find(request.url) != nullptr && url_with_server_name(request).host != request.url.host;
  const std::string host = is_renamed ? request.url.host : route.host;
  if (host.empty()) return;
  append(connect_to_, "::" + host_and_port(host, route.port.value_or(port_of(request.url))));
  set(CURLOPT_CONNECT_TO, connect_to_.get());
}

void HttpExchange::set_proxy(const HttpRequest& request) {
  // Empty texts keep libcurl from reading the environment.
  set(CURLOPT_NOPROXY, "");
  set(CURLOPT_PROXY, "");
  const Url* proxy = request.proxies.find(request.url);
  if (proxy == nullptr) return;
  const bool forwards = proxy->scheme.starts_with("http") && request.url.scheme == "http";
  // HTTP/2 with prior knowledge is agreed with the server itself, so the proxy must tunnel it.
  const bool tunnels_http2 = forwards && request.version == HttpVersion::v2;
  response_.proxy = proxy->shown();
  response_.from_proxy = forwards && !tunnels_http2;
  set(CURLOPT_PROXY, fmt::format("{}://{}", proxy->scheme, host_and_port(proxy->host, *proxy->port)).c_str());
  set(CURLOPT_HTTPPROXYTUNNEL, tunnels_http2 ? 1L : 0L);
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_SOCKS5_AUTH, CURLAUTH_BASIC);
  if (proxy->scheme == "https") proxy_tls_ = TlsConfig{proxy->host, request.tls.ca_file, request.tls.ca_directory};
  if (!proxy->user) return;
  set(CURLOPT_PROXYAUTH, CURLAUTH_BASIC);
  set(CURLOPT_PROXYUSERNAME, proxy->user->c_str());
  set(CURLOPT_PROXYPASSWORD, proxy->password.value_or(Secret()).reveal().c_str());
}

void HttpExchange::set_request(const HttpRequest& request) {
  set(CURLOPT_USERAGENT, fmt::format("hale/{}", version()).c_str());
  for (const std::string& header : request.headers) append(headers_, header);
  if (!request.tls.server_name.empty() && !has_host_header(request.headers))
    append(headers_, fmt::format("Host: {}", host_header(request.url)));
  set(CURLOPT_HTTPHEADER, headers_.get());
  if (request.body) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body->size()));
    set(CURLOPT_COPYPOSTFIELDS, request.body->data());
  }
  if (!request.method.empty()) set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  if (request.method == "HEAD") set(CURLOPT_NOBODY, 1L);
}

void HttpExchange::set_login(const HttpRequest& request) {
  if (!request.user.empty() || !request.password.empty()) {
    set(CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    set(CURLOPT_USERNAME, request.user.c_str());
    set(CURLOPT_PASSWORD, request.password.reveal().c_str());
  }
  if (!request.bearer.empty()) {
    set(CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
    set(CURLOPT_XOAUTH2_BEARER, request.bearer.reveal().c_str());
  }
}

void HttpExchange::set_tls(const HttpRequest& request) {
  set(CURLOPT_SSL_VERIFYPEER, request.tls.insecure ? 0L : 1L);
  set(CURLOPT_SSL_VERIFYHOST, request.tls.insecure ? 0L : 2L);
  // on_tls() sets the issuers. Otherwise libcurl would read its whole default bundle before each handshake.
  for (const CURLoption issuers : {CURLOPT_CAINFO, CURLOPT_CAPATH, CURLOPT_PROXY_CAINFO, CURLOPT_PROXY_CAPATH})
    set(issuers, nullptr);
}

/// Each phase begins in one of libcurl's callbacks.
void HttpExchange::set_callbacks() {
  set(CURLOPT_ERRORBUFFER, error_.data());
  set(CURLOPT_OPENSOCKETFUNCTION, on_socket);
  set(CURLOPT_OPENSOCKETDATA, this);
  set(CURLOPT_SSL_CTX_FUNCTION, on_tls);
  set(CURLOPT_SSL_CTX_DATA, this);
  set(CURLOPT_PREREQFUNCTION, on_request);
  set(CURLOPT_PREREQDATA, this);
  set(CURLOPT_HEADERFUNCTION, on_header);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_WRITEFUNCTION, on_body);
  set(CURLOPT_WRITEDATA, this);
}

curl_socket_t HttpExchange::on_socket(void* self, curlsocktype, curl_sockaddr* address) {
  HttpExchange& exchange = *static_cast<HttpExchange*>(self);
  exchange.context_.enter("connect");
  exchange.add_address(*address);
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

void HttpExchange::add_address(const curl_sockaddr& address) {
  std::array<char, NI_MAXHOST> text{};
  if (address.family != AF_UNIX &&
      getnameinfo(&address.addr, address.addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0)
    addresses_.emplace_back(text.data());
}

/// Also has OpenSSL verify the server's name. libcurl does that as well, but only after the handshake, when the
/// diagnostics can no longer tell which names the certificate has instead.
CURLcode HttpExchange::on_tls(CURL*, void* ssl_context, void* self) {
  HttpExchange& exchange = *static_cast<HttpExchange*>(self);
  // With an https proxy, the first of two handshakes is the proxy's.
  const TlsConfig tls = exchange.proxy_tls_ ? *std::exchange(exchange.proxy_tls_, std::nullopt) : exchange.tls_;
  exchange.context_.enter("tls");
  auto* context = static_cast<SSL_CTX*>(ssl_context);
  exchange.tls_setup_error_ = configure_tls(exchange.context_.loop(), context, tls);
  if (!exchange.is_local_error() && !tls.insecure)
    exchange.tls_setup_error_ = set_server_name_for_all(context, tls.server_name);
  exchange.diagnostics_.emplace(tls.server_name);
  exchange.diagnostics_->observe_next(context);
  return exchange.is_local_error() ? CURLE_SSL_CERTPROBLEM : CURLE_OK;
}

int HttpExchange::on_request(void* self, char*, char*, int, int) {
  HttpExchange& exchange = *static_cast<HttpExchange*>(self);
  exchange.context_.enter("first byte");
  if (!exchange.is_https_) return CURL_PREREQFUNC_OK;
  // libcurl owns the session and frees it with the connection, so this is the time to read it.
  curl_tlssessioninfo* session = nullptr;
  curl_easy_getinfo(exchange.handle(), CURLINFO_TLS_SSL_PTR, &session);
  if (session != nullptr && session->backend == CURLSSLBACKEND_OPENSSL && session->internals != nullptr)
    exchange.response_.tls = read_tls_session(static_cast<SSL*>(session->internals));
  return CURL_PREREQFUNC_OK;
}

std::size_t HttpExchange::on_header(char* bytes, std::size_t, std::size_t size, void* self) {
  HttpExchange& exchange = *static_cast<HttpExchange*>(self);
  exchange.context_.enter("transfer");
  exchange.add_header_line(trim(std::string_view(bytes, size)));
  return size;
}

void HttpExchange::add_header_line(std::string_view line) {
  if (line.starts_with("HTTP/") && !body_began_) {
    // Another status line means that the headers so far were those of an interim response (RFC 9110, 15.2).
    response_.headers.clear();
    headers_ended_ = false;
  } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
    response_.headers.emplace_back(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
  } else if (line.empty()) {
    headers_ended_ = true;
  }
}

/// Returning less than `size` makes libcurl stop the transfer.
std::size_t HttpExchange::on_body(char* bytes, std::size_t, std::size_t size, void* self) {
  HttpExchange& exchange = *static_cast<HttpExchange*>(self);
  HttpResponse& response = exchange.response_;
  exchange.body_began_ = true;
  const std::size_t room = max_http_body - response.body.size();
  response.body.append(bytes, std::min(room, size));
  response.truncated = size > room;
  return response.truncated ? 0 : size;
}

HttpResponse HttpExchange::take_response() {
  CURL* easy = easy_.get();
  char* text = nullptr;
  long number = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &response_.status);
  curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &number);
  response_.version = number == CURL_HTTP_VERSION_1_0 ? "1.0" : number == CURL_HTTP_VERSION_2_0 ? "2" : "1.1";
  curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &text);
  curl_easy_getinfo(easy, CURLINFO_PRIMARY_PORT, &number);
  if (text != nullptr && response_.address.empty())
    response_.address = host_and_port(text, static_cast<std::uint16_t>(number));
  curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME, &response_.total_seconds);
  curl_easy_getinfo(easy, CURLINFO_REDIRECT_URL, &text);
  if (text != nullptr) response_.redirect_url = text;
  return std::move(response_);
}

std::string HttpExchange::describe_error(CURLcode code) const {
  std::string error = describe_server_error(code);
  if (response_.proxy.empty()) return error;
  return describe_proxy_error(easy_.get(), response_.proxy, context_.phase(), error);
}

std::string HttpExchange::describe_server_error(CURLcode code) const {
  if (is_local_error()) return *tls_setup_error_;
  if (const auto error = diagnostics_ ? diagnostics_->error_at_end() : std::nullopt) return *error;
  // libcurl has no specific error for a server that answers HTTP/2 with HTTP/1.1.
  const bool is_unspecific = code == CURLE_GOT_NOTHING || code == CURLE_HTTP2;
  if (version_ == HttpVersion::v2 && is_unspecific && !response_began()) return "not an HTTP/2 answer";
  return describe_curl_error(easy_.get(), code, error_.data(), response_began());
}

}  // namespace hale
