#include <array>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "core/environment.hpp"
#include "core/error.hpp"
#include "core/text.hpp"
#include "probes/place.hpp"
#include "probes/probe.hpp"
#include "probes/resp.hpp"
#include "probes/tls_names.hpp"

namespace hale {
namespace {

constexpr std::uint16_t redis_port = 6379;

struct RedisSettings {
  std::string socket{};  ///< the path of a unix socket; empty for TCP
  std::string host{};
  std::uint16_t port = redis_port;
  std::optional<Tls> tls{};
  std::string user{};
  Secret password{};
  int database = 0;
};

/// What the server's error codes mean for who wants to use it. The codes are Redis' own (redis/src/server.c, shared
/// objects).
std::string explain(const RedisReply& reply) {
  struct Meaning {
    std::string_view code;
    std::string_view words;
  };
  constexpr std::array<Meaning, 9> meanings{{{"NOAUTH", "a password is required"},
                                             {"WRONGPASS", "wrong user or password"},
                                             {"NOPERM", "this user may not"},
                                             {"LOADING", "still loading its data"},
                                             {"MASTERDOWN", "a replica that has lost its master"},
                                             {"BUSY", "busy with a script"},
                                             {"MISCONF", "cannot save its data and refuses writes"},
                                             {"READONLY", "read only"},
                                             {"DENIED", "refuses us"}}};
  for (const Meaning& meaning : meanings) {
    if (reply.error_code() == meaning.code) return fmt::format("{} ({})", meaning.words, reply.text);
  }
  return reply.text;
}

/// What stands where PONG should.
std::string wrong_words(const RedisReply& reply) {
  if (reply.type == RedisReply::Type::list) return "a list";
  return reply.text.empty() ? "nothing" : shorten(reply.text, 60);
}

/// The value of `field` in the lines "field:value" of INFO; nothing when INFO is refused.
std::optional<std::string> info_field(const RedisReply& info, std::string_view field) {
  if (info.is_error()) return std::nullopt;
  for (const std::string_view line : split(info.text, '\n')) {
    if (line.starts_with(field) && line.substr(field.size()).starts_with(':'))
      return std::string(trim(line.substr(field.size() + 1)));
  }
  return std::nullopt;
}

void note(Observation& seen, std::string name, const std::optional<std::string>& text) {
  if (!text) return;
  seen.facts.push_back(Fact{std::move(name), *text});
  seen.summary += ", " + *text;
}

class RedisProbe : public Probe {
 public:
  explicit RedisProbe(RedisSettings settings) : settings_(std::move(settings)) {}

  Task<Observation> observe(Net& net) override {
    RedisConversation redis(co_await connect(net));
    co_await log_in(net, redis);
    net.enter("ask");
    co_await redis.say(words("PING"));
    const RedisReply pong = co_await redis.hear();
    if (pong.is_error()) throw Unhealthy(explain(pong));
    if (pong.text != "PONG") throw Unhealthy(fmt::format("PING was answered by {}", wrong_words(pong)));
    Observation seen;
    tell_tls(redis.tls_session(), seen);
    co_await look_around(redis, seen);
    redis.finish();
    co_return seen;
  }

 private:
  static std::vector<std::string> words(std::string_view command) {
    const std::vector<std::string_view> pieces = split(command, ' ');
    return {pieces.begin(), pieces.end()};
  }

  Task<Stream> connect(Net& net) {
    if (!settings_.socket.empty()) co_return co_await dial_unix(net, settings_.socket);
    Stream stream = co_await dial(net, settings_.host, settings_.port);
    if (settings_.tls) co_await stream.start_tls(net, *settings_.tls);
    co_return stream;
  }

  Task<void> log_in(Net& net, RedisConversation& redis) {
    if (settings_.password.empty() && settings_.database == 0) co_return;
    net.enter("login");
    if (!settings_.password.empty()) {
      std::vector<std::string> command = words("AUTH");
      if (!settings_.user.empty()) command.push_back(settings_.user);
      command.push_back(settings_.password.reveal());
      co_await redis.say(command);
      const RedisReply reply = co_await redis.hear();
      if (reply.is_error()) throw Unhealthy(explain(reply));
    }
    if (settings_.database != 0) {
      co_await redis.say(words(fmt::format("SELECT {}", settings_.database)));
      const RedisReply reply = co_await redis.hear();
      if (reply.is_error()) throw Unhealthy(explain(reply));
    }
  }

