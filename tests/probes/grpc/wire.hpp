#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/support/fake_server.hpp"

// gRPC over HTTP/2 (RFC 9113) as bytes, all on stream 1.
namespace hale::testing::grpc {

inline std::string frame(char type, char flags, char stream, const std::string& payload) {
  std::string bytes(1, '\0');
  bytes += static_cast<char>(payload.size() >> 8U);
  bytes += static_cast<char>(payload.size());
  bytes += {type, flags, '\0', '\0', '\0', stream};
  return bytes + payload;
}

/// A length of HPACK without Huffman coding (RFC 7541, 5.1).
inline std::string length(std::size_t count) {
  if (count < 127) return std::string(1, static_cast<char>(count));
  std::string bytes = "\x7f";
  for (count -= 127; count >= 128; count >>= 7U) bytes += static_cast<char>(count | 128U);
  return bytes + static_cast<char>(count);
}

using Fields = std::vector<std::pair<std::string, std::string>>;

/// A HEADERS frame with literal fields that are not indexed (RFC 7541, 6.2.2).
inline std::string headers(const Fields& fields, bool last = false) {
  std::string block;
  for (const auto& [name, value] : fields)
    block += std::string(1, '\0') + length(name.size()) + name + length(value.size()) + value;
  return frame(1, last ? 5 : 4, 1, block);
}

inline std::string data(const std::string& bytes, bool last = false) { return frame(0, last ? 1 : 0, 1, bytes); }

/// A short, uncompressed gRPC message.
inline std::string message(const std::string& bytes) {
  return std::string(4, '\0') + static_cast<char>(bytes.size()) + bytes;
}

/// HealthCheckRequest as hale sends it, in the last frame of the call.
inline std::string request_for(const std::string& service) {
  const std::string field = service.empty() ? "" : "\x0a" + std::string(1, static_cast<char>(service.size())) + service;
  return data(message(field), true);
}

inline const std::string settings = frame(4, 0, 0, "");
inline const std::string head = settings + headers({{":status", "200"}, {"content-type", "application/grpc"}});
inline const std::string trailers_ok = headers({{"grpc-status", "0"}}, true);

/// The whole answer with HealthCheckResponse{status}.
inline std::string serving(char status) { return head + data(message({'\x08', status})) + trailers_ok; }

/// The whole answer to a call that fails with `code`, without a message.
inline std::string failed_call(const std::string& code, const std::string& text = "") {
  Fields fields{{":status", "200"}, {"content-type", "application/grpc"}, {"grpc-status", code}};
  if (!text.empty()) fields.emplace_back("grpc-message", text);
  return settings + headers(fields, true);
}

/// Waits for the call for `service`, and answers with `answer`.
inline Conversation conversation(const std::string& service, const std::string& answer) {
  return {expect_until(request_for(service)), say(answer), stay_silent()};
}

}  // namespace hale::testing::grpc
