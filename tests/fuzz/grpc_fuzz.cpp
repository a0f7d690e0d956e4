#include "probes/grpc/health.hpp"
#include "tests/fuzz/fuzz.hpp"

/// Decoding never makes a message longer; a valid body has one status.
void hale::fuzz::fuzz_one(std::string_view text) {
  check(grpc_message(text).size() <= text.size());
  const std::string request = health_check_request(text);
  check(request.ends_with(text));
  // A request is a valid response as well, but its only field is not the status.
  check(read_health_check_response(request) == ServingStatus::unknown);
  check(!serving_name(read_health_check_response(text)).empty());
}
