#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/concat.hpp"
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

std::string words_on_status(const HttpAnswer& answer) {
  if (answer.by_proxy && answer.status >= 500)
    return fmt::format("the proxy {} answered {}, expected 200-399", answer.proxy, answer.status);
  return fmt::format("status is {}, expected 200-399", answer.status);
}

/// Where a redirect points to, without what may be secret in it.
std::string shown(const std::string& location) {
  try {
    return truncate_bytes(parse_url(location, "").shown(), 120);
  } catch (const UsageError&) {
    return "an address that is none";
  }
}

/// --follow LIMIT[:STATE]
struct Follow {
  std::size_t limit = 0;
  State beyond = State::ok;  ///< when there is one redirect more
};

class HttpProbe : public Probe {
 public:
  HttpProbe(HttpRequest request, std::optional<Follow> follow, std::optional<HealthMode> health,
            std::vector<std::string> requested)
      : request_(std::move(request)), follow_(follow), health_(health), asked_(std::move(requested)) {}

  Task<Observation> observe(ProbeContext& context) override {
    HttpRequest request = request_;
    HttpAnswer answer = co_await ask_http(context, request);
    std::size_t redirects = 0;
    for (; follow_ && redirects < follow_->limit && !answer.redirect.empty(); ++redirects) {
      request = request.redirected(answer.status, answer.redirect);
      answer = co_await ask_http(context, request);
    }
    Observation observation = tell(answer);
    if (follow_) record_redirects(redirects, request.url, answer, observation);
    co_return observation;
  }

 private:
  Observation tell(const HttpAnswer& answer) const {
    Observation observation;
    observation.summary = fmt::format("{}", answer.status);
    if (!answer.redirect.empty()) observation.summary += fmt::format(" to {}", shown(answer.redirect));
    if (answer.cut)
      observation.summary +=
          fmt::format(", only the first {} read", format_human(Quantity{double{http_body_cap}, Unit::bytes}));
    observation.metrics.push_back(Metric{"status", Quantity{static_cast<double>(answer.status)}});
    observation.metrics.push_back(Metric{"size", Quantity{static_cast<double>(answer.body.size()), Unit::bytes}});
    observation.metrics.push_back(Metric{"total", Quantity{answer.total_seconds, Unit::seconds}});
    observation.facts.push_back(Fact{"status", fmt::format("{}", answer.status)});
    observation.facts.push_back(Fact{"version", answer.version});
    observation.facts.push_back(Fact{"address", answer.address});
    if (!answer.proxy.empty()) observation.facts.push_back(Fact{"proxy", answer.proxy});
    record_tls(answer.tls, observation);
    for (const std::string& name : asked_) record_asked(name, answer, observation);
    add_json_names(asked_, answer.body, observation);
    observation.claims.push_back(Claim{health_of_code(answer.status), words_on_status(answer), "status"});
    if (health_) record_health(answer, observation);
    return observation;
  }

  void record_redirects(std::size_t redirects, const Url& last, const HttpAnswer& answer,
                        Observation& observation) const {
    observation.metrics.push_back(Metric{"redirects", Quantity{static_cast<double>(redirects)}});
    observation.facts.push_back(Fact{"url", last.shown()});
    if (answer.redirect.empty()) return;
    const std::string to = shown(answer.redirect);
    const std::string words = redirects == 0 ? fmt::format("redirected to {}", to)
                                             : fmt::format("more than {} redirect{}, the last one to {}", redirects,
                                                           redirects == 1 ? "" : "s", to);
    observation.claims.push_back(Claim{follow_->beyond, words, "redirects"});
  }

  /// What the body says of the service counts beside the status code: a green page with a red body is not healthy.
  void record_health(const HttpAnswer& answer, Observation& observation) const {
    HealthVerdict verdict =
        read_health(answer.status, answer.header("content-type").value_or(""), answer.body, answer.cut, *health_);
    observation.components = std::move(verdict.components);
    if (verdict.speaks) observation.facts.push_back(Fact{"health", std::string(word(verdict.said))});
    observation.claims.push_back(Claim{verdict.said, verdict.message, "health"});
    if (verdict.said != State::ok || verdict.message.empty()) return;
    observation.summary += ", " + verdict.message;
    if (const std::size_t count = observation.components.size(); count > 0)
      observation.summary += fmt::format(", {} component{}", count, count == 1 ? "" : "s");
  }

  /// What is long or may be secret is told only when the user asks for it.
  static void record_asked(const std::string& name, const HttpAnswer& answer, Observation& observation) {
    constexpr std::string_view header = "header:";
    if (name == "body") observation.facts.push_back(Fact{name, answer.body});
    if (!name.starts_with(header)) return;
    if (const auto text = answer.header(std::string_view(name).substr(header.size())))
      observation.facts.push_back(Fact{name, *text});
  }

  HttpRequest request_;
  std::optional<Follow> follow_;
  std::optional<HealthMode> health_;  ///< nothing: bodies are not read for health
  std::vector<std::string> asked_;
};

