#include <unistd.h>

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/concat.hpp"
#include "base/text.hpp"
#include "core/environment.hpp"
#include "core/error.hpp"
#include "core/url.hpp"
#include "migrations/changelog/changelog.hpp"
#include "net/tls/config.hpp"
#include "net/tls/trust.hpp"
#include "probes/common/endpoint.hpp"
#include "probes/common/tls_metadata.hpp"
#include "probes/common/tls_options.hpp"
#include "probes/postgres/connection.hpp"
#include "probes/postgres/migrations.hpp"
#include "probes/postgres/status.hpp"
#include "probes/probe.hpp"

namespace hale {
namespace {

constexpr std::uint16_t postgres_port = 5432;

/// A server's look at itself.
struct Status {
  StatusQueries wishes{};
  PostgresAnswer answer{};
  std::optional<PostgresStandby> standby{};
  bool caught_up = false;

  PostgresRow row() const { return answer.row.value_or(PostgresRow()); }
};

class PostgresProbe : public Probe {
 public:
  PostgresProbe(PostgresEndpoint endpoint, std::optional<std::string> query, std::vector<MigrationHistory> histories,
                const Target& target)
      : endpoint_(std::move(endpoint)), query_(std::move(query)), histories_(std::move(histories)) {
    for (const std::string_view name : target.requested()) asked_.emplace_back(name);
  }

  Task<Observation> observe(ProbeContext& context) override {
    PostgresConnection postgres = co_await PostgresConnection::log_in(context, endpoint_);
    context.enter("ask");
    const PostgresAnswer answer = co_await postgres.ask(context, query_.value_or("SELECT 1"));
    if (!answer.refusal.empty()) throw Unhealthy(answer.refusal);
    const Status status = co_await look_at_itself(context, postgres);
    Observation observation;
    record_server(postgres, status, observation);
    tell(status, observation);
    if (answer.row && !answer.row->empty() && answer.row->front()) add_value(*answer.row->front(), observation);
    if (!histories_.empty()) co_await look_into_histories(context, postgres, observation);
    co_return observation;
  }

 private:
  /// A primary is asked only for what the user wants to know, a standby always for its link and lag.
  Task<Status> look_at_itself(ProbeContext& context, PostgresConnection& postgres) const {
    Status status;
    status.wishes = StatusQueries::for_names({asked_.begin(), asked_.end()});
    status.wishes.standby = postgres.status("in_hot_standby").value_or("on") == "on";
    if (!status.wishes.any()) co_return status;
    if (postgres.status("server_version").value_or("").starts_with("9.")) {
      status.answer.refusal = "PostgreSQL 9 has no words for it";
      co_return status;
    }
    status.answer = co_await postgres.ask(context, status_question(status.wishes));
    status.standby = read_standby(status.wishes, status.row());
    if (status.wishes.standby && !status.standby && status.answer.refusal.empty())
      status.answer.refusal = "the server does not tell";
    if (!status.standby || !status.standby->doubtful()) co_return status;
    const PostgresAnswer replayed = co_await postgres.ask(context, replay_question(status.standby->target));
    status.caught_up = replayed.row == PostgresRow(1, "t");
    co_return status;
  }

  Task<void> look_into_histories(ProbeContext& context, PostgresConnection& postgres, Observation& observation) const {
    std::vector<MigrationFindings> findings;
    for (const MigrationHistory& history : histories_) {
      MigrationFindings found = co_await look_into_history(context, postgres, history);
      findings.push_back(std::move(found));
    }
    record_migrations(histories_, findings, observation);
  }

  static void record_server(const PostgresConnection& postgres, const Status& status, Observation& observation) {
    observation.summary = "PostgreSQL";
    if (const auto version = postgres.status("server_version")) {
      // "15.6 (Debian 15.6-0+deb12u1)": the packager's part is for the fact alone.
      observation.summary += " " + version->substr(0, version->find(' '));
      observation.facts.push_back(Fact{"server_version", *version});
    }
    // Reported since PostgreSQL 14; poolers may not pass it on.
    const auto reported = postgres.status("in_hot_standby");
    if (reported || status.standby) {
      const bool is_standby = reported ? *reported == "on" : status.standby->in_recovery;
      observation.facts.push_back(Fact{"role", is_standby ? "standby" : "primary"});
      observation.summary += ", " + observation.facts.back().text;
    } else {
      observation.notes.push_back(Note{"role", status.answer.refusal});
    }
    const std::optional<TlsSession> session = postgres.tls_session();
    observation.facts.push_back(Fact{"ssl", session ? session->protocol : "off"});
    record_tls(session, observation);
  }

  void tell(const Status& status, Observation& observation) const {
    if (!status.answer.refusal.empty()) return record_refusal(status.wishes, status.answer.refusal, observation);
    if (status.standby && status.standby->in_recovery) {
      record_standby(*status.standby, status.caught_up, observation);
    } else {
      for (const std::string_view name : {"link", "lag", "lag_bytes"}) {
        if (std::find(asked_.begin(), asked_.end(), name) != asked_.end())
          observation.notes.push_back(Note{std::string(name), "only a standby has one"});
      }
    }
    record_status(status.wishes, status.row(), observation);
  }

