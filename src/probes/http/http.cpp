#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/concat.hpp"
#include "base/number.hpp"
#include "base/text.hpp"
#include "core/environment.hpp"
#include "core/error.hpp"
#include "health/health.hpp"
#include "probes/common/endpoint.hpp"
#include "probes/common/http/options.hpp"
#include "probes/common/http/request.hpp"
#include "probes/common/json_names.hpp"
#include "probes/common/option_file.hpp"
#include "probes/common/tls_metadata.hpp"
#include "probes/common/tls_options.hpp"
#include "probes/probe.hpp"

namespace hale {
namespace {

std::string describe_status(const HttpResponse& response) {
  if (response.from_proxy && response.status >= 500)
    return fmt::format("the proxy {} answered {}, expected 200-399", response.proxy, response.status);
  return fmt::format("status is {}, expected 200-399", response.status);
}

/// The URL of a redirect without secrets.
std::string show_redirect(const std::string& location) {
  try {
    return truncate_bytes(parse_url(location, "").shown(), 120);
  } catch (const UsageError&) {
    return "an invalid URL";
  }
}

/// --follow LIMIT[:STATE]
struct Follow {
  std::size_t limit = 0;
  State exceeded = State::ok;  ///< the state when there are more redirects
};

class HttpProbe : public Probe {
 public:
  HttpProbe(HttpRequest request, std::optional<Follow> follow, std::optional<HealthMode> health,
            std::vector<std::string> requested)
      : request_(std::move(request)), follow_(follow), health_(health), requested_(std::move(requested)) {}

  Task<Observation> observe(ProbeContext& context) override {
    HttpRequest request = request_;
    HttpResponse response = co_await send_http_request(context, request);
    std::size_t redirects = 0;
    for (; follow_ && redirects < follow_->limit && !response.redirect_url.empty(); ++redirects) {
      request = request.redirected(response.status, response.redirect_url);
      response = co_await send_http_request(context, request);
    }
    Observation observation;
    record_response(response, observation);
    if (follow_) record_redirects(redirects, request.url, response, observation);
    co_return observation;
  }

 private:
  void record_response(const HttpResponse& response, Observation& observation) const {
    observation.summary = summarize(response);
    observation.metrics.push_back(Metric{"status", Quantity{static_cast<double>(response.status)}});
    observation.metrics.push_back(Metric{"size", Quantity{static_cast<double>(response.body.size()), Unit::bytes}});
    observation.metrics.push_back(Metric{"total", Quantity{response.total_seconds, Unit::seconds}});
    observation.facts.push_back(Fact{"status", fmt::format("{}", response.status)});
    observation.facts.push_back(Fact{"version", response.version});
    observation.facts.push_back(Fact{"address", response.address});
    if (!response.proxy.empty()) observation.facts.push_back(Fact{"proxy", response.proxy});
    record_tls(response.tls, observation);
    for (const std::string& name : requested_) record_requested(name, response, observation);
    add_json_names(requested_, response.body, observation);
    observation.claims.push_back(Claim{health_of_code(response.status), describe_status(response), "status"});
    if (health_) record_health(response, observation);
  }

  static std::string summarize(const HttpResponse& response) {
    std::string text = fmt::format("{}", response.status);
    if (!response.redirect_url.empty()) text += fmt::format(" to {}", show_redirect(response.redirect_url));
    if (response.truncated)
      text += fmt::format(", only the first {} read", format_human(Quantity{double{max_http_body}, Unit::bytes}));
    return text;
  }

  void record_redirects(std::size_t redirects, const Url& last, const HttpResponse& response,
                        Observation& observation) const {
    observation.metrics.push_back(Metric{"redirects", Quantity{static_cast<double>(redirects)}});
    observation.facts.push_back(Fact{"url", last.shown()});
    if (response.redirect_url.empty()) return;
    const std::string location = show_redirect(response.redirect_url);
    const std::string message = redirects == 0 ? fmt::format("redirected to {}", location)
                                               : fmt::format("more than {} redirect{}, the last one to {}", redirects,
                                                             redirects == 1 ? "" : "s", location);
    observation.claims.push_back(Claim{follow_->exceeded, message, "redirects"});
  }

