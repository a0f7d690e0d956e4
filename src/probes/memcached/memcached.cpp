#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "base/encoding.hpp"
#include "base/number.hpp"
#include "base/text.hpp"
#include "core/error.hpp"
#include "net/buffered_stream.hpp"
#include "net/stream.hpp"
#include "probes/common/endpoint.hpp"
#include "probes/common/random_name.hpp"
#include "probes/memcached/text.hpp"
#include "probes/probe.hpp"

namespace hale {
namespace {

constexpr std::string_view socket_scheme = "memcached+unix";
constexpr std::size_t max_line_bytes = 8192;
constexpr std::string_view line_break = "\r\n";
constexpr std::size_t max_stats = 4096;
constexpr int key_seconds = 5;

using Stats = std::map<std::string, std::string>;

struct MemcachedSettings {
  std::string socket{};  ///< the path of a unix socket; empty for TCP
  std::string host{};
  std::uint16_t port = 0;
  Secret login{};  ///< "user password"; empty without a login
  bool read_only = false;
  std::vector<std::string> requested{};  ///< the names that the user's conditions and ranges are about
};

constexpr auto metrics = std::to_array<NameSpec>({
    {.name = "curr_connections", .meaning = "open connections"},
    {.name = "evictions", .meaning = "values evicted so far to make room", .unit = Unit::counter},
    {.name = "hit_ratio",
     .meaning = "share of the gets that found a value, hale's own included; absent before the first get",
     .unit = Unit::percent},
    {.name = "curr_items", .meaning = "stored values"},
    {.name = "total_items", .meaning = "values stored so far", .unit = Unit::counter},
    {.name = "bytes", .meaning = "memory used by values", .unit = Unit::bytes},
    {.name = "limit_maxbytes", .meaning = "memory available for values", .unit = Unit::bytes},
    {.name = "max_connections", .meaning = "the limit of open connections"},
    {.name = "rejected_connections", .meaning = "connections rejected so far at that limit", .unit = Unit::counter},
    {.name = "get_hits", .meaning = "gets so far that found a value", .unit = Unit::counter},
    {.name = "get_misses", .meaning = "gets so far that found no value", .unit = Unit::counter},
    {.name = "cmd_get", .meaning = "gets so far", .unit = Unit::counter},
    {.name = "cmd_set", .meaning = "sets so far", .unit = Unit::counter},
    {.name = "uptime", .meaning = "time since the server started", .unit = Unit::seconds},
    {.name = "stat:", .meaning = "any other number in the server's stats, by its name there", .example = "NAME"},
});

/// Prefixed, so that an administrator sees whose key it is.
std::string key_for(const std::string& name) { return "hale:" + name; }

/// A connection that speaks the text protocol.
class MemcachedConversation {
 public:
  explicit MemcachedConversation(Stream stream) : stream_(std::move(stream)) {}
  MemcachedConversation(const MemcachedConversation&) = delete;
  MemcachedConversation& operator=(const MemcachedConversation&) = delete;

  const std::string& peer() const { return stream_.peer(); }

  Task<void> send(std::string command) { co_await stream_.write(command); }

  Task<std::string> read_line() {
    std::optional<std::string> line = co_await reader_.read_line(max_line_bytes);
    if (!line) throw Unhealthy(fmt::format("not a memcached answer: a line of more than {} bytes", max_line_bytes));
    co_return std::move(*line);
  }

  /// A value of `size` bytes, without the line break that follows.
  Task<std::string> read_block(std::size_t size) {
    std::string block = co_await reader_.read_exactly(size + line_break.size());
    if (!block.ends_with(line_break)) throw Unhealthy("not a memcached answer: a value is longer than its length");
    block.resize(size);
    co_return block;
  }

  /// Reads a line and throws Unhealthy unless it is `expected`.
  Task<void> receive(std::string_view command, std::string_view expected) {
    const std::string line = co_await read_line();
    if (line != expected) fail(command, line);
  }