std::string read_method(std::string_view text) {
  if (!is_http_token(text))
    throw UsageError(fmt::format("--method {}: no HTTP method; write GET, HEAD or POST", sanitize(text)));
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
  constexpr double most = 50;
  const std::size_t colon = text->find(':');
  const auto limit = parse_number(text->substr(0, colon));
  if (!limit || *limit < 0 || *limit > most || *limit != std::floor(*limit))
    throw UsageError(
        fmt::format("--follow {}: write how many redirects, 0 to {}: 5 or 5:warning", sanitize(*text), most));
  Follow follow{static_cast<std::size_t>(*limit), *limit == 0 ? State::ok : State::critical};
  if (colon == std::string_view::npos) return follow;
  const auto state = parse_state(text->substr(colon + 1));
  if (!state)
    throw UsageError(
        fmt::format("--follow {}: behind the colon stands ok, warning, critical or unknown", sanitize(*text)));
  follow.beyond = *state;
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
constexpr auto detail = std::to_array<std::string_view>(
    {"Status 200 to 399 is well, 429, 472 and 473 are a warning, anything else is critical, unless an --expect or "
     "--prefer on status says otherwise. A body that speaks of health (application/health+json, Spring, ASP.NET, "
     "Kubernetes and their like, JSON or text) counts as well: the state is the worse of the two, what fails in it is "
     "named, and a word that nobody knows is unknown. --health off, or a condition on health, replaces that. Redirects "
     "are an answer; --follow goes after them, and takes logins and headers along only to the same scheme, host and "
     "port. Certificates are verified. A body is read to 1 MiB."});
constexpr auto options = concat(
    std::to_array<OptionSpec>({
        {"health", '\0', "MODE", "how a body that speaks of health is read; strict: one that does not is unknown",
         Scope::target, false, "auto|off|strict"},
        {"method", '\0', "METHOD", "the request's method (GET; POST with --data)"},
        header_option,
        {"data", '\0', "TEXT", "send TEXT, or with @FILE what is in the file, as the request's body", Scope::target,
         false, "", "", true},
        user_option,
        bearer_option,
        netrc_option,
        unix_socket_option,
        connect_to_option,
        proxy_option,
        {"http-version", '\0', "VERSION",
         "speak this version of HTTP and no other; 2 is agreed on by TLS (ALPN), or spoken at once over http://",
         Scope::target, false, "1.1|2"},
        {"follow", '\0', "LIMIT[:STATE]",
         "follow at most LIMIT redirects (0-50); one more is critical (ok for 0), or STATE"},
    }),
    tls_options);
constexpr auto metrics = concat(
    std::to_array<NameSpec>({
        {"status", "the status code"},
        {"size", "the body's size, as far as it was read", Unit::bytes},
        {"total", "from the beginning of the connection to the last byte, without the name look-up", Unit::seconds},
        {"json:", "a number, or true as 1 and false as 0, in a JSON body, by its JSON pointer (RFC 6901)", Unit::none,
         Absence::failed, "/POINTER"},
        {"json-length:", "the elements of a JSON array, the members of an object or the characters of a text",
         Unit::none, Absence::failed, "/POINTER"},
        {"redirects", "how many redirects were followed; told with --follow"},
    }),
    tls_metrics);
constexpr auto facts = concat(
    std::to_array<NameSpec>({
        {"status", "the status code"},
        {"version", "the HTTP version: 1.0, 1.1 or 2"},
        {"address", "the address and port that answered, or the unix socket"},
        proxy_fact,
        {"body", "the body; told when asked for"},
        {"health",
         "what the body says of the service: ok, warning, critical or unknown; left out when it says nothing"},
        {"header:", "a header of the answer; an empty text when it was not sent", Unit::none, Absence::empty, "NAME"},
        {"json:", "a value in a JSON body, by its JSON pointer (RFC 6901)", Unit::none, Absence::failed, "/POINTER"},
        {"json-type:", "what it is: object, array, string, number, boolean or null", Unit::none, Absence::failed,
         "/POINTER"},
        {"url", "the last URL asked, without passwords and query values; told with --follow"},
    }),
    tls_facts);
constexpr auto phases = std::to_array<std::string_view>({"dns", "connect", "tls", "first byte", "transfer"});

}  // namespace

extern const Kind http_kind;
const Kind http_kind{
    .name = "http",
    .schemes = schemes,
    .syntaxes = syntaxes,
    .meaning = "an HTTP or HTTPS service: ask, and look at the answer",
    .detail = detail,
    .example = "hale http://localhost:8080/health --expect 'json:/queue/depth<100' -w 500ms -c 2s",
    .options = options,
    .metrics = metrics,
    .facts = facts,
    .phases = phases,
    .library = http_library,
    .make = make,
    .descriptors = 2,  // libcurl tries two addresses at a time
};

}  // namespace hale
