#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hale {

// The messages of the gRPC health checking protocol (grpc.health.v1), as protocol buffers within gRPC's
// length-prefixed messages, and gRPC's status: pure.

/// HealthCheckResponse.ServingStatus as the server said it; a number without a name here is told as it is.
enum class ServingStatus : std::int32_t { unknown = 0, serving = 1, not_serving = 2, service_unknown = 3 };

/// HealthCheckRequest{service} as the body of the call; the empty service is the server as a whole.
std::string health_check_request(std::string_view service);

/// The status in HealthCheckResponse, which is all of the body `bytes`. Throws Unhealthy for anything but one whole
/// message that is not compressed.
ServingStatus read_health_check_response(std::string_view bytes);

/// "NOT_SERVING"; the digits of a number that has no name.
std::string serving_name(ServingStatus status);

/// The name of the status code that the text of grpc-status stands for: "NOT_FOUND" for "5"; the text itself where
/// there is none.
std::string grpc_status_name(std::string_view code);

/// The text of grpc-message without its percent encoding; what is no escape stays as it is.
std::string grpc_message(std::string_view encoded);

}  // namespace hale
