#include "probes/grpc/health.hpp"
#include "tests/fuzz/fuzz.hpp"

/// A message text never grows, whatever its escapes; a body that is a health answer names one status.
void hale::fuzz::look_at(std::string_view text) {
  hold(grpc_message(text).size() <= text.size());
  const std::string request = health_check_request(text);
  hold(request.ends_with(text));
  // A request is as well formed as an answer, but its only field is no status.
  hold(read_health_check_response(request) == ServingStatus::unknown);
  hold(!serving_name(read_health_check_response(text)).empty());
}
