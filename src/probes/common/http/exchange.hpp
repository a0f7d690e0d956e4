#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/context.hpp"
#include "net/tls/config.hpp"
#include "net/tls/diagnostics.hpp"
#include "probes/common/http/curl_handle.hpp"
#include "probes/common/http/request.hpp"

namespace hale {

/// One request and its response as a libcurl transfer: the easy handle, what it points to, and the response as it
/// arrives. Enters the phases "connect", "tls", "first byte" and "transfer" while the transfer runs.
class HttpExchange {
 public:
  /// `resolved` is for CURLOPT_RESOLVE: see resolve_all(). `context` must outlive this. Throws std::bad_alloc.
  HttpExchange(ProbeContext& context, const HttpRequest& request, const std::vector<std::string>& resolved);
  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;

  /// The configured handle; stays this object's.
  CURL* handle() const { return easy_.get(); }

  /// The response of a successful transfer. To be called once.
  HttpResponse take_response();

  /// Describes why the transfer failed with `code`, naming the proxy when the error is the proxy's.
  std::string describe_error(CURLcode code) const;

  /// The addresses that libcurl tried to connect to, in that order.
  const std::vector<std::string>& addresses() const { return addresses_; }

  /// True when hale could not set up TLS, which says nothing about the server.
  bool is_local_error() const { return tls_setup_error_.has_value(); }

  /// True when libcurl was stopped because the body is longer than `max_http_body`.
  bool truncated() const { return response_.truncated; }

  /// False when the connection ended within the headers, which libcurl takes for a complete response.
  bool has_all_headers() const { return headers_ended_; }

 private:
  template <typename Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(easy_.get(), option, value);
  }
  void set_connection(const HttpRequest& request);
  void set_version(const HttpRequest& request);
  void set_route(const HttpRequest& request, const std::vector<std::string>& resolved);
  void set_proxy(const HttpRequest& request);
  void set_request(const HttpRequest& request);
  void set_login(const HttpRequest& request);
  void set_tls(const HttpRequest& request);
  void set_callbacks();

  static curl_socket_t on_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static CURLcode on_tls(CURL* easy, void* ssl_context, void* self);
  static int on_request(void* self, char*, char*, int, int);
  static std::size_t on_header(char* bytes, std::size_t, std::size_t size, void* self);
  static std::size_t on_body(char* bytes, std::size_t, std::size_t size, void* self);
  void add_address(const curl_sockaddr& address);
  void add_header_line(std::string_view line);

  bool response_began() const { return context_.phase() == "transfer"; }
  std::string describe_server_error(CURLcode code) const;

  ProbeContext& context_;
  HttpVersion version_;
  bool is_https_;  ///< TLS with the server, not only with a proxy
  TlsConfig tls_;
  std::optional<TlsConfig> proxy_tls_{};
  std::optional<TlsDiagnostics> diagnostics_{};
  std::optional<std::string> tls_setup_error_{};
  CurlHandle easy_;
  CurlList resolve_;
  CurlList connect_to_;
  CurlList headers_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  HttpResponse response_;
  std::vector<std::string> addresses_{};
  bool headers_ended_ = false;
  bool body_began_ = false;  ///< from here on a header line is a trailer
};

}  // namespace hale
