#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "net/stream.hpp"
#include "probes/common/endpoint.hpp"
#include "probes/probe.hpp"

namespace hale {
namespace {

constexpr std::size_t banner_cap = 4096;

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
      const std::string banner = co_await first_words(stream);
      if (!banner.empty()) observation.summary = banner;
      observation.facts.push_back(Fact{"banner", banner});
    }
    stream.shutdown_write();
    co_return observation;
  }

 private:
  /// What the peer says first: up to a line end, its hanging up, or the cap.
  static Task<std::string> first_words(Stream& stream) {
    std::string words = co_await stream.read_some(banner_cap);
    while (words.find('\n') == std::string::npos && words.size() < banner_cap) {
      const std::string more = co_await stream.read(banner_cap - words.size());
      if (more.empty()) break;
      words += more;
    }
    co_return std::string(trim(std::string_view(words).substr(0, words.find('\n'))));
  }

  Url url_;
  std::string send_;
  bool listen_;
};

std::unique_ptr<Probe> make(Target& target, const Environment&) {
  Url url = read_target_url(target);
  if (!url.path.empty() && url.path != "/") {
    throw UsageError(fmt::format("a tcp target has no path; write {}", syntax_of(*target.kind)));
  }
  url.path.clear();
  target.address = url.shown();
  const std::vector<std::string_view> requested = target.requested();
  const bool listen = target.has("send") || std::find(requested.begin(), requested.end(), "banner") != requested.end();
  return std::make_unique<TcpProbe>(url, unescape(target.value("send").value_or("")), listen);
}

constexpr auto schemes = std::to_array<SchemeSpec>({{"tcp"}});
constexpr auto syntaxes = std::to_array<std::string_view>({"[tcp://]HOST:PORT"});
constexpr auto detail = std::to_array<std::string_view>(
    {"Every address of the host is tried in turn. A peer that speaks first (SMTP, SSH, FTP) is asked for its banner "
     "with --banner; a peer that waits for a question is asked with --send."});
constexpr auto options = std::to_array<OptionSpec>({
    {"send", '\0', "TEXT", "send TEXT first (\\r \\n \\t \\0 \\\\ \\xHH), then read the first line of the answer"},
    {"banner", '\0', "REGEX", "read the first line that the peer says; critical unless REGEX matches it", Scope::target,
     true, "", "banner~"},
});
constexpr auto facts = std::to_array<NameSpec>({
    {"address", "the address and port that answered"},
    {"banner", "the first line that the peer said; read when --banner, --send or a condition asks for it"},

});
constexpr auto phases = std::to_array<std::string_view>({"dns", "connect", "send", "listen"});

}  // namespace

extern const Kind tcp_kind;
const Kind tcp_kind{
    .name = "tcp",
    .schemes = schemes,
    .syntaxes = syntaxes,
    .meaning = "a TCP port: connect, and listen to the first line if asked to",
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