  void add_value(const std::string& value, Observation& observation) const {
    observation.facts.push_back(Fact{"value", value});
    if (const auto number = parse_number(value)) observation.metrics.push_back(Metric{"value", Quantity{*number}});
    if (query_) observation.summary += fmt::format(", value {}", truncate_bytes(value, 60));
  }

  PostgresEndpoint endpoint_;
  std::optional<std::string> query_;
  std::vector<MigrationHistory> histories_;
  std::vector<std::string> asked_;  ///< names of facts and measures
};

/// A URI and a conninfo are libpq's to read; a bare HOST[:PORT][/DATABASE] is a URI without its scheme.
std::string conninfo_of(const Target& target) {
  const std::string_view endpoint = target.typed_address;
  const std::string scheme = url_scheme(endpoint);
  const std::string_view rest = endpoint.substr(scheme.size());
  if (rest.starts_with("://")) {
    if (scheme == "postgres" || scheme == "postgresql") return fmt::format("postgresql{}", rest);
    throw UsageError(
        fmt::format("postgres targets do not accept the scheme {}://; use {}", scheme, syntax_of(*target.kind)));
  }
  const std::size_t sign = endpoint.find_first_of("=:/?@");
  const bool keyword_first = sign != std::string_view::npos && endpoint[sign] == '=';
  return keyword_first ? std::string(endpoint) : fmt::format("postgresql://{}", endpoint);
}

/// postgres://user@host:port/database of what libpq made of it.
std::string shown(const PostgresEndpoint& endpoint) {
  std::string hosts;
  std::string socket;
  for (const PostgresEndpoint::Server& server : endpoint.servers) {
    const std::string& host = server.host.empty() ? server.address : server.host;
    const bool default_port = server.port.empty() || server.port == std::to_string(postgres_port);
    if (host.empty() || host[0] == '/' || host[0] == '@') {
      if (!host.empty()) socket += fmt::format("{}host={}", socket.empty() ? "?" : "&", host);
      if (!default_port) socket += fmt::format("{}port={}", socket.empty() ? "?" : "&", server.port);
      continue;
    }
    if (!hosts.empty()) hosts += ',';
    hosts += host.find(':') == std::string::npos ? host : fmt::format("[{}]", host);
    if (!default_port) hosts += ":" + server.port;
  }
  const std::string user = endpoint.parameter("user");
  const std::string database = endpoint.parameter("dbname").empty() ? user : endpoint.parameter("dbname");
  return fmt::format("postgres://{}{}{}/{}{}", user, user.empty() ? "" : "@", hosts, database, socket);
}

/// The options of TLS in libpq's words.
PostgresParameters tls_parameters(const Target& target, const TlsConfig& tls) {
  PostgresParameters parameters;
  if (target.has("cacert")) parameters.emplace_back("sslrootcert", tls.ca_file);
  if (target.has("tls-min"))
    parameters.emplace_back("ssl_min_protocol_version", tls.oldest_version == tls_1_3 ? "TLSv1.3" : "TLSv1.2");
  if (tls.cert_file.empty()) return parameters;
  parameters.emplace_back("sslcert", tls.cert_file);
  parameters.emplace_back("sslkey", tls.key_file);
  return parameters;
}

/// libpq trusts the issuers in ~/.postgresql/root.crt and no others, unless told; hale tells it the system's when that
/// file is not there.
void trust_system(const TlsConfig& tls, const Environment& environment, PostgresEndpoint& endpoint) {
  if (!endpoint.parameter("sslmode").starts_with("verify-") || !endpoint.parameter("sslrootcert").empty()) return;
  const std::string own = environment.variable("HOME").value_or("") + "/.postgresql/root.crt";
  if (access(own.c_str(), R_OK) == 0) return;
  const std::string bundle = find_ca_bundle(tls);
  if (!bundle.empty()) endpoint.defaults.emplace_back("sslrootcert", bundle);
}

std::unique_ptr<Probe> make(Target& target, const Environment& environment) {
  if (trim(target.typed_address).empty())
    throw UsageError("a postgres target has no address; write postgres://USER@HOST/DATABASE");
  const TlsConfig tls = read_tls_options(target, environment);
  PostgresEndpoint endpoint = read_postgres_endpoint(conninfo_of(target), tls_parameters(target, tls));
  trust_system(tls, environment, endpoint);
  add_secret(target, endpoint.parameter("password"));
  for (const PostgresEndpoint::Server& server : endpoint.servers) {
    if (!server.port.empty()) parse_port(server.port);
  }
  target.address = shown(endpoint);
  if (endpoint.servers.size() == 1 && endpoint.servers.front().is_looked_up())
    target.host = endpoint.servers.front().host;
  std::optional<std::string> query;
  if (const auto given = target.value("query")) {
    if (trim(*given).empty()) throw UsageError("--query is empty; write --query 'select count(*) from jobs'");
    query = *given;
  }
  std::vector<MigrationHistory> histories =
      read_histories(target.values("migrations"), target.values("migrations-table"));
  return std::make_unique<PostgresProbe>(std::move(endpoint), std::move(query), std::move(histories), target);
}

/// The tools of --migrations.
std::vector<WordSpec> tool_words() {
  std::vector<WordSpec> words;
  for (const MigrationTool* tool : migration_tools()) {
    const std::string_view how = tool->manifest.empty() ? "" : " This prints a manifest:";
    words.push_back({fmt::format("{}:", tool->name),
                     fmt::format("{}, against the table {}: {}.{}", tool->path, tool->table, tool->files, how),
                     std::string(tool->manifest)});
  }
  return words;
}

std::string libraries() { return fmt::format("{}\n{}\n{}", postgres_library(), xml_library(), yaml_library()); }

constexpr auto schemes = std::to_array<SchemeSpec>({{"postgres", 5432}, {"postgresql", 5432}});
constexpr auto syntaxes =
    std::to_array<std::string_view>({"[postgres://][USER[:PASSWORD]@]HOST[:PORT][/DATABASE]", "'host=... dbname=...'"});
constexpr auto detail = std::to_array<std::string_view>(
    {"Everything that psql takes is taken: URIs with parameters (?sslmode=verify-full), conninfo strings, PGHOST and "
     "the other PG* variables, .pgpass and service files. A server that is starting up (57P03), out of connections "
     "(53300), a wrong password (28P01), a missing role (28000) or database (3D000) and a server in recovery are told "
     "apart in the server's own words, followed by its SQLSTATE. A standby that gets no WAL from its primary is "
     "CRITICAL unless a condition on link says otherwise: --expect link=down for one that is fed from an archive. Its "
     "lag is 0 when it has replayed all that its primary has, however long ago that was, else the time since the last "
     "transaction that it has replayed; lag and replicas are hidden from roles that are not members of pg_monitor. A "
     "primary is asked SELECT 1 or --query and no more, unless a range or condition names connections or replicas. All "
     "this takes PostgreSQL 10 or newer. --cert, --key and --tls-min are libpq's sslcert, sslkey and "
     "ssl_min_protocol_version, where the address does not set them."});
constexpr auto options = std::to_array<OptionSpec>({
    {"query", '\0', "SQL", "ask SQL instead of SELECT 1; the first column of its first row becomes value"},
    {.name = "migrations",
     .value = "TOOL:PATH",
     .meaning = "hold the migrations in PATH, a folder or a manifest, against TOOL's table of those applied",
     .repeatable = true,
     .words = tool_words},
    {.name = "migrations-table",
     .value = "[TOOL:][SCHEMA.]TABLE",
     .meaning = "that table's name, where it is not the tool's own",
     .repeatable = true},
    cacert_option,
    cert_option,
    key_option,
    tls_min_option,
});
constexpr auto metrics = concat(
    std::to_array<NameSpec>({
        {"lag", "of a standby: how old its data may be", Unit::seconds},
        {"lag_bytes", "of a standby: WAL that its primary has and it has not replayed", Unit::bytes},
        {"replicas",
         "connected standbys and subscribers; asked for when a range or condition names one of these three"},
        {"replica_lag", "of the replica that is worst off, as it last reported: how old its data may be",
         Unit::seconds},
        {"replica_lag_bytes", "of the replica that is worst off: WAL that it has not replayed", Unit::bytes},
        {"connections",
         "of clients to all databases, this one too; asked for when a range or condition names this or the next"},
        {"connections_used", "the same as part of max_connections, less those kept for superusers", Unit::percent},
        {"value", "the first column of the answer's first row, when it is a number", Unit::none, Absence::failed},
        {"migrations_pending",
         "migrations that the code expects and the database has not; with --migrations, as the next two"},
        {"migrations_applied", "migrations that the code expects and the database has"},
        {"migrations_ahead", "migrations that the database has and the code does not know"},
    }),
    tls_metrics);
constexpr auto facts = concat(std::to_array<NameSpec>({
                                  {"server_version", "the server's version"},
                                  {"role", "primary or standby"},
                                  {"link", "of a standby: streaming, or down when no WAL comes from its primary"},
                                  {"ssl", "the TLS version of the connection, or off"},
                                  {"value", "the first column of the answer's first row", Unit::none, Absence::failed},
                                  {"migrations", "with --migrations: ok, ahead, pending, none or error"},
                              }),
                              tls_facts);
constexpr auto phases = std::to_array<std::string_view>({"dns", "connect", "tls", "login", "ask"});

}  // namespace

extern const Kind postgres_kind;
const Kind postgres_kind{
    .name = "postgres",
    .schemes = schemes,
    .syntaxes = syntaxes,
    .meaning = "a PostgreSQL database: log in and ask SELECT 1 or --query",
    .detail = detail,
    .example = "hale postgres://app@localhost/app --query 'select count(*) from jobs' -w value=100",
    .options = options,
    .metrics = metrics,
    .facts = facts,
    .phases = phases,
    .library = libraries,
    .make = make,
    .descriptors = 2,  // libpq's own and the duplicate that is watched
    .leaves_traces = true,
};

}  // namespace hale