  /// The body's health is a claim beside the status code's: a 200 with a body that reports a failure is not healthy.
  void record_health(const HttpResponse& response, Observation& observation) const {
    HealthVerdict verdict = read_health(response.status, response.header("content-type").value_or(""), response.body,
                                        response.truncated, *health_);
    observation.components = std::move(verdict.components);
    if (verdict.reports_health) observation.facts.push_back(Fact{"health", std::string(to_string(verdict.body_state))});
    observation.claims.push_back(Claim{verdict.body_state, verdict.message, "health"});
    if (verdict.body_state != State::ok || verdict.message.empty()) return;
    observation.summary += ", " + verdict.message;
    if (const std::size_t count = observation.components.size(); count > 0)
      observation.summary += fmt::format(", {} component{}", count, count == 1 ? "" : "s");
  }

  /// The body and the headers may be long or secret, so they are recorded only on request.
  static void record_requested(const std::string& name, const HttpResponse& response, Observation& observation) {
    constexpr std::string_view header = "header:";
    if (name == "body") observation.facts.push_back(Fact{name, response.body});
    if (!name.starts_with(header)) return;
    if (const auto text = response.header(std::string_view(name).substr(header.size())))
      observation.facts.push_back(Fact{name, *text});
  }

  HttpRequest request_;
  std::optional<Follow> follow_;
  std::optional<HealthMode> health_;  ///< nothing: bodies are not read for health
  std::vector<std::string> requested_;
};

std::string read_method(std::string_view text) {
  if (!is_http_token(text))
    throw UsageError(fmt::format("--method {}: not an HTTP method; use GET, HEAD or POST", sanitize(text)));
  return std::string(text);
}

std::string read_body(std::string_view text) {
  return text.starts_with('@') ? read_option_file("--data @", std::string(text.substr(1))) : std::string(text);
}

std::optional<HealthMode> read_health_mode(const Target& target) {
  const std::string_view mode = target.value("health").value_or("auto");
  if (mode == "off") return std::nullopt;
  return mode == "strict" ? HealthMode::strict : HealthMode::automatic;
}

std::optional<Follow> read_follow(const Target& target) {
  const auto text = target.value("follow");
  if (!text) return std::nullopt;
  constexpr double max_limit = 50;
  const std::size_t colon = text->find(':');
  const auto limit = parse_number(text->substr(0, colon));
  if (!limit || *limit < 0 || *limit > max_limit || *limit != std::floor(*limit))
    throw UsageError(
        fmt::format("--follow {}: not a limit from 0 to {}; use 5 or 5:warning", sanitize(*text), max_limit));
  Follow follow{static_cast<std::size_t>(*limit), *limit == 0 ? State::ok : State::critical};
  if (colon == std::string_view::npos) return follow;
  const auto state = parse_state(text->substr(colon + 1));
  if (!state)
    throw UsageError(fmt::format("--follow {}: the state after the colon must be ok, warning, critical or unknown",
                                 sanitize(*text)));
  follow.exceeded = *state;
  return follow;
}

HttpVersion read_version(const Target& target) {
  const std::string_view version = target.value("http-version").value_or("");
  if (version.empty()) return HttpVersion::automatic;
  return version == "2" ? HttpVersion::v2 : HttpVersion::v1_1;
}

std::unique_ptr<Probe> make(Target& target, const Environment& environment) {
  HttpRequest request = read_http_request(target, read_target_url(target), environment);
  target.address = request.url.shown();
  if (const auto method = target.value("method")) request.method = read_method(*method);
  if (const auto body = target.value("data")) request.body = read_body(*body);
  request.version = read_version(target);
  std::vector<std::string> requested;
  for (const std::string_view name : target.requested()) {
    check_json_name(name);
    if (std::find(requested.begin(), requested.end(), name) == requested.end()) requested.emplace_back(name);
  }
  return std::make_unique<HttpProbe>(std::move(request), read_follow(target), read_health_mode(target),
                                     std::move(requested));
}

constexpr auto schemes = std::to_array<SchemeSpec>({{"http", 80}, {"https", 443}});
constexpr auto syntaxes = std::to_array<std::string_view>({"[http[s]://][USER:PASSWORD@]HOST[:PORT][/PATH]"});
constexpr auto detail = std::to_array<std::string_view>({
    "A status from 200 to 399 is OK; 429, 472 and 473 are WARNING; any other status is CRITICAL. A condition on status "
    "(--expect or --prefer) replaces this.",
    "A body that reports health counts too: application/health+json, the formats of Spring, ASP.NET, Kubernetes and "
    "many others, as JSON or text. The worse of the two states is the result. The message names the components that "
    "fail. A state that hale does not know is UNKNOWN. --health off or a condition on health replaces this.",
    "A redirect is an answer like any other. --follow goes on to its URL, and sends logins and headers only to the "
    "same scheme, host and port. Certificates are verified. At most 1 MiB of a body is read.",
});
constexpr auto options =
    concat(std::to_array<OptionSpec>({
               {.name = "health",
                .value = "MODE",
                .meaning = "how to read a body for health; strict: a body that reports none is UNKNOWN",
                .choices = "auto|off|strict"},
               {.name = "method", .value = "METHOD", .meaning = "the request method (GET; POST with --data)"},
               header_option,
               {.name = "data",
                .value = "TEXT",
                .meaning = "send TEXT, or the content of FILE for @FILE, as the request's body",
                .secret = true},
           }),
           http_connection_options,
           std::to_array<OptionSpec>({
               {.name = "http-version",
                .value = "VERSION",
                .meaning = "require this HTTP version; 2 is negotiated by TLS (ALPN), and assumed for http://",
                .choices = "1.1|2"},
               {.name = "follow",
                .value = "LIMIT[:STATE]",
                .meaning = "follow at most LIMIT redirects (0-50); more are CRITICAL (OK for a LIMIT of 0), or STATE"},
           }),
           tls_options);
constexpr auto metrics =
    concat(std::to_array<NameSpec>({
               {.name = "status", .meaning = "the status code"},
               {.name = "size", .meaning = "the size of the body, as far as it was read", .unit = Unit::bytes},
               {.name = "total",
                .meaning = "the time from the start of the connection to the last byte, without the name lookup",
                .unit = Unit::seconds},
               {.name = "json:",
                .meaning = "a number, or true as 1 and false as 0, in a JSON body, by its JSON pointer (RFC 6901)",
                .absence = Absence::failed,
                .example = "/POINTER"},
               {.name = "json-length:",
                .meaning = "the number of elements of a JSON array, members of an object or characters of a string",
                .absence = Absence::failed,
                .example = "/POINTER"},
               {.name = "redirects", .meaning = "the number of redirects followed; only with --follow"},
           }),
           tls_metrics);
constexpr auto facts = concat(
    std::to_array<NameSpec>({
        {.name = "status", .meaning = "the status code"},
        {.name = "version", .meaning = "the HTTP version: 1.0, 1.1 or 2"},
        {.name = "address", .meaning = "the address and port that answered, or the unix socket"},
        proxy_fact,
        {.name = "body", .meaning = "the body; only on request"},
        {.name = "health",
         .meaning = "the state that the body reports: ok, warning, critical or unknown; absent when it reports none"},
        {.name = "header:",
         .meaning = "a response header; empty when it was not sent",
         .absence = Absence::empty,
         .example = "NAME"},
        {.name = "json:",
         .meaning = "a value in a JSON body, by its JSON pointer (RFC 6901)",
         .absence = Absence::failed,
         .example = "/POINTER"},
        {.name = "json-type:",
         .meaning = "the type of that value: object, array, string, number, boolean or null",
         .absence = Absence::failed,
         .example = "/POINTER"},
        {.name = "url", .meaning = "the last URL requested, without passwords and query values; only with --follow"},
    }),
    tls_facts);
constexpr auto phases = std::to_array<std::string_view>({"dns", "connect", "tls", "first byte", "transfer"});

}  // namespace

extern const Kind http_kind;
const Kind http_kind{
    .name = "http",
    .schemes = schemes,
    .syntaxes = syntaxes,
    .meaning = "an HTTP or HTTPS service: send a request, check the answer",
    .detail = detail,
    .example = "hale http://localhost:8080/health --expect 'json:/queue/depth<100' -w 500ms -c 2s",
    .options = options,
    .metrics = metrics,
    .facts = facts,
    .phases = phases,
    .library = http_library,
    .make = make,
    .environment = http_environment,
    .descriptors = 2,  // libcurl tries two addresses at a time
};

}  // namespace hale
