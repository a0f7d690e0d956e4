#include "probes/common/http/request.hpp"

#include <netdb.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "core/version.hpp"
#include "net/tls/config.hpp"
#include "net/tls/context.hpp"
#include "net/tls/diagnostics.hpp"
#include "probes/common/http/endpoints.hpp"
#include "probes/common/http/proxy_errors.hpp"
#include "probes/common/http/transfers.hpp"

namespace hale {
namespace {

struct CurlFree {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, CurlFree>;
using List = std::unique_ptr<curl_slist, CurlFree>;

void append(List& list, const std::string& text) {
  curl_slist* longer = curl_slist_append(list.get(), text.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  static_cast<void>(list.release());
  list.reset(longer);
}

/// libcurl's words without what it says of itself: "OpenSSL/3.0.19: error:0A00010B:SSL routines::wrong version number".
std::string_view plain_words(std::string_view words) {
  constexpr std::string_view routines = "SSL routines::";
  if (const std::size_t at = words.find(routines); at != std::string_view::npos)
    return words.substr(at + routines.size());
  for (const std::string_view lead : {"SSL certificate problem: ", "SSL: ", "Recv failure: ", "Send failure: "}) {
    if (words.starts_with(lead)) return words.substr(lead.size());
  }
  return words;
}

constexpr const char* broken_off = "the server hung up in the middle of its answer";

bool names_host(const std::vector<std::string>& headers) {
  return std::any_of(headers.begin(), headers.end(),
                     [](const std::string& header) { return lower(header).starts_with("host:"); });
}

/// As libcurl would say it: without the scheme's own port.
std::string host_of(const Url& url) {
  const std::uint16_t own = url.scheme == "https" ? 443 : 80;
  if (port_of(url) != own) return host_and_port(url.host, port_of(url));
  return url.host.find(':') == std::string::npos ? url.host : fmt::format("[{}]", url.host);
}

/// The first of these has libcurl begin with OpenSSL.
CURL* new_handle() {
  prepare_openssl();
  return curl_easy_init();
}

/// One exchange: the handle, what it borrows, and the answer as it comes in.
class Exchange {
 public:
  /// `known` is what libcurl would else look up: "HOST:PORT:ADDRESS,ADDRESS".
  Exchange(ProbeContext& context, const HttpRequest& request, const std::vector<std::string>& known)
      : context_(context),
        version_(request.version),
        by_tls_(request.url.scheme == "https"),
        tls_(request.tls),
        easy_(new_handle()) {
    if (tls_.server_name.empty()) tls_.server_name = request.url.host;
    if (!easy_) throw std::bad_alloc();
    set_connection(request);
    set_route(request, known);
    set_proxy(request);
    set_request(request);
    set_tls(request);
    set_callbacks();
  }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  CURL* handle() const { return easy_.get(); }

  HttpAnswer take_answer() {
    CURL* easy = easy_.get();
    char* text = nullptr;
    long number = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer_.status);
    curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &number);
    answer_.version = number == CURL_HTTP_VERSION_1_0 ? "1.0" : number == CURL_HTTP_VERSION_2_0 ? "2" : "1.1";
    curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &text);
    curl_easy_getinfo(easy, CURLINFO_PRIMARY_PORT, &number);
    if (text != nullptr && answer_.address.empty())
      answer_.address = host_and_port(text, static_cast<std::uint16_t>(number));
    curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME, &answer_.total_seconds);
    curl_easy_getinfo(easy, CURLINFO_REDIRECT_URL, &text);
    if (text != nullptr) answer_.redirect = text;
    return std::move(answer_);
  }

  /// libcurl's reason in words that a person can act on.
  std::string reason(CURLcode code) const {
    std::string words = words_on(code);
    return answer_.proxy.empty() ? words : words_beside_proxy(easy_.get(), answer_.proxy, context_.phase(), words);
  }

