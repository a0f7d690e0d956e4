#include "probes/common/http/curl_errors.hpp"

#include <system_error>

#include <fmt/format.h>

namespace hale {
namespace {

constexpr std::string_view no_response = "the server hung up without an answer";

/// libcurl's message without the parts about libcurl itself, such as the prefix of
/// "OpenSSL/3.0.19: error:0A00010B:SSL routines::wrong version number".
std::string_view strip_prefix(std::string_view message) {
  constexpr std::string_view routines = "SSL routines::";
  if (const std::size_t begin = message.find(routines); begin != std::string_view::npos)
    return message.substr(begin + routines.size());
  for (const std::string_view prefix : {"SSL certificate problem: ", "SSL: ", "Recv failure: ", "Send failure: "}) {
    if (message.starts_with(prefix)) return message.substr(prefix.size());
  }
  return message;
}

/// The system's message for the error of the socket; libcurl's when there is none.
std::string describe_socket_error(CURL* easy, std::string_view message) {
  long system_error = 0;
  curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &system_error);
  if (system_error == 0) return std::string(message);
  return std::generic_category().message(static_cast<int>(system_error));
}

}  // namespace

std::string describe_curl_error(CURL* easy, CURLcode code, std::string_view message, bool response_began) {
  message = strip_prefix(message.empty() ? curl_easy_strerror(code) : message);
  // HTTP/2 reports a closed connection by this text alone, under several codes.
  if (message.ends_with("was not closed cleanly before end of the underlying stream"))
    return std::string(response_began ? incomplete_response : no_response);
  switch (code) {
    case CURLE_GOT_NOTHING: return std::string(no_response);
    // libcurl's code for a header line longer than its limit of 100 KiB.
    case CURLE_OUT_OF_MEMORY: return "a line of the answer is too long";
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY: return fmt::format("not an HTTP answer ({})", message);
    case CURLE_PEER_FAILED_VERIFICATION: return fmt::format("certificate: {}", message);
    case CURLE_SSL_CONNECT_ERROR:
      return std::string(message.find("SSL_ERROR_SYSCALL") == std::string_view::npos ? message : "the server hung up");
    case CURLE_COULDNT_CONNECT:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR: return describe_socket_error(easy, message);
    default: return std::string(message);
  }
}

}  // namespace hale
