#include <array>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/environment.hpp"
#include "core/error.hpp"
#include "probes/common/endpoint.hpp"
#include "probes/common/http/options.hpp"
#include "probes/common/http/request.hpp"
#include "probes/common/tls_metadata.hpp"
#include "probes/grpc/health.hpp"
#include "probes/probe.hpp"

namespace hale {
namespace {

constexpr std::uint16_t grpc_port = 50051;
constexpr std::uint16_t grpcs_port = 443;
constexpr std::size_t quoted_bytes = 60;

/// Throws Unhealthy when gRPC is not what the server speaks.
void require_grpc(const HttpAnswer& answer) {
  const std::string type = answer.header("content-type").value_or("");
  const std::string_view name = trim(std::string_view(type).substr(0, type.find_first_of("+;")));
  if (answer.status != 200 || lower(name) != "application/grpc") {
    throw Unhealthy(fmt::format("no gRPC answer (HTTP {}, {})", answer.status,
                                type.empty() ? "no content type" : shorten(type, quoted_bytes)));
  }
  if (answer.cut) throw Unhealthy("no health answer (it is longer than 1 MiB)");
}

class GrpcProbe : public Probe {
 public:
  GrpcProbe(HttpRequest request, std::string service) : request_(std::move(request)), service_(std::move(service)) {}

  Task<Observation> observe(Net& net) override {
    const HttpAnswer answer = co_await ask_http(net, request_);
    require_grpc(answer);
    // It comes behind the message, or in its stead (a trailers-only answer).
    const std::optional<std::string> status = answer.header("grpc-status");
    if (!status) throw Unhealthy("no gRPC answer (the status is missing)");
    Observation seen;
    const std::string name = grpc_status_name(*status);
    if (name == "OK") {
      tell_serving(read_health_check_response(answer.body), seen);
    } else {
      tell_refusal(name, grpc_message(answer.header("grpc-message").value_or("")), seen);
    }
    seen.facts.push_back(Fact{"grpc_status", name});
    seen.facts.push_back(Fact{"address", answer.address});
    if (!answer.proxy.empty()) seen.facts.push_back(Fact{"proxy", answer.proxy});
    tell_tls(answer.tls, seen);
    co_return seen;
  }

 private:
  void tell_serving(ServingStatus status, Observation& seen) const {
    seen.summary = serving_name(status);
    seen.facts.push_back(Fact{"serving", seen.summary});
    seen.claims.push_back(claim_of(status));
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

  void tell_refusal(const std::string& name, const std::string& words, Observation& seen) const {
    seen.summary = name;
    std::string message = words.empty() ? fmt::format("the server says {}", name) : fmt::format("{} ({})", words, name);
    if (name == "NOT_FOUND") message = not_registered(name);
    if (name == "UNIMPLEMENTED") message = fmt::format("the server has no health service ({})", name);
    seen.claims.push_back(Claim{State::critical, std::move(message), "grpc_status"});
  }

  std::string not_registered(std::string_view word) const {
    if (service_.empty()) return fmt::format("the server as a whole is not registered ({})", word);
    return fmt::format("no service {} is registered ({})", service_, word);
  }

  HttpRequest request_;
  std::string service_;
};

std::unique_ptr<Probe> make(Target& target, const Environment& environment) {
  Url url = read_place(target, grpc_port);
  const bool tls = url.scheme == "grpcs";
  url.port = url.port.value_or(tls ? grpcs_port : grpc_port);
  target.address = url.shown();
  if (!url.query.empty())
    throw UsageError(fmt::format("a query is not for grpc targets; write {}", target.kind->place));
  std::string service = percent_decode(url.path.empty() ? "" : url.path.substr(1));
  url.scheme = tls ? "https" : "http";
  url.path = "/grpc.health.v1.Health/Check";
  HttpRequest request = read_http_request(target, std::move(url), environment);
  request.headers.insert(request.headers.end(), {"content-type: application/grpc", "te: trailers"});
  request.body = health_check_request(service);
  request.version = HttpVersion::v2;
  return std::make_unique<GrpcProbe>(std::move(request), std::move(service));
}

constexpr std::array<std::string_view, 2> schemes{"grpc", "grpcs"};
constexpr std::array<OptionSpec, 13> options{{
    header_option,
    user_option,
    bearer_option,
    netrc_option,
    unix_socket_option,
    connect_to_option,
    proxy_option,
    cacert_option,
    insecure_option,
    cert_option,
    key_option,
    tls_min_option,
    server_name_option,
}};
constexpr std::array<NameSpec, 2> measures{cert_days_measure, chain_days_measure};
constexpr std::array<NameSpec, 9> facts{{
    {"serving", "what the server says of the service: SERVING, NOT_SERVING, UNKNOWN or SERVICE_UNKNOWN", Unit::none,
     Absence::failed},
    {"grpc_status", "the name of the call's status code, such as OK, NOT_FOUND or UNIMPLEMENTED"},
    {"address", "the address and port that answered, or the unix socket"},
    proxy_fact,
    subject_fact,
    issuer_fact,
    names_fact,
    protocol_fact,
    cipher_fact,
}};
constexpr std::array<std::string_view, 5> phases{"dns", "connect", "tls", "first byte", "transfer"};

}  // namespace

extern const Kind grpc_kind;
const Kind grpc_kind{
    .name = "grpc",
    .schemes = schemes,
    .place = "[grpc[s]://][USER:PASSWORD@]HOST[:PORT][/SERVICE]",
    .meaning = "a gRPC service: call grpc.health.v1.Health/Check, and look at the status",
    .detail =
        "SERVING is well, NOT_SERVING is critical, and so is a service that the server does not know "
        "(SERVICE_UNKNOWN, or the call's status NOT_FOUND), a server without the health service (UNIMPLEMENTED) and "
        "every other status of the call but OK; a server that says UNKNOWN, or a number that nobody knows, is unknown. "
        "A condition on serving or "
        "grpc_status replaces that. Without SERVICE the server is asked about itself as a whole. Without PORT it is "
        "50051 for grpc, as in gRPC's own examples, and 443 for grpcs, as gRPC's own name resolution has it. The call "
        "is "
        "HTTP/2: at once for grpc, agreed on by TLS for grpcs. --header sends metadata.",
    .example = "hale grpc://localhost:50051/shop.Cart -e serving=SERVING -w 500ms -c 2s",
    .options = options,
    .measures = measures,
    .facts = facts,
    .phases = phases,
    .library = http_library,
    .make = make,
    .descriptors = 2,  // as http
};

}  // namespace hale
