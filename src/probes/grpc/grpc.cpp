#include <array>

#include <fmt/format.h>

#include "base/concat.hpp"
#include "base/encoding.hpp"
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

constexpr std::size_t max_quoted_bytes = 60;

/// Throws Unhealthy unless `answer` is a gRPC answer.
void check_grpc(const HttpResponse& answer) {
  const std::string type = answer.header("content-type").value_or("");
  const std::string_view name = trim(std::string_view(type).substr(0, type.find_first_of("+;")));
  if (answer.status != 200 || lower(name) != "application/grpc") {
    throw Unhealthy(fmt::format("not a gRPC answer (HTTP {}, {})", answer.status,
                                type.empty() ? "no content type" : truncate_bytes(type, max_quoted_bytes)));
  }
  if (answer.truncated) throw Unhealthy("invalid health answer (it is longer than 1 MiB)");
}

class GrpcProbe : public Probe {
 public:
  GrpcProbe(HttpRequest request, std::string service) : request_(std::move(request)), service_(std::move(service)) {}

  Task<Observation> observe(ProbeContext& context) override {
    const HttpResponse answer = co_await send_http_request(context, request_);
    check_grpc(answer);
    // A trailer after the message, or a header of an answer without one ("Trailers-Only", gRPC over HTTP/2).
    const std::optional<std::string> status = answer.header("grpc-status");
    if (!status) throw Unhealthy("not a gRPC answer (the status is missing)");
    Observation observation;
    const std::string name = grpc_status_name(*status);
    if (name == "OK") {
      record_serving(read_health_check_response(answer.body), observation);
    } else {
      record_error(name, grpc_message(answer.header("grpc-message").value_or("")), observation);
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
      case ServingStatus::unknown: return Claim{State::unknown, "the server answered UNKNOWN", "serving"};
      case ServingStatus::service_unknown: return Claim{State::critical, not_registered(name), "serving"};
    }
    return Claim{State::unknown, fmt::format("the server answered {}, an unknown status", name), "serving"};
  }

  void record_error(const std::string& name, const std::string& text, Observation& observation) const {
    observation.summary = name;
    std::string message =
        text.empty() ? fmt::format("the server answered {}", name) : fmt::format("{} ({})", text, name);
    if (name == "NOT_FOUND") message = not_registered(name);
    if (name == "UNIMPLEMENTED") message = fmt::format("the server has no health service ({})", name);
    observation.claims.push_back(Claim{State::critical, std::move(message), "grpc_status"});
  }

  std::string not_registered(std::string_view status) const {
    if (service_.empty()) return fmt::format("the server itself is not registered ({})", status);
    return fmt::format("the service {} is not registered ({})", service_, status);
  }

  HttpRequest request_;
  std::string service_;
};

std::unique_ptr<Probe> make(Target& target, const Environment& environment) {
  Url url = read_target_url(target);
  const bool tls = url.scheme == "grpcs";
  url.port = port_of(url, *target.kind);
  target.address = url.shown();
  if (!url.query.empty()) throw UsageError(fmt::format("grpc targets have no query; use {}", syntax_of(*target.kind)));
  std::string service = percent_decode(url.path.empty() ? "" : url.path.substr(1));
  url.scheme = tls ? "https" : "http";
  url.path = "/grpc.health.v1.Health/Check";
  HttpRequest request = read_http_request(target, std::move(url), environment);
  request.headers.insert(request.headers.end(), {"content-type: application/grpc", "te: trailers"});
  request.body = health_check_request(service);
  request.version = HttpVersion::v2;
  return std::make_unique<GrpcProbe>(std::move(request), std::move(service));
}

constexpr auto schemes =
    std::to_array<SchemeSpec>({{.name = "grpc", .default_port = 50051}, {.name = "grpcs", .default_port = 443}});
constexpr auto syntaxes = std::to_array<std::string_view>({"[grpc[s]://][USER:PASSWORD@]HOST[:PORT][/SERVICE]"});
constexpr auto detail = std::to_array<std::string_view>({
    "OK when the server reports SERVING. CRITICAL for NOT_SERVING, an unregistered service (SERVICE_UNKNOWN, or the "
    "status NOT_FOUND), a server without the health service (UNIMPLEMENTED) and any other error status. UNKNOWN when "
    "the "
    "server reports UNKNOWN or an unknown number. A condition on serving or grpc_status replaces this rule.",
    "Without SERVICE, hale asks about the server as a whole. The default port is 50051 for grpc, as in gRPC's own "
    "examples, and 443 for grpcs, as in gRPC's name resolution. The call is HTTP/2: without negotiation for grpc, "
    "negotiated within TLS for grpcs. --header sends metadata.",
});
constexpr auto options = concat(std::array{header_option}, http_connection_options, tls_options);
constexpr auto metrics = tls_metrics;
constexpr auto facts =
    concat(std::to_array<NameSpec>({
               {.name = "serving",
                .meaning = "the status of the service: SERVING, NOT_SERVING, UNKNOWN or SERVICE_UNKNOWN",
                .absence = Absence::failed},
               {.name = "grpc_status",
                .meaning = "the name of the call's status code, such as OK, NOT_FOUND or UNIMPLEMENTED"},
               {.name = "address", .meaning = "the address and port that answered, or the unix socket"},
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
    .meaning = "a gRPC service: call grpc.health.v1.Health/Check and check the status",
    .detail = detail,
    .example = "hale grpc://localhost:50051/shop.Cart -e serving=SERVING -w 500ms -c 2s",
    .options = options,
    .metrics = metrics,
    .facts = facts,
    .phases = phases,
    .library = http_library,
    .make = make,
    .environment = http_environment,
    .descriptors = 2,  // as http
};

}  // namespace hale
