#include <array>

#include <fmt/format.h>

#include "base/concat.hpp"
#include "base/text.hpp"
#include "core/error.hpp"
#include "net/stream.hpp"
#include "probes/common/endpoint.hpp"
#include "probes/common/tls_metadata.hpp"
#include "probes/common/tls_options.hpp"
#include "probes/probe.hpp"

namespace hale {
namespace {

constexpr std::size_t dialogue_cap = 16384;

/// How a protocol that begins in the clear is asked for TLS: what the peer says first, what is said, what agrees.
struct StartTls {
  std::string_view name;
  std::uint16_t port;
  std::string_view greeting;      ///< the peer's last greeting line begins so; empty when it says nothing first
  std::string_view introduction;  ///< said before the question; empty when there is none
  std::string_view introduced;    ///< the last line of the answer begins so
  std::string_view question;
  std::string_view agreement;  ///< the answer begins so
};

// RFC 3207; RFC 9051, 6.2.1; RFC 2595, 4; PostgreSQL's SSLRequest (protocol documentation, "Message Formats").
constexpr std::array<StartTls, 4> protocols{{
    {"smtp", 25, "220 ", "EHLO hale\r\n", "250 ", "STARTTLS\r\n", "220"},
    {"imap", 143, "* OK", "", "", "a STARTTLS\r\n", "a OK"},
    {"pop3", 110, "+OK", "", "", "STLS\r\n", "+OK"},
    {"postgres", 5432, "", "", "", std::string_view("\0\0\0\x08\x04\xd2\x16\x2f", 8), "S"},
}};

class TlsProbe : public Probe {
 public:
  TlsProbe(Url url, TlsConfig tls, const StartTls* start) : url_(std::move(url)), tls_(std::move(tls)), start_(start) {}

  Task<Observation> observe(ProbeContext& context) override {
    Stream stream = co_await dial(context, url_.host, *url_.port);
    if (start_ != nullptr) co_await ask_for_tls(context, stream);
    co_await stream.start_tls(context, tls_);
    const std::optional<TlsSession> session = stream.tls_session();
    if (!session) throw Unhealthy("the server showed no certificate");
    Observation observation;
    observation.summary =
        fmt::format("{}, certificate {} days", session->protocol, static_cast<long>(session->cert_days));
    observation.facts.push_back(Fact{"address", stream.peer()});
    record_tls(session, observation);
    co_await stream.close();
    co_return observation;
  }

 private:
  Task<void> ask_for_tls(ProbeContext& context, Stream& stream) {
    context.enter("starttls");
    if (!start_->greeting.empty()) co_await hear(stream, start_->greeting);
    if (!start_->introduction.empty()) {
      co_await stream.write(start_->introduction);
      co_await hear(stream, start_->introduced);
    }
    co_await stream.write(start_->question);
    // PostgreSQL answers by one byte without a line end; what follows is TLS already.
    if (start_->greeting.empty()) {
      const std::string byte = co_await stream.read_some(1);
      if (byte != start_->agreement) throw Unhealthy("the server does not speak TLS");
    } else {
      co_await hear(stream, start_->agreement);
    }
  }

  /// "250-SIZE" is followed by more of the same answer (RFC 5321, 4.2.1); "* CAPABILITY" may come before any answer
  /// (RFC 9051, 2.2.2).
  static bool goes_on(std::string_view line, std::string_view wanted) {
    const std::string_view code = wanted.substr(0, 3);
    return (line.starts_with(code) && line.substr(3).starts_with('-')) ||
           (wanted.starts_with("a ") && line.starts_with("* "));
  }

  /// Reads lines until one begins with `wanted`. One that neither does nor goes on is a refusal.
  static Task<void> hear(Stream& stream, std::string_view wanted) {
    std::string line;
    for (std::size_t heard = 0; heard < dialogue_cap; ++heard) {
      // One byte at a time: nothing of the TLS handshake that follows may be taken.
      const std::string byte = co_await stream.read_some(1);
      line += byte;
      if (line.back() != '\n') continue;
      if (line.starts_with(wanted)) co_return;
      if (!goes_on(line, wanted)) throw Unhealthy(truncate_bytes(trim(line), 120));
      line.clear();
    }
    throw Unhealthy("the server talks without end before TLS");
  }

  Url url_;
  TlsConfig tls_;
  const StartTls* start_;
};

const StartTls* read_starttls(const Target& target) {
  const auto given = target.value("starttls");
  if (!given) return nullptr;
  return std::find_if(protocols.begin(), protocols.end(),
                      [&](const StartTls& protocol) { return protocol.name == *given; });
}

std::unique_ptr<Probe> make(Target& target, const Environment& environment) {
  const StartTls* start = read_starttls(target);
  Url url = read_target_url(target);
  if (!url.path.empty() && url.path != "/")
    throw UsageError(fmt::format("a tls target has no path; write {}", syntax_of(*target.kind)));
  url.path.clear();
  if (!url.port) url.port = start == nullptr ? port_of(url, *target.kind) : start->port;
  target.address = url.shown();
  TlsConfig tls = read_tls_options(target, environment);
  if (tls.server_name.empty()) tls.server_name = url.host;
  return std::make_unique<TlsProbe>(std::move(url), std::move(tls), start);
}

constexpr auto schemes = std::to_array<SchemeSpec>({{"tls", 443}});
constexpr auto syntaxes = std::to_array<std::string_view>({"[tls://]HOST[:PORT]"});
constexpr auto detail = std::to_array<std::string_view>(
    {"The certificate is verified: one that has expired, is for another name, self-signed or of an unknown issuer is "
     "critical, each in a sentence of its own. One that will run out within 30 days is a warning, within 14 days "
     "critical, the issuers' in the chain as well; -w and -c on cert_days and chain_days replace that. No page is "
     "fetched. The port is 443, with --starttls that of the protocol."});
constexpr auto options = concat(std::to_array<OptionSpec>({
                                    {"starttls", '\0', "PROTOCOL", "begin in the clear and ask for TLS", Scope::target,
                                     false, "smtp|imap|pop3|postgres"},
                                }),
                                tls_options);
constexpr auto metrics = tls_metrics;
constexpr auto facts = concat(std::to_array<NameSpec>({
                                  {"address", "the address and port that answered"},
                              }),
                              tls_facts);
constexpr auto phases = std::to_array<std::string_view>({"dns", "connect", "starttls", "tls"});

}  // namespace

extern const Kind tls_kind;
const Kind tls_kind{
    .name = "tls",
    .schemes = schemes,
    .syntaxes = syntaxes,
    .meaning = "a TLS port: shake hands, and look at the certificate",
    .detail = detail,
    .example = "hale tls://localhost:8443 -w cert_days=60: -c cert_days=21:",
    .options = options,
    .metrics = metrics,
    .facts = facts,
    .phases = phases,
    .library = nullptr,
    .make = make,
};

}  // namespace hale
