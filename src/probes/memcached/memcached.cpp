#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "net/stream.hpp"
#include "probes/common/endpoint.hpp"
#include "probes/common/random_name.hpp"
#include "probes/memcached/text.hpp"
#include "probes/probe.hpp"

namespace hale {
namespace {

constexpr std::string_view socket_scheme = "memcached+unix";
constexpr std::size_t stats_cap = 4096;
constexpr int key_seconds = 5;

using Stats = std::map<std::string, std::string>;

struct MemcachedSettings {
  std::string socket{};  ///< the path of a unix socket; empty for TCP
  std::string host{};
  std::uint16_t port = 0;
  Secret login{};  ///< "user password"; empty for none
  bool read_only = false;
  std::vector<std::string> requested{};
};

constexpr auto metrics = std::to_array<NameSpec>({
    {"curr_connections", "connections that are open"},
    {"evictions", "values thrown out to make room so far", Unit::counter},
    {"hit_ratio", "share of the gets that found their value, hale's own included; left out before the first get",
     Unit::percent},
    {"curr_items", "values that are stored"},
    {"total_items", "values stored so far", Unit::counter},
    {"bytes", "memory that the values take", Unit::bytes},
    {"limit_maxbytes", "memory that they may take", Unit::bytes},
    {"max_connections", "connections that may be open"},
    {"rejected_connections", "connections refused because of that so far", Unit::counter},
    {"get_hits", "gets that found their value so far", Unit::counter},
    {"get_misses", "gets that did not so far", Unit::counter},
    {"cmd_get", "gets so far", Unit::counter},
    {"cmd_set", "sets so far", Unit::counter},
    {"uptime", "since the server's start", Unit::seconds},
    {"stat:", "any other number that stats tells, by its name there", Unit::none, Absence::unknown, "NAME"},

});

std::string own_key(const std::string& name) { return "hale:" + name; }

class MemcachedConversation {
 public:
  explicit MemcachedConversation(Stream stream) : stream_(std::move(stream)) {}

  const std::string& peer() const { return stream_.peer(); }

  Task<void> say(std::string words) { co_await stream_.write(words); }

  Task<std::string> read_line() {
    for (;;) {
      if (std::optional<std::string> line = reader_.line()) co_return std::move(*line);
      const std::string bytes = co_await stream_.read_some();
      reader_.feed(bytes);
    }
  }

  Task<std::string> hear_block(std::size_t size) {
    for (;;) {
      if (std::optional<std::string> block = reader_.block(size)) co_return std::move(*block);
      const std::string bytes = co_await stream_.read_some();
      reader_.feed(bytes);
    }
  }

  /// Hears a line that must be `expected`.
  Task<void> hear(std::string_view command, std::string_view expected) {
    const std::string line = co_await read_line();
    if (line != expected) refuse(command, line);
  }

  /// An error in the server's words, or what came instead of an answer.
  [[noreturn]] static void refuse(std::string_view command, std::string_view line) {
    if (line == "CLIENT_ERROR unauthenticated") throw Unhealthy(fmt::format("a login is required ({})", line));
    if (is_memcached_error(line)) throw Unhealthy(fmt::format("{}: {}", command, line));
    throw Unhealthy(fmt::format("{} was answered by {}", command, line.empty() ? "nothing" : truncate_bytes(line, 60)));
  }

  Task<void> close() {
    co_await stream_.write("quit\r\n");
    stream_.shutdown_write();
  }

 private:
  Stream stream_;
  MemcachedReader reader_;
};

class MemcachedProbe : public Probe {
 public:
  explicit MemcachedProbe(MemcachedSettings settings) : settings_(std::move(settings)) {}

  Task<Observation> observe(ProbeContext& context) override {
    MemcachedConversation memcached(co_await connect(context));
    if (!settings_.login.empty()) co_await log_in(context, memcached);
    context.enter("ask");
    Observation observation;
    co_await memcached.say("version\r\n");
    const std::string version = co_await memcached.read_line();
    if (!version.starts_with("VERSION ")) MemcachedConversation::refuse("version", version);
    observation.facts.push_back(Fact{"version", std::string(trim(std::string_view(version).substr(8)))});
    observation.facts.push_back(Fact{"address", memcached.peer()});
    observation.summary = "memcached " + observation.facts.front().text;
    if (!settings_.read_only) {
      co_await use(memcached);
      observation.summary += ", set, get and delete";
    }
    const Stats stats = co_await ask_stats(memcached);
    tell(stats, observation);
    co_await memcached.close();
    co_return observation;
  }

 private:
  Task<Stream> connect(ProbeContext& context) {
    if (!settings_.socket.empty()) co_return co_await dial_unix(context, settings_.socket);
    co_return co_await dial(context, settings_.host, settings_.port);
  }

  Task<void> log_in(ProbeContext& context, MemcachedConversation& memcached) {
    context.enter("login");
    // Where no login is asked for, this is a value like any other: a key of our own, forgotten at once.
    const std::string key = own_key(random_name());
    co_await memcached.say(set_command(key, -1, settings_.login.reveal()));
    const std::string answer = co_await memcached.read_line();
    if (answer == "CLIENT_ERROR authentication failure")
      throw Unhealthy(fmt::format("wrong user or password ({})", answer));
    if (is_memcached_error(answer)) throw Unhealthy(answer);
    if (answer != "STORED") MemcachedConversation::refuse("login", answer);
    co_await memcached.say(fmt::format("delete {}\r\n", key));
    const std::string deleted = co_await memcached.read_line();
    if (deleted != "NOT_FOUND" && deleted != "DELETED") MemcachedConversation::refuse("login", deleted);
  }

