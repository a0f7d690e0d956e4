#include "probes/registry.hpp"

#include <array>

namespace hale {

// Each is defined in the file of its name.
extern const Kind http_kind;
extern const Kind grpc_kind;
extern const Kind tcp_kind;
extern const Kind tls_kind;
extern const Kind postgres_kind;
extern const Kind redis_kind;
extern const Kind dns_kind;
extern const Kind exec_kind;

std::span<const Kind* const> kinds() {
  static constexpr std::array<const Kind*, 8> all{&http_kind,     &grpc_kind,  &tcp_kind, &tls_kind,
                                                  &postgres_kind, &redis_kind, &dns_kind, &exec_kind};
  return all;
}

}  // namespace hale
