#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/concat.hpp"
#include "base/text.hpp"
#include "core/choices.hpp"
#include "core/error.hpp"
#include "net/buffered_stream.hpp"
#include "net/stream.hpp"
#include "probes/common/endpoint.hpp"
#include "probes/common/tls_metadata.hpp"
#include "probes/common/tls_options.hpp"
#include "probes/probe.hpp"

namespace hale {
namespace {

constexpr std::size_t max_dialogue_bytes = 16384;

/// How to switch from plain text to TLS in one protocol.
struct StartTls {
  std::string_view name;
  std::uint16_t port;                   ///< the protocol's default port
  std::string_view greeting{};          ///< how the last line of the server's greeting begins; empty without a greeting
  std::string_view introduction{};      ///< sent before the request; empty when the protocol needs none
  std::string_view introduction_end{};  ///< how the last line of the answer to that begins
  std::string_view request;
  std::string_view agreement;  ///< how the server's agreement begins
};

// RFC 3207; RFC 9051, 6.2.1; RFC 2595, 4; PostgreSQL's SSLRequest (protocol documentation, "Message Formats").
constexpr auto protocols = std::to_array<StartTls>({
    {.name = "smtp",
     .port = 25,
     .greeting = "220 ",
     .introduction = "EHLO hale\r\n",
     .introduction_end = "250 ",
     .request = "STARTTLS\r\n",
     .agreement = "220"},
    {.name = "imap", .port = 143, .greeting = "* OK", .request = "a STARTTLS\r\n", .agreement = "a OK"},
    {.name = "pop3", .port = 110, .greeting = "+OK", .request = "STLS\r\n", .agreement = "+OK"},
    {.name = "postgres", .port = 5432, .request = std::string_view("\0\0\0\x08\x04\xd2\x16\x2f", 8), .agreement = "S"},
});

class TlsProbe : public Probe {
 public:
  TlsProbe(Url url, TlsConfig tls, const StartTls* start) : url_(std::move(url)), tls_(std::move(tls)), start_(start) {}

  Task<Observation> observe(ProbeContext& context) override {
    Stream stream = co_await dial(context, url_.host, *url_.port);
    if (start_ != nullptr) co_await request_tls(context, stream);
    co_await stream.start_tls(context, tls_);
    const std::optional<TlsSession> session = stream.tls_session();
    if (!session) throw Unhealthy("the server sent no certificate");
    Observation observation;
    observation.summary =
        fmt::format("{}, certificate {} days", session->protocol, static_cast<long>(session->cert_days));
    observation.facts.push_back(Fact{"address", stream.peer()});
    record_tls(session, observation);
    co_await stream.close();
    co_return observation;
  }

 private:
  Task<void> request_tls(ProbeContext& context, Stream& stream) {
    context.enter("starttls");
    // One byte at a time: bytes after the server's agreement belong to the TLS handshake.
    BufferedStream reader(stream, 1);
    if (!start_->greeting.empty()) co_await read_answer(reader, start_->greeting);
    if (!start_->introduction.empty()) {
      co_await stream.write(start_->introduction);
      co_await read_answer(reader, start_->introduction_end);
    }
    co_await stream.write(start_->request);
    // PostgreSQL answers with one byte, without a line end.
    if (start_->greeting.empty()) {
      const std::string byte = co_await reader.read_exactly(1);
      if (byte != start_->agreement) throw Unhealthy("the server does not support TLS");
    } else {
      co_await read_answer(reader, start_->agreement);
    }
  }

  /// More lines of the answer follow "250-SIZE" (RFC 5321, 4.2.1); "* CAPABILITY" may precede any answer (RFC 9051,
  /// 2.2.2).
  static bool is_continued(std::string_view line, std::string_view expected) {
    const std::string_view code = expected.substr(0, 3);
    return (line.starts_with(code) && line.substr(3).starts_with('-')) ||
           (expected.starts_with("a ") && line.starts_with("* "));
  }

  /// Reads lines until one begins with `expected`. Throws Unhealthy with a line that neither does nor is continued.
  static Task<void> read_answer(BufferedStream& reader, std::string_view expected) {
    for (std::size_t remaining = max_dialogue_bytes; remaining > 0;) {
      const std::optional<std::string> line = co_await reader.read_line(remaining);
      if (!line) break;
      if (line->starts_with(expected)) co_return;
      if (!is_continued(*line, expected)) throw Unhealthy(truncate_bytes(trim(*line), 120));
      remaining -= std::min(remaining, line->size() + 1);
    }
    throw Unhealthy("the server sent more than 16 KiB before TLS");
  }

  Url url_;
  TlsConfig tls_;
  const StartTls* start_;
};

const StartTls* read_starttls(const Target& target) {
  const auto name = target.value("starttls");
  if (!name) return nullptr;
  return std::find_if(protocols.begin(), protocols.end(),
                      [&](const StartTls& protocol) { return protocol.name == *name; });
}

std::unique_ptr<Probe> make(Target& target, const Environment& environment) {
  const StartTls* start = read_starttls(target);
  Url url = read_target_url(target);
  if (!url.path.empty() && url.path != "/")
    throw UsageError(fmt::format("tls targets have no path; use {}", syntax_of(*target.kind)));
  url.path.clear();
  if (!url.port) url.port = start == nullptr ? port_of(url, *target.kind) : start->port;
  target.address = url.shown();
  TlsConfig tls = read_tls_options(target, environment);
  if (tls.server_name.empty()) tls.server_name = url.host;
  return std::make_unique<TlsProbe>(std::move(url), std::move(tls), start);
}

constexpr auto schemes = std::to_array<SchemeSpec>({{.name = "tls", .default_port = 443}});
constexpr auto syntaxes = std::to_array<std::string_view>({"[tls://]HOST[:PORT]"});
constexpr auto detail = std::to_array<std::string_view>({
    "OK when the handshake succeeds and the certificate is valid. CRITICAL when the certificate has expired, is for "
    "another name, is self-signed or has an unknown issuer. hale requests nothing after the handshake.",
    "A certificate that expires within 30 days is WARNING, within 14 days CRITICAL; this includes the issuers' in the "
    "chain. -w and -c on cert_days and chain_days replace these limits.",
    "The default port is 443; with --starttls it is that of the protocol.",
});
constexpr auto options = concat(std::to_array<OptionSpec>({
                                    {.name = "starttls",
                                     .value = "PROTOCOL",
                                     .meaning = "begin in plain text and switch to TLS",
                                     .choices = Choices<protocols>::text},
                                }),
                                tls_options);
constexpr auto metrics = tls_metrics;
constexpr auto facts = concat(std::to_array<NameSpec>({
                                  {.name = "address", .meaning = "the address and port that answered"},
                              }),
                              tls_facts);
constexpr auto phases = std::to_array<std::string_view>({"dns", "connect", "starttls", "tls"});

}  // namespace

extern const Kind tls_kind;
const Kind tls_kind{
    .name = "tls",
    .schemes = schemes,
    .syntaxes = syntaxes,
    .meaning = "a TLS port: do the handshake and check the certificate",
    .detail = detail,
    .example = "hale tls://localhost:8443 -w cert_days=60: -c cert_days=21:",
    .options = options,
    .metrics = metrics,
    .facts = facts,
    .phases = phases,
    .library = nullptr,
    .make = make,
    .environment = tls_environment,
};

}  // namespace hale