  std::string words_on(CURLcode code) const {
    if (!tls_trouble_.empty()) return tls_trouble_;
    if (const auto trouble = witness_ ? witness_->trouble_at_end() : std::nullopt) return *trouble;
    // libcurl has no word of its own for who answers HTTP/2 by HTTP/1.1.
    const bool no_words = code == CURLE_GOT_NOTHING || code == CURLE_HTTP2;
    if (version_ == HttpVersion::v2 && no_words && !answer_began()) return "no HTTP/2 answer";
    const std::string_view words = plain_words(error_[0] != '\0' ? error_.data() : curl_easy_strerror(code));
    if (words.ends_with("was not closed cleanly before end of the underlying stream"))  // HTTP/2
      return answer_began() ? broken_off : "the server hung up without an answer";
    long system_error = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &system_error);
    switch (code) {
      case CURLE_GOT_NOTHING: return "the server hung up without an answer";
      // libcurl has no other word for a header beyond its cap of 100 KiB.
      case CURLE_OUT_OF_MEMORY: return "a line of the answer is too long";
      case CURLE_UNSUPPORTED_PROTOCOL:
      case CURLE_WEIRD_SERVER_REPLY: return fmt::format("no HTTP answer ({})", words);
      case CURLE_PEER_FAILED_VERIFICATION: return fmt::format("certificate: {}", words);
      case CURLE_SSL_CONNECT_ERROR:
        return std::string(words.find("SSL_ERROR_SYSCALL") == std::string_view::npos ? words : "the server hung up");
      case CURLE_COULDNT_CONNECT:
      case CURLE_RECV_ERROR:
      case CURLE_SEND_ERROR:
        if (system_error != 0) return std::generic_category().message(static_cast<int>(system_error));
        return std::string(words);
      default: return std::string(words);
    }
  }

  /// The addresses that libcurl has turned to, the last one last.
  const std::vector<std::string>& addresses() const { return addresses_; }

  bool answer_began() const { return context_.phase() == "transfer"; }

  /// What keeps TLS from beginning is our trouble, not the server's.
  bool is_ours() const { return !tls_trouble_.empty(); }

  bool cut() const { return answer_.cut; }

  /// libcurl takes an answer that breaks off among its headers for a whole one.
  bool has_all_headers() const { return headers_ended_; }

 private:
  template <typename Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(easy_.get(), option, value);
  }

  void set_connection(const HttpRequest& request) {
    set(CURLOPT_URL, request_url(asked_url(request)).c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set_version(request);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_FRESH_CONNECT, 1L);
    set(CURLOPT_FORBID_REUSE, 1L);
    // The loop keeps the deadline. libcurl needs to know it to divide it among the addresses.
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(context_.remaining()).count() + 1000;
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(left));
  }

  void set_route(const HttpRequest& request, const std::vector<std::string>& known) {
    const HttpRoute& route = request.route;
    for (const std::string& entry : known) append(resolve_, entry);
    set(CURLOPT_RESOLVE, resolve_.get());
    if (!route.unix_socket.empty()) {
      set(CURLOPT_UNIX_SOCKET_PATH, route.unix_socket.c_str());
      answer_.address = route.unix_socket;
    }
    // A proxy is told the URL's host, whatever its name in TLS is.
    const bool other_name = request.proxies.of(request.url) != nullptr && asked_url(request).host != request.url.host;
    const std::string host = other_name ? request.url.host : route.host;
    if (host.empty()) return;
    append(connect_to_, "::" + host_and_port(host, route.port.value_or(port_of(request.url))));
    set(CURLOPT_CONNECT_TO, connect_to_.get());
  }

  void set_proxy(const HttpRequest& request) {
    // An empty text keeps libcurl from reading the environment.
    set(CURLOPT_NOPROXY, "");
    set(CURLOPT_PROXY, "");
    const Url* proxy = request.proxies.of(request.url);
    if (proxy == nullptr) return;
    const bool asks_for_us = proxy->scheme.starts_with("http") && request.url.scheme == "http";
    const bool tunnel = asks_for_us && request.version == HttpVersion::v2;
    answer_.proxy = proxy->shown();
    answer_.by_proxy = asks_for_us && !tunnel;
    set(CURLOPT_PROXY, fmt::format("{}://{}", proxy->scheme, host_and_port(proxy->host, *proxy->port)).c_str());
    set(CURLOPT_HTTPPROXYTUNNEL, tunnel ? 1L : 0L);
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(CURLOPT_SOCKS5_AUTH, CURLAUTH_BASIC);
    if (proxy->scheme == "https") proxy_tls_ = TlsConfig{proxy->host, request.tls.ca_file, request.tls.ca_directory};
    if (!proxy->user) return;
    set(CURLOPT_PROXYAUTH, CURLAUTH_BASIC);
    set(CURLOPT_PROXYUSERNAME, proxy->user->c_str());
    set(CURLOPT_PROXYPASSWORD, proxy->password.value_or(Secret()).reveal().c_str());
  }

  void set_version(const HttpRequest& request) {
    if (request.version == HttpVersion::v1_1) set(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
    // With https version 2 is what libcurl offers by itself.
    if (request.version == HttpVersion::v2 && request.url.scheme == "http")
      set(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE});
  }

  void set_request(const HttpRequest& request) {
    set(CURLOPT_USERAGENT, fmt::format("hale/{}", version()).c_str());
    for (const std::string& header : request.headers) append(headers_, header);
    if (!request.tls.server_name.empty() && !names_host(request.headers))
      append(headers_, fmt::format("Host: {}", host_of(request.url)));
    set(CURLOPT_HTTPHEADER, headers_.get());
    if (request.body) {
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body->size()));
      set(CURLOPT_COPYPOSTFIELDS, request.body->data());
    }
    if (!request.method.empty()) set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (request.method == "HEAD") set(CURLOPT_NOBODY, 1L);
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

  void set_tls(const HttpRequest& request) {
    set(CURLOPT_SSL_VERIFYPEER, request.tls.insecure ? 0L : 1L);
    set(CURLOPT_SSL_VERIFYHOST, request.tls.insecure ? 0L : 2L);
    // on_tls() says whom to trust; libcurl would read all of its own bundle before each handshake.
    for (const CURLoption issuers : {CURLOPT_CAINFO, CURLOPT_CAPATH, CURLOPT_PROXY_CAINFO, CURLOPT_PROXY_CAPATH})
      set(issuers, nullptr);
  }

  /// libcurl calls back at each step's beginning, which is what a phase is.
  void set_callbacks() {
    set(CURLOPT_ERRORBUFFER, error_.data());
    set(CURLOPT_OPENSOCKETFUNCTION, on_open);
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

  static curl_socket_t on_open(void* self, curlsocktype, curl_sockaddr* address) {
    Exchange& exchange = *static_cast<Exchange*>(self);
    exchange.context_.enter("connect");
    exchange.note(*address);
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  }

  void note(const curl_sockaddr& address) {
    std::array<char, NI_MAXHOST> text{};
    if (address.family != AF_UNIX &&
        getnameinfo(&address.addr, address.addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0)
      addresses_.emplace_back(text.data());
  }

  /// libcurl looks for the name itself, but only OpenSSL can tell in the handshake what else the certificate is for.
  static CURLcode on_tls(CURL*, void* context, void* self) {
    Exchange& exchange = *static_cast<Exchange*>(self);
    // The first one is the proxy's, if there is TLS with it.
    const TlsConfig tls = exchange.proxy_tls_ ? *std::exchange(exchange.proxy_tls_, std::nullopt) : exchange.tls_;
    exchange.context_.enter("tls");
    exchange.tls_trouble_ = configure_tls(exchange.context_.loop(), context, tls);
    if (exchange.tls_trouble_.empty() && !tls.insecure && !set_server_name_for_all(context, tls.server_name))
      exchange.tls_trouble_ = fmt::format("no certificate can be of {}", tls.server_name);
    exchange.witness_.emplace(tls.server_name);
    exchange.witness_->watch_next_of(context);
    return exchange.tls_trouble_.empty() ? CURLE_OK : CURLE_SSL_CERTPROBLEM;
  }

  static int on_request(void* self, char*, char*, int, int) {
    Exchange& exchange = *static_cast<Exchange*>(self);
    exchange.context_.enter("first byte");
    if (!exchange.by_tls_) return CURL_PREREQFUNC_OK;
    // The session is libcurl's, and gone with the connection.
    curl_tlssessioninfo* session = nullptr;
    curl_easy_getinfo(exchange.handle(), CURLINFO_TLS_SSL_PTR, &session);
    if (session != nullptr && session->backend == CURLSSLBACKEND_OPENSSL && session->internals != nullptr)
      exchange.answer_.tls = read_tls_session(session->internals);
    return CURL_PREREQFUNC_OK;
  }

  static std::size_t on_header(char* bytes, std::size_t, std::size_t size, void* self) {
    Exchange& exchange = *static_cast<Exchange*>(self);
    const std::string_view line = trim(std::string_view(bytes, size));
    exchange.context_.enter("transfer");
    if (line.starts_with("HTTP/") && !exchange.body_began_) {
      // A new status line begins a new answer: what came before was a 100 or 103.
      exchange.answer_.headers.clear();
      exchange.headers_ended_ = false;
    } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
      exchange.answer_.headers.emplace_back(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
    } else if (line.empty()) {
      exchange.headers_ended_ = true;
    }
    return size;
  }

  static std::size_t on_body(char* bytes, std::size_t, std::size_t size, void* self) {
    static_cast<Exchange*>(self)->body_began_ = true;
    HttpAnswer& answer = static_cast<Exchange*>(self)->answer_;
    const std::size_t room = http_body_cap - answer.body.size();
    answer.body.append(bytes, std::min(room, size));
    answer.cut = size > room;
    return answer.cut ? 0 : size;
  }

  ProbeContext& context_;
  HttpVersion version_;
  bool by_tls_;  ///< with the server, not with a proxy
  TlsConfig tls_;
  std::optional<TlsConfig> proxy_tls_{};
  std::optional<TlsDiagnostics> witness_{};
  std::string tls_trouble_{};
  Easy easy_;
  List resolve_;
  List connect_to_;
  List headers_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  HttpAnswer answer_;
  std::vector<std::string> addresses_{};
  bool headers_ended_ = false;
  bool body_began_ = false;  ///< what comes as a header from here on is a trailer
};

}  // namespace

