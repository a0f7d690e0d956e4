#include <array>

#include <fmt/format.h>

#include "base/concat.hpp"
#include "base/text.hpp"
#include "core/environment.hpp"
#include "core/error.hpp"
#include "probes/common/endpoint.hpp"
#include "probes/common/http/options.hpp"
#include "probes/common/http/request.hpp"
#include "probes/common/tls_metadata.hpp"
#include "probes/common/tls_options.hpp"
#include "probes/grpc/health.hpp"
#include "probes/probe.hpp"

namespace hale {
namespace {

constexpr std::size_t quoted_bytes = 60;

/// Throws Unhealthy when gRPC is not what the server speaks.
void require_grpc(const HttpAnswer& answer) {
  const std::string type = answer.header("content-type").value_or("");
  const std::string_view name = trim(std::string_view(type).substr(0, type.find_first_of("+;")));
  if (answer.status != 200 || lower(name) != "application/grpc") {
    throw Unhealthy(fmt::format("no gRPC answer (HTTP {}, {})", answer.status,
                                type.empty() ? "no content type" : truncate_bytes(type, quoted_bytes)));
  }
  if (answer.cut) throw Unhealthy("no health answer (it is longer than 1 MiB)");
}

class GrpcProbe : public Probe {
 public:
  GrpcProbe(HttpRequest request, std::string service) : request_(std::move(request)), service_(std::move(service)) {}

  Task<Observation> observe(ProbeContext& context) override {
    const HttpAnswer answer = co_await ask_http(context, request_);
    require_grpc(answer);
    // It comes behind the message, or in its stead (a trailers-only answer).
    const std::optional<std::string> status = answer.header("grpc-status");
    if (!status) throw Unhealthy("no gRPC answer (the status is missing)");
    Observation observation;
    const std::string name = grpc_status_name(*status);
    if (name == "OK") {
      record_serving(read_health_check_response(answer.body), observation);
    } else {
      record_refusal(name, grpc_message(answer.header("grpc-message").value_or("")), observation);
    }
    observation.facts.push_back(Fact{"grpc_status", name});
    observation.facts.push_back(Fact{"address", answer.address});
    if (!answer.proxy.empty()) observation.facts.push_back(Fact{"proxy", answer.proxy});
    record_tls(answer.tls, observation);
    co_return observation;
  }

 private:
  void record_serving(ServingStatus status, Observation& observation) const {
    observation.summary = serving_name(status);
    observation.facts.push_back(Fact{"serving", observation.summary});
    observation.claims.push_back(claim_of(status));
  }

  Claim claim_of(ServingStatus status) const {
    const std::string name = serving_name(status);
    switch (status) {
      case ServingStatus::serving: return Claim{State::ok, name, "serving"};
      case ServingStatus::not_serving: return Claim{State::critical, name, "serving"};
      case ServingStatus::unknown: return Claim{State::unknown, "the server says UNKNOWN", "serving"};
      case ServingStatus::service_unknown: return Claim{State::critical, not_registered(name), "serving"};
    }
    return Claim{State::unknown, fmt::format("the server says {}, a status that nobody knows", name), "serving"};
  }

  void record_refusal(const std::string& name, const std::string& words, Observation& observation) const {
    observation.summary = name;
    std::string message = words.empty() ? fmt::format("the server says {}", name) : fmt::format("{} ({})", words, name);
    if (name == "NOT_FOUND") message = not_registered(name);
    if (name == "UNIMPLEMENTED") message = fmt::format("the server has no health service ({})", name);
    observation.claims.push_back(Claim{State::critical, std::move(message), "grpc_status"});
  }

  std::string not_registered(std::string_view word) const {
    if (service_.empty()) return fmt::format("the server as a whole is not registered ({})", word);
    return fmt::format("no service {} is registered ({})", service_, word);
  }

  HttpRequest request_;
  std::string service_;
};

std::unique_ptr<Probe> make(Target& target, const Environment& environment) {
  Url url = read_target_url(target);
  const bool tls = url.scheme == "grpcs";
  url.port = port_of(url, *target.kind);
  target.address = url.shown();
  if (!url.query.empty())
    throw UsageError(fmt::format("a query is not for grpc targets; write {}", syntax_of(*target.kind)));
  std::string service = percent_decode(url.path.empty() ? "" : url.path.substr(1));
  url.scheme = tls ? "https" : "http";
  url.path = "/grpc.health.v1.Health/Check";
  HttpRequest request = read_http_request(target, std::move(url), environment);
  request.headers.insert(request.headers.end(), {"content-type: application/grpc", "te: trailers"});
  request.body = health_check_request(service);
  request.version = HttpVersion::v2;
  return std::make_unique<GrpcProbe>(std::move(request), std::move(service));
}

constexpr auto schemes = std::to_array<SchemeSpec>({{"grpc", 50051}, {"grpcs", 443}});
constexpr auto syntaxes = std::to_array<std::string_view>({"[grpc[s]://][USER:PASSWORD@]HOST[:PORT][/SERVICE]"});
constexpr auto detail = std::to_array<std::string_view>(
    {"SERVING is well, NOT_SERVING is critical, and so is a service that the server does not know (SERVICE_UNKNOWN, or "
     "the call's status NOT_FOUND), a server without the health service (UNIMPLEMENTED) and every other status of the "
     "call but OK; a server that says UNKNOWN, or a number that nobody knows, is unknown. A condition on serving or "
     "grpc_status replaces that. Without SERVICE the server is asked about itself as a whole. Without PORT it is 50051 "
     "for grpc, as in gRPC's own examples, and 443 for grpcs, as gRPC's own name resolution has it. The call is "
     "HTTP/2: at once for grpc, agreed on by TLS for grpcs. --header sends metadata."});
constexpr auto options = concat(std::to_array<OptionSpec>({
                                    header_option,
                                    user_option,
                                    bearer_option,
                                    netrc_option,
                                    unix_socket_option,
                                    connect_to_option,
                                    proxy_option,
                                }),
                                tls_options);
constexpr auto metrics = tls_metrics;
constexpr auto facts =
    concat(std::to_array<NameSpec>({
               {"serving", "what the server says of the service: SERVING, NOT_SERVING, UNKNOWN or SERVICE_UNKNOWN",
                Unit::none, Absence::failed},
               {"grpc_status", "the name of the call's status code, such as OK, NOT_FOUND or UNIMPLEMENTED"},
               {"address", "the address and port that answered, or the unix socket"},
               proxy_fact,
           }),
           tls_facts);
constexpr auto phases = std::to_array<std::string_view>({"dns", "connect", "tls", "first byte", "transfer"});

}  // namespace

extern const Kind grpc_kind;
const Kind grpc_kind{
    .name = "grpc",
    .schemes = schemes,
    .syntaxes = syntaxes,
    .meaning = "a gRPC service: call grpc.health.v1.Health/Check, and look at the status",
    .detail = detail,
    .example = "hale grpc://localhost:50051/shop.Cart -e serving=SERVING -w 500ms -c 2s",
    .options = options,
    .metrics = metrics,
    .facts = facts,
    .phases = phases,
    .library = http_library,
    .make = make,
    .descriptors = 2,  // as http
};

}  // namespace hale