  /// Throws Unhealthy for `line`, which is an error or not an answer to `command` at all.
  [[noreturn]] static void fail(std::string_view command, std::string_view line) {
    if (line == "CLIENT_ERROR unauthenticated") throw Unhealthy(fmt::format("a login is required ({})", line));
    if (is_memcached_error(line)) throw Unhealthy(fmt::format("{}: {}", command, line));
    throw Unhealthy(
        fmt::format("unexpected answer to {}: {}", command, line.empty() ? "an empty line" : truncate_bytes(line, 60)));
  }

  Task<void> close() {
    co_await stream_.write("quit\r\n");
    stream_.shutdown_write();
  }

 private:
  Stream stream_;
  BufferedStream reader_{stream_};
};

class MemcachedProbe : public Probe {
 public:
  explicit MemcachedProbe(MemcachedSettings settings) : settings_(std::move(settings)) {}

  Task<Observation> observe(ProbeContext& context) override {
    MemcachedConversation memcached(co_await connect(context));
    if (!settings_.login.empty()) co_await log_in(context, memcached);
    context.enter("ask");
    Observation observation;
    co_await memcached.send("version\r\n");
    const std::string version = co_await memcached.read_line();
    if (!version.starts_with("VERSION ")) MemcachedConversation::fail("version", version);
    observation.facts.push_back(Fact{"version", std::string(trim(std::string_view(version).substr(8)))});
    observation.facts.push_back(Fact{"address", memcached.peer()});
    observation.summary = "memcached " + observation.facts.front().text;
    if (!settings_.read_only) {
      co_await store_and_delete(memcached);
      observation.summary += ", set, get and delete";
    }
    const Stats stats = co_await read_stats(memcached);
    record_stats(stats, observation);
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
    // A server without logins stores this like any other value. So the key is ours, and a negative time makes the value
    // expire immediately (memcached, doc/protocol.txt, "Expiration times").
    const std::string key = key_for(random_name());
    co_await memcached.send(set_command(key, -1, settings_.login.reveal()));
    const std::string answer = co_await memcached.read_line();
    if (answer == "CLIENT_ERROR authentication failure")
      throw Unhealthy(fmt::format("wrong user or password ({})", answer));
    if (is_memcached_error(answer)) throw Unhealthy(answer);
    if (answer != "STORED") MemcachedConversation::fail("login", answer);
    co_await memcached.send(fmt::format("delete {}\r\n", key));
    const std::string deleted = co_await memcached.read_line();
    if (deleted != "NOT_FOUND" && deleted != "DELETED") MemcachedConversation::fail("login", deleted);
  }

  /// Stores a value of hale's own, reads it back and deletes it.
  static Task<void> store_and_delete(MemcachedConversation& memcached) {
    const std::string value = random_name();
    const std::string key = key_for(value);
    co_await memcached.send(set_command(key, key_seconds, value) + fmt::format("get {0}\r\ndelete {0}\r\n", key));
    co_await memcached.receive("set", "STORED");
    const std::string line = co_await memcached.read_line();
    if (line == "END") throw Unhealthy("get: the value just stored is missing");
    const auto header = parse_value_line(line);
    if (!header) MemcachedConversation::fail("get", line);
    const std::string received = co_await memcached.read_block(header->size);
    if (header->key != key || received != value) throw Unhealthy("get: the value is not the one just stored");
    co_await memcached.receive("get", "END");
    co_await memcached.receive("delete", "DELETED");
  }

  /// Empty when the server refuses: stats may be disabled, which is not a failure.
  static Task<Stats> read_stats(MemcachedConversation& memcached) {
    co_await memcached.send("stats\r\n");
    Stats stats;
    for (;;) {
      const std::string line = co_await memcached.read_line();
      if (line == "END" || is_memcached_error(line)) co_return stats;
      auto stat = parse_stat_line(line);
      if (!stat) MemcachedConversation::fail("stats", line);
      if (stats.size() >= max_stats) throw Unhealthy(fmt::format("stats: more than {} values", max_stats));
      stats.insert(std::move(*stat));
    }
  }

