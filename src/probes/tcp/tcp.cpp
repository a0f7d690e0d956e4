#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "net/buffered_stream.hpp"
#include "net/stream.hpp"
#include "probes/common/endpoint.hpp"
#include "probes/probe.hpp"

namespace hale {
namespace {

constexpr std::size_t max_banner_bytes = 4096;

class TcpProbe : public Probe {
 public:
  TcpProbe(Url url, std::string send, bool listen) : url_(std::move(url)), send_(std::move(send)), listen_(listen) {}

  Task<Observation> observe(ProbeContext& context) override {
    Stream stream = co_await dial(context, url_.host, *url_.port);
    Observation observation;
    observation.summary = "connected to " + stream.peer();
    observation.facts.push_back(Fact{"address", stream.peer()});
    if (!send_.empty()) {
      context.enter("send");
      co_await stream.write(send_);
    }
    if (listen_) {
      context.enter("listen");
      BufferedStream reader(stream);
      const std::string line = co_await reader.read_first_line(max_banner_bytes);
      const std::string banner(trim(line));
      if (!banner.empty()) observation.summary = banner;
      observation.facts.push_back(Fact{"banner", banner});
    }
    stream.shutdown_write();
    co_return observation;
  }

 private:
  Url url_;
  std::string send_;
  bool listen_;
};

std::unique_ptr<Probe> make(Target& target, const Environment&) {
  Url url = read_target_url(target);
  if (!url.path.empty() && url.path != "/") {
    throw UsageError(fmt::format("tcp targets have no path; use {}", syntax_of(*target.kind)));
  }
  url.path.clear();
  target.address = url.shown();
  const std::vector<std::string_view> requested = target.requested();
  const bool listen = target.has("send") || std::find(requested.begin(), requested.end(), "banner") != requested.end();
  return std::make_unique<TcpProbe>(url, unescape(target.value("send").value_or("")), listen);
}

constexpr auto schemes = std::to_array<SchemeSpec>({{.name = "tcp"}});
constexpr auto syntaxes = std::to_array<std::string_view>({"[tcp://]HOST:PORT"});
constexpr auto detail = std::to_array<std::string_view>({
    "OK when the connection succeeds. CRITICAL when no address of the host accepts it; hale tries them in turn. With "
    "--banner, also CRITICAL when the first line does not match.",
    "Use --banner for a server that speaks first (SMTP, SSH, FTP), and --send for one that waits for a request.",
});
constexpr auto options = std::to_array<OptionSpec>({
    {.name = "send",
     .value = "TEXT",
     .meaning = "send TEXT first (\\r \\n \\t \\0 \\\\ \\xHH), then read the first line of the answer"},
    {.name = "banner",
     .value = "REGEX",
     .meaning = "read the first line that the server sends; critical unless REGEX matches it",
     .repeatable = true,
     .condition = "banner~"},
});
constexpr auto facts = std::to_array<NameSpec>({
    {.name = "address", .meaning = "the address and port that answered"},
    {.name = "banner",
     .meaning = "the first line that the server sent; read with --banner, --send or a condition on it"},
});
constexpr auto phases = std::to_array<std::string_view>({"dns", "connect", "send", "listen"});

}  // namespace

extern const Kind tcp_kind;
const Kind tcp_kind{
    .name = "tcp",
    .schemes = schemes,
    .syntaxes = syntaxes,
    .meaning = "a TCP port: connect, and optionally read the first line",
    .detail = detail,
    .example = "hale tcp://localhost:25 --banner '^220 '",
    .options = options,
    .metrics = {},
    .facts = facts,
    .phases = phases,
    .library = nullptr,
    .make = make,
};

}  // namespace hale
