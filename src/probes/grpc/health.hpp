#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hale {

// The gRPC health checking protocol (grpc/grpc, doc/health-checking.md): its messages as protocol buffers within gRPC's
// length-prefixed messages, and gRPC's status (doc/PROTOCOL-HTTP2.md). Pure functions.

/// HealthCheckResponse.ServingStatus. May hold any other number that a server sent.
enum class ServingStatus : std::int32_t { unknown = 0, serving = 1, not_serving = 2, service_unknown = 3 };

/// The body of the call: HealthCheckRequest{service}. The empty service is the server as a whole.
std::string health_check_request(std::string_view service);

/// The status in the HealthCheckResponse that is the body `bytes`. Throws Unhealthy unless the body is exactly one
/// complete, uncompressed message.
ServingStatus read_health_check_response(std::string_view bytes);

/// "NOT_SERVING"; the digits of a number without a name.
std::string serving_name(ServingStatus status);

/// The name of a status code as grpc-status has it: "NOT_FOUND" for "5". `code` itself when it has no name.
std::string grpc_status_name(std::string_view code);

/// Decodes the percent encoding of grpc-message. Keeps invalid escapes as they are.
std::string grpc_message(std::string_view encoded);

}  // namespace hale