  /// Stores a value of our own, reads it back and takes it away.
  static Task<void> use(MemcachedConversation& memcached) {
    const std::string value = random_name();
    const std::string key = own_key(value);
    co_await memcached.say(set_command(key, key_seconds, value) + fmt::format("get {0}\r\ndelete {0}\r\n", key));
    co_await memcached.hear("set", "STORED");
    const std::string line = co_await memcached.read_line();
    if (line == "END") throw Unhealthy("get: the value that was just stored is not there");
    const auto header = read_value_line(line);
    if (!header) MemcachedConversation::refuse("get", line);
    const std::string back = co_await memcached.hear_block(header->size);
    if (header->key != key || back != value) throw Unhealthy("get: another value came back than was stored");
    co_await memcached.hear("get", "END");
    co_await memcached.hear("delete", "DELETED");
  }

  /// A server that refuses stats is well all the same: what they would tell is left out.
  static Task<Stats> ask_stats(MemcachedConversation& memcached) {
    co_await memcached.say("stats\r\n");
    Stats stats;
    for (;;) {
      const std::string line = co_await memcached.read_line();
      if (line == "END" || is_memcached_error(line)) co_return stats;
      auto stat = read_stat_line(line);
      if (!stat) MemcachedConversation::refuse("stats", line);
      if (stats.size() >= stats_cap) throw Unhealthy(fmt::format("stats: more than {} of them", stats_cap));
      stats.insert(std::move(*stat));
    }
  }

  static std::optional<double> number(const Stats& stats, const std::string& name) {
    const auto found = stats.find(name);
    return found == stats.end() ? std::nullopt : parse_number(found->second);
  }

  static std::optional<double> value_of(const Stats& stats, const std::string& metric) {
    constexpr std::string_view family = "stat:";
    if (metric.starts_with(family)) return number(stats, metric.substr(family.size()));
    if (metric != "hit_ratio") return number(stats, metric);
    const auto hits = number(stats, "get_hits");
    const auto misses = number(stats, "get_misses");
    if (!hits || !misses || *hits + *misses <= 0) return std::nullopt;
    return 100 * *hits / (*hits + *misses);
  }

  void tell(const Stats& stats, Observation& observation) const {
    std::vector<std::string> names{"curr_connections", "evictions", "hit_ratio"};
    for (const std::string& name : settings_.requested) {
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    for (const std::string& name : names) {
      const NameSpec* spec = find_name(metrics, name);
      const auto value = value_of(stats, name);
      if (spec != nullptr && value) observation.metrics.push_back(Metric{name, Quantity{*value, spec->unit}});
    }
  }

  MemcachedSettings settings_;
};

/// The login of memcached's -Y, which takes "user password" as the value of the first set.
Secret read_login(const Url& url) {
  if (!url.user) return Secret();
  const std::string password = url.password ? url.password->reveal() : "";
  if (url.user->empty() || password.empty() || url.user->find(' ') != std::string::npos)
    throw UsageError("a memcached login is a user without blanks and a password; write memcached://USER:PASSWORD@HOST");
  return Secret(*url.user + " " + password);
}

std::unique_ptr<Probe> make(Target& target, const Environment&) {
  MemcachedSettings settings;
  const bool by_socket = is_unix_socket(target, socket_scheme);
  const Url url = by_socket ? read_socket_url(target, socket_scheme) : read_target_url(target);
  if (url.password) add_secret(target, url.password->reveal());
  settings.login = read_login(url);
  if (by_socket) settings.socket = percent_decode(url.path);
  if (!by_socket && url.path.size() > 1)
    throw UsageError(fmt::format("a memcached target has no path; write {}", syntax_of(*target.kind)));
  settings.host = url.host;
  settings.port = port_of(url, *target.kind);
  settings.read_only = target.has("read-only");
  const std::vector<std::string_view> requested = target.requested();
  settings.requested.assign(requested.begin(), requested.end());
  target.address = url.shown(settings.port);
  return std::make_unique<MemcachedProbe>(std::move(settings));
}

constexpr auto schemes = std::to_array<SchemeSpec>({{"memcached", 11211}, {socket_scheme}});
constexpr auto syntaxes =
    std::to_array<std::string_view>({"[memcached://][USER:PASSWORD@]HOST[:PORT]", "/PATH/TO/SOCKET"});
constexpr auto detail = std::to_array<std::string_view>(
    {"The key is hale's own, hale: and sixteen random digits, and lives for 5 seconds at most; --read-only stores "
     "nothing. A value that is refused (SERVER_ERROR out of memory storing object), lost or changed is critical, in "
     "the server's own words. The text protocol is spoken; user and password are those of memcached's -Y (an "
     "authentication file). memcached+unix:///PATH or a path is a unix socket. A server that refuses stats is well: "
     "the measures are left out."});
constexpr auto options = std::to_array<OptionSpec>({
    {"read-only", '\0', "", "store nothing: ask for the version and the stats alone"},
});
constexpr auto facts = std::to_array<NameSpec>({
    {"version", "the server's version"},
    {"address", "the address and port, or the socket, that answered"},

});
constexpr auto phases = std::to_array<std::string_view>({"dns", "connect", "login", "ask"});

}  // namespace

extern const Kind memcached_kind;
const Kind memcached_kind{
    .name = "memcached",
    .schemes = schemes,
    .syntaxes = syntaxes,
    .meaning = "a memcached server: store a value, read it back, delete it",
    .detail = detail,
    .example = "hale memcached://localhost -w hit_ratio=80: -c curr_connections=900",
    .options = options,
    .metrics = metrics,
    .facts = facts,
    .phases = phases,
    .library = nullptr,
    .make = make,
};

}  // namespace hale