  static std::optional<double> find_number(const Stats& stats, const std::string& name) {
    const auto found = stats.find(name);
    return found == stats.end() ? std::nullopt : parse_number(found->second);
  }

  static std::optional<double> metric_value(const Stats& stats, const std::string& metric) {
    constexpr std::string_view family = "stat:";
    if (metric.starts_with(family)) return find_number(stats, metric.substr(family.size()));
    if (metric != "hit_ratio") return find_number(stats, metric);
    const auto hits = find_number(stats, "get_hits");
    const auto misses = find_number(stats, "get_misses");
    if (!hits || !misses || *hits + *misses <= 0) return std::nullopt;
    return 100 * *hits / (*hits + *misses);
  }

  void record_stats(const Stats& stats, Observation& observation) const {
    std::vector<std::string> names{"curr_connections", "evictions", "hit_ratio"};
    for (const std::string& name : settings_.requested) {
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    for (const std::string& name : names) {
      const NameSpec* spec = find_name(metrics, name);
      const auto value = metric_value(stats, name);
      if (spec != nullptr && value) observation.metrics.push_back(Metric{name, Quantity{*value, spec->unit}});
    }
  }

  MemcachedSettings settings_;
};

/// The login for memcached's -Y: a server that requires one takes "user password" as the value of the first set
/// (doc/protocol.txt, "Authentication").
Secret read_login(const Url& url) {
  if (!url.user) return Secret();
  const std::string password = url.password ? url.password->reveal() : "";
  if (url.user->empty() || password.empty() || url.user->find(' ') != std::string::npos)
    throw UsageError("a memcached login is a user without spaces and a password; use memcached://USER:PASSWORD@HOST");
  return Secret(*url.user + " " + password);
}

std::unique_ptr<Probe> make(Target& target, const Environment&) {
  MemcachedSettings settings;
  const bool over_socket = is_unix_socket(target, socket_scheme);
  const Url url = over_socket ? read_socket_url(target, socket_scheme) : read_target_url(target);
  if (url.password) add_secret(target, url.password->reveal());
  settings.login = read_login(url);
  if (over_socket) settings.socket = percent_decode(url.path);
  if (!over_socket && url.path.size() > 1)
    throw UsageError(fmt::format("memcached targets have no path; use {}", syntax_of(*target.kind)));
  settings.host = url.host;
  settings.port = port_of(url, *target.kind);
  settings.read_only = target.has("read-only");
  const std::vector<std::string_view> requested = target.requested();
  settings.requested.assign(requested.begin(), requested.end());
  target.address = url.shown(settings.port);
  return std::make_unique<MemcachedProbe>(std::move(settings));
}

constexpr auto schemes =
    std::to_array<SchemeSpec>({{.name = "memcached", .default_port = 11211}, {.name = socket_scheme}});
constexpr auto syntaxes =
    std::to_array<std::string_view>({"[memcached://][USER:PASSWORD@]HOST[:PORT]", "/PATH/TO/SOCKET"});
constexpr auto detail = std::to_array<std::string_view>({
    "OK when hale can store a value, read it back and delete it. CRITICAL when the server rejects the value "
    "(SERVER_ERROR out of memory storing object), loses it or changes it; the message is the server's own. A server "
    "that refuses stats is OK, without the metrics.",
    "The key is hale: and 16 random hexadecimal digits. It expires after 5 seconds. --read-only stores nothing.",
    "hale speaks the text protocol. USER and PASSWORD are those in the authentication file of memcached's -Y. "
    "memcached+unix:///PATH, or a path alone, is a unix socket.",
});
constexpr auto options = std::to_array<OptionSpec>({
    {.name = "read-only", .value = "", .meaning = "store nothing: ask only for the version and the stats"},
});
constexpr auto facts = std::to_array<NameSpec>({
    {.name = "version", .meaning = "the server's version"},
    {.name = "address", .meaning = "the address and port, or the socket, that answered"},
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
    .path_meaning = "a socket",
};

}  // namespace hale