std::optional<std::string> HttpAnswer::header(std::string_view name) const {
  std::optional<std::string> text;
  for (const auto& [header_name, value] : headers) {
    if (lower(header_name) != lower(name)) continue;
    text = text ? *text + ", " + value : value;
  }
  return text;
}

Task<HttpAnswer> ask_http(ProbeContext& context, HttpRequest request) {
  const std::vector<std::string> known = co_await resolve_all(context, request);
  context.enter("connect");
  Exchange exchange(context, request, known);
  const CURLcode code = co_await context.loop().shared<Transfers>().perform(exchange.handle());
  if (exchange.is_ours()) throw Unhealthy(exchange.reason(code), State::unknown);
  if (code == CURLE_COULDNT_CONNECT) {
    const std::string more = co_await words_on_addresses(context, request, exchange.addresses());
    throw Unhealthy(exchange.reason(code) + more);
  }
  if (code != CURLE_OK && !exchange.cut()) throw Unhealthy(exchange.reason(code));
  if (!exchange.has_all_headers()) throw Unhealthy(broken_off);
  HttpAnswer answer = exchange.take_answer();
  record_detour(context, request, exchange.addresses(), answer.address);
  if (answer.by_proxy && answer.status == 407)
    throw Unhealthy(fmt::format("the proxy {} demands another login (407)", answer.proxy));
  if (request.version == HttpVersion::v2 && answer.version != "2")
    throw Unhealthy(fmt::format("the server answered by HTTP/{}, not by HTTP/2", answer.version));
  co_return answer;
}

std::string http_library() {
  const curl_version_info_data* info = curl_version_info(CURLVERSION_NOW);
  // Null where libcurl knows no HTTP/2.
  if (info->nghttp2_version == nullptr) return fmt::format("libcurl {}", info->version);
  return fmt::format("libcurl {}\nnghttp2 {}", info->version, info->nghttp2_version);
}

}  // namespace hale