  /// Role and version. A user who may only PING is well all the same: what INFO does not say is left out.
  static Task<void> look_around(RedisConversation& redis, Observation& seen) {
    seen.summary = "PONG";
    co_await redis.say(words("INFO replication"));
    co_await redis.say(words("INFO server"));
    const RedisReply replication = co_await redis.hear();
    const RedisReply server = co_await redis.hear();
    std::optional<std::string> role = info_field(replication, "role");
    // INFO says "slave" for what the fact calls a replica, and of a sentinel it says so elsewhere.
    if (role == "slave") role = "replica";
    if (!role && info_field(server, "redis_mode") == "sentinel") role = "sentinel";
    note(seen, "role", role);
    note(seen, "version", info_field(server, "redis_version"));
  }

  RedisSettings settings_;
};

int parse_database(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) {
    throw UsageError(fmt::format("{}: a Redis database is a number from 0; write redis://HOST/0", harmless(text)));
  }
  return number;
}

/// redis://HOST/3 or ?db=3
int database_of(const Url& url, bool path_is_database) {
  if (const auto parameter = url.parameter("db")) return parse_database(*parameter);
  if (!path_is_database || url.path.empty() || url.path == "/") return 0;
  return parse_database(std::string_view(url.path).substr(1));
}

/// redis-cli and most clients read redis://SECRET@HOST as a password without a user.
void read_login(Target& target, const Url& url, const Environment& environment, RedisSettings& settings) {
  if (url.password) {
    settings.user = url.user.value_or("");
    settings.password = *url.password;
  } else if (url.user) {
    settings.password = Secret(*url.user);
  } else {
    settings.password = Secret(environment.variable("REDISCLI_AUTH").value_or(""));
  }
  keep_secret(target, settings.password.reveal());
}

Url read_socket_place(Target& target) {
  if (target.place.starts_with('/')) target.place = "redis+unix://" + target.place;
  Url url = parse_url(target.place, "redis+unix");
  if (url.path.size() < 2 || !url.host.empty())
    throw UsageError("a unix socket is named by its whole path; write redis+unix:///run/redis.sock");
  return url;
}

std::unique_ptr<Probe> make(Target& target, const Environment& environment) {
  RedisSettings settings;
  const bool by_socket = target.place.starts_with('/') || url_scheme(target.place) == "redis+unix";
  Url url = by_socket ? read_socket_place(target) : read_place(target, redis_port);
  read_login(target, url, environment, settings);
  settings.database = database_of(url, !by_socket);
  settings.host = url.host;
  settings.port = url.port.value_or(redis_port);
  if (by_socket) settings.socket = percent_decode(url.path);
  const Tls tls = tls_options(target, environment);
  if (url.scheme == "rediss") {
    settings.tls = tls;
    if (tls.server_name.empty()) settings.tls->server_name = url.host;
  }
  if (!url.password) url.user.reset();
  if (by_socket) url.query.clear();
  target.address = by_socket ? url.shown() : url.shown(redis_port);
  return std::make_unique<RedisProbe>(std::move(settings));
}

constexpr std::array<std::string_view, 3> schemes{"redis", "rediss", "redis+unix"};
constexpr std::array<OptionSpec, 6> options{cacert_option, insecure_option, cert_option,
                                            key_option,    tls_min_option,  server_name_option};
constexpr std::array<NameSpec, 2> measures{cert_days_measure, chain_days_measure};
constexpr std::array<NameSpec, 7> facts{{
    {"role", "master, replica or sentinel; left out when the user may not ask INFO"},
    {"version", "the server's version; left out when the user may not ask INFO"},
    subject_fact,
    issuer_fact,
    names_fact,
    protocol_fact,
    cipher_fact,
}};
constexpr std::array<std::string_view, 5> phases{"dns", "connect", "tls", "login", "ask"};

}  // namespace

extern const Kind redis_kind;
const Kind redis_kind{
    .name = "redis",
    .schemes = schemes,
    .place = "[redis[s]://][[USER:]PASSWORD@]HOST[:PORT][/DB] or /PATH/TO/SOCKET",
    .meaning = "a Redis server: log in, select the database, PING",
    .detail =
        "Only PONG is healthy. A password that is missing (NOAUTH) or wrong (WRONGPASS), data still loading (LOADING), "
        "a replica "
        "without its master (MASTERDOWN), a running script (BUSY) and a failed save (MISCONF) are told apart, with the "
        "server's own "
        "words. Without a password in the address, REDISCLI_AUTH is used. rediss:// speaks TLS; "
        "redis+unix:///PATH?db=1 or a path "
        "is a unix socket.",
    .example = "hale redis://localhost:6379 --expect role=master --expect 'version>=7'",
    .options = options,
    .measures = measures,
    .facts = facts,
    .phases = phases,
    .library = redis_library,
    .make = make,
};

}  // namespace hale
