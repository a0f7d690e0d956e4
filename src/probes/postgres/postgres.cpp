#include <unistd.h>

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/concat.hpp"
#include "base/number.hpp"
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

/// The status query and its result.
struct Status {
  StatusQueries queries{};
  PostgresResult result{};
  std::optional<PostgresStandby> standby{};
  bool caught_up = false;  ///< the result of replay_query()

  PostgresRow row() const { return result.row.value_or(PostgresRow()); }
};

class PostgresProbe : public Probe {
 public:
  PostgresProbe(PostgresEndpoint endpoint, std::optional<std::string> query, std::vector<MigrationHistory> histories,
                const Target& target)
      : endpoint_(std::move(endpoint)), query_(std::move(query)), histories_(std::move(histories)) {
    for (const std::string_view name : target.requested()) requested_.emplace_back(name);
  }

  Task<Observation> observe(ProbeContext& context) override {
    PostgresConnection postgres = co_await PostgresConnection::log_in(context, endpoint_);
    context.enter("ask");
    const PostgresResult result = co_await postgres.query(context, query_.value_or("SELECT 1"));
    if (!result.error.empty()) throw Unhealthy(result.error);
    const Status status = co_await query_status(context, postgres);
    Observation observation;
    record_server(postgres, status, observation);
    record(status, observation);
    if (result.row && !result.row->empty() && result.row->front()) record_value(*result.row->front(), observation);
    if (!histories_.empty()) co_await query_histories(context, postgres, observation);
    co_return observation;
  }

 private:
  /// Always queries the link and lag of a standby, but of a primary only what the user's conditions and ranges need: a
  /// probe should cost the server as little as possible.
  Task<Status> query_status(ProbeContext& context, PostgresConnection& postgres) const {
    Status status;
    status.queries = StatusQueries::for_names({requested_.begin(), requested_.end()});
    // Reported since PostgreSQL 14. A server that does not report it may be a standby.
    status.queries.standby = postgres.parameter_status("in_hot_standby").value_or("on") == "on";
    if (!status.queries.any()) co_return status;
    if (postgres.parameter_status("server_version").value_or("").starts_with("9.")) {
      status.result.error = "requires PostgreSQL 10 or newer";
      co_return status;
    }
    status.result = co_await postgres.query(context, status_query(status.queries));
    status.standby = read_standby(status.queries, status.row());
    if (status.queries.standby && !status.standby && status.result.error.empty())
      status.result.error = "the server does not report it";
    if (!status.standby || !status.standby->needs_replay_check()) co_return status;
    // Asked twice, because one look cannot tell a standby that is stuck from one whose idle primary has just written
    // something: both are behind, and their last transaction is old. The second one catches up at once.
    const PostgresResult replayed = co_await postgres.query(context, replay_query(status.standby->target));
    status.caught_up = replayed.row == PostgresRow(1, "t");
    co_return status;
  }

  Task<void> query_histories(ProbeContext& context, PostgresConnection& postgres, Observation& observation) const {
    std::vector<MigrationFindings> findings;
    for (const MigrationHistory& history : histories_) {
      MigrationFindings history_findings = co_await query_history(context, postgres, history);
      findings.push_back(std::move(history_findings));
    }
    record_migrations(histories_, findings, observation);
  }

  static void record_server(const PostgresConnection& postgres, const Status& status, Observation& observation) {
    observation.summary = "PostgreSQL";
    if (const auto version = postgres.parameter_status("server_version")) {
      // "15.6 (Debian 15.6-0+deb12u1)": the packager's part is for the fact alone.
      observation.summary += " " + version->substr(0, version->find(' '));
      observation.facts.push_back(Fact{"server_version", *version});
    }
    // Older servers do not report it, and a pooler may not pass it on: then the status query says.
    const auto reported = postgres.parameter_status("in_hot_standby");
    if (reported || status.standby) {
      const bool is_standby = reported ? *reported == "on" : status.standby->in_recovery;
      observation.facts.push_back(Fact{"role", is_standby ? "standby" : "primary"});
      observation.summary += ", " + observation.facts.back().text;
    } else {
      observation.notes.push_back(Note{"role", status.result.error});
    }
    const std::optional<TlsSession> session = postgres.tls_session();
    observation.facts.push_back(Fact{"ssl", session ? session->protocol : "off"});
    record_tls(session, observation);
  }

  void record(const Status& status, Observation& observation) const {
    if (!status.result.error.empty()) return record_status_error(status.queries, status.result.error, observation);
    if (status.standby && status.standby->in_recovery) {
      record_standby(*status.standby, status.caught_up, observation);
    } else {
      for (const std::string_view name : {"link", "lag", "lag_bytes"}) {
        if (std::find(requested_.begin(), requested_.end(), name) != requested_.end())
          observation.notes.push_back(Note{std::string(name), "only a standby reports it"});
      }
    }
    record_status(status.queries, status.row(), observation);
  }

  void record_value(const std::string& value, Observation& observation) const {
    observation.facts.push_back(Fact{"value", value});
    if (const auto number = parse_number(value)) observation.metrics.push_back(Metric{"value", Quantity{*number}});
    if (query_) observation.summary += fmt::format(", value {}", truncate_bytes(value, 60));
  }

  PostgresEndpoint endpoint_;
  std::optional<std::string> query_;
  std::vector<MigrationHistory> histories_;
  std::vector<std::string> requested_;  ///< names of facts and metrics in the user's conditions and ranges
};

/// What libpq is given: a URI or a connection string is passed on as it is; HOST[:PORT][/DATABASE] is a URI that lacks
/// its scheme.
std::string make_conninfo(const Target& target) {
  const std::string_view address = target.typed_address;
  const std::string scheme = url_scheme(address);
  const std::string_view rest = address.substr(scheme.size());
  if (rest.starts_with("://")) {
    if (scheme == "postgres" || scheme == "postgresql") return fmt::format("postgresql{}", rest);
    throw UsageError(
        fmt::format("postgres targets do not accept the scheme {}://; use {}", scheme, syntax_of(*target.kind)));
  }
  // "host=..." is a connection string; "host/db?sslmode=..." is not.
  const std::size_t delimiter = address.find_first_of("=:/?@");
  const bool is_conninfo = delimiter != std::string_view::npos && address[delimiter] == '=';
  return is_conninfo ? std::string(address) : fmt::format("postgresql://{}", address);
}

/// The address for reports, from what libpq resolved: "postgres://user@host:port/database", without the password.
std::string shown_address(const PostgresEndpoint& endpoint) {
  std::string hosts;
  std::string socket;
  for (const PostgresEndpoint::Server& server : endpoint.servers) {
    const std::string& host = server.host.empty() ? server.address : server.host;
    const bool is_default_port = server.port.empty() || server.port == std::to_string(postgres_port);
    if (host.empty() || host[0] == '/' || host[0] == '@') {
      if (!host.empty()) socket += fmt::format("{}host={}", socket.empty() ? "?" : "&", host);
      if (!is_default_port) socket += fmt::format("{}port={}", socket.empty() ? "?" : "&", server.port);
      continue;
    }
    if (!hosts.empty()) hosts += ',';
    hosts += host.find(':') == std::string::npos ? host : fmt::format("[{}]", host);
    if (!is_default_port) hosts += ":" + server.port;
  }
  const std::string user = endpoint.parameter("user");
  const std::string database = endpoint.parameter("dbname").empty() ? user : endpoint.parameter("dbname");
  return fmt::format("postgres://{}{}{}/{}{}", user, user.empty() ? "" : "@", hosts, database, socket);
}

/// The TLS options as libpq's parameters.
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

/// Without sslrootcert, libpq trusts only the issuers in ~/.postgresql/root.crt, and fails when that file does not
/// exist. Every other kind trusts the system's issuers, so hale sets sslrootcert to them then.
void trust_system_issuers(const TlsConfig& tls, const Environment& environment, PostgresEndpoint& endpoint) {
  if (!endpoint.parameter("sslmode").starts_with("verify-") || !endpoint.parameter("sslrootcert").empty()) return;
  const std::string root_file = environment.variable("HOME").value_or("") + "/.postgresql/root.crt";
  if (access(root_file.c_str(), R_OK) == 0) return;
  const std::string bundle = find_ca_bundle(tls);
  if (!bundle.empty()) endpoint.defaults.emplace_back("sslrootcert", bundle);
}

std::unique_ptr<Probe> make(Target& target, const Environment& environment) {
  if (trim(target.typed_address).empty()) throw UsageError("no address; use postgres://USER@HOST/DATABASE");
  const TlsConfig tls = read_tls_options(target, environment);
  PostgresEndpoint endpoint = read_postgres_endpoint(make_conninfo(target), tls_parameters(target, tls));
  trust_system_issuers(tls, environment, endpoint);
  add_secret(target, endpoint.parameter("password"));
  for (const PostgresEndpoint::Server& server : endpoint.servers) {
    if (!server.port.empty()) parse_port(server.port);
  }
  target.address = shown_address(endpoint);
  if (endpoint.servers.size() == 1 && endpoint.servers.front().needs_lookup())
    target.host = endpoint.servers.front().host;
  std::optional<std::string> query;
  if (const auto sql = target.value("query")) {
    if (trim(*sql).empty()) throw UsageError("--query is empty; use --query 'select count(*) from jobs'");
    query = *sql;
  }
  std::vector<MigrationHistory> histories =
      read_histories(target.values("migrations"), target.values("migrations-table"));
  return std::make_unique<PostgresProbe>(std::move(endpoint), std::move(query), std::move(histories), target);
}

/// The tools that a value of --migrations may begin with.
std::vector<ValuePrefix> tool_words() {
  std::vector<ValuePrefix> words;
  for (const MigrationTool* tool : migration_tools()) {
    const std::string_view how = tool->manifest.empty() ? "" : " This prints a manifest:";
    words.push_back({fmt::format("{}:", tool->name),
                     fmt::format("{}, against the table {}: {}.{}", tool->path, tool->table, tool->files, how),
                     std::string(tool->manifest)});
  }
  return words;
}

std::string libraries() { return fmt::format("{}\n{}\n{}", postgres_library(), xml_library(), yaml_library()); }

constexpr auto schemes = std::to_array<SchemeSpec>({{"postgres", postgres_port}, {"postgresql", postgres_port}});
constexpr auto syntaxes =
    std::to_array<std::string_view>({"[postgres://][USER[:PASSWORD]@]HOST[:PORT][/DATABASE]", "'host=... dbname=...'"});
constexpr auto detail = std::to_array<std::string_view>(
    {"OK when the login and SELECT 1, or --query, succeed. CRITICAL when the server refuses either, or does not answer "
     "in "
     "time. The message is the server's error with its SQLSTATE: starting up (57P03), too many connections (53300), "
     "wrong "
     "password (28P01), missing role (28000) or database (3D000).",
     "The address is what psql accepts: a URI with parameters (?sslmode=verify-full) or a connection string. The PG* "
     "variables, the password file and the service file work too. --cert, --key and --tls-min set libpq's sslcert, "
     "sslkey and ssl_min_protocol_version, unless the address does.",
     "A standby that receives no WAL from its primary is CRITICAL, unless a condition on link says otherwise: use "
     "--expect link=down for one that is fed from an archive. Its lag is 0 when it has replayed all WAL of its "
     "primary, "
     "else the age of the last transaction it has replayed.",
     "A primary is sent only SELECT 1 or --query, unless a condition or range names connections or replicas. Status "
     "metrics need PostgreSQL 10 or newer. Lag and replicas are hidden from roles that are not members of "
     "pg_monitor."});
constexpr auto options = std::to_array<OptionSpec>({
    {.name = "query",
     .value = "SQL",
     .meaning = "run SQL instead of SELECT 1; the first column of its first row becomes value"},
    {.name = "migrations",
     .value = "TOOL:PATH",
     .meaning = "compare the migrations in PATH, a folder or a manifest, with those that TOOL's table has as applied",
     .repeatable = true,
     .prefixes = tool_words},
    {.name = "migrations-table",
     .value = "[TOOL:][SCHEMA.]TABLE",
     .meaning = "the name of that table, if it is not the tool's default",
     .repeatable = true},
    cacert_option,
    cert_option,
    key_option,
    tls_min_option,
});
constexpr auto metrics = concat(
    std::to_array<NameSpec>({
        {.name = "lag", .meaning = "of a standby: how old its data may be", .unit = Unit::seconds},
        {.name = "lag_bytes",
         .meaning = "of a standby: WAL of its primary that it has not replayed",
         .unit = Unit::bytes},
        {.name = "replicas",
         .meaning = "connected standbys and subscribers; queried when a condition or range names this, replica_lag "
                    "or replica_lag_bytes"},
        {.name = "replica_lag",
         .meaning = "highest lag of a replica, as it last reported: how old its data may be",
         .unit = Unit::seconds},
        {.name = "replica_lag_bytes",
         .meaning = "highest lag of a replica: WAL that it has not replayed",
         .unit = Unit::bytes},
        {.name = "connections",
         .meaning =
             "client connections to all databases, including hale's; queried when a condition or range names this "
             "or connections_used"},
        {.name = "connections_used",
         .meaning = "connections as a percentage of max_connections minus those reserved for superusers",
         .unit = Unit::percent},
        {.name = "value",
         .meaning = "the first column of the query's first row, if it is a number",
         .absence = Absence::failed},
        {.name = "migrations_pending",
         .meaning = "with --migrations: migrations that the code expects and the database does not have"},
        {.name = "migrations_applied",
         .meaning = "with --migrations: migrations that the code expects and the database has"},
        {.name = "migrations_ahead",
         .meaning = "with --migrations: migrations that the database has and the code does not know"},
    }),
    tls_metrics);
constexpr auto facts =
    concat(std::to_array<NameSpec>({
               {.name = "server_version", .meaning = "the server's version"},
               {.name = "role", .meaning = "primary or standby"},
               {.name = "link", .meaning = "of a standby: streaming, or down when it receives no WAL from its primary"},
               {.name = "ssl", .meaning = "the TLS version of the connection, or off"},
               {.name = "value", .meaning = "the first column of the query's first row", .absence = Absence::failed},
               {.name = "migrations", .meaning = "with --migrations: ok, ahead, pending, none or error"},
           }),
           tls_facts);
constexpr auto phases = std::to_array<std::string_view>({"dns", "connect", "tls", "login", "ask"});
constexpr auto environment_variables = concat(std::to_array<VariableSpec>({
                                                  {"PGHOST", "the server, when the address has none; see psql(1)"},
                                                  {"PGPORT", "its port"},
                                                  {"PGDATABASE", "the database"},
                                                  {"PGUSER", "the user"},
                                                  {"PGPASSWORD", "the password"},
                                                  {"PGPASSFILE", "the password file; default ~/.pgpass"},
                                                  {"PGSERVICE", "the service in the service file"},
                                                  {"PGSERVICEFILE", "the service file; default ~/.pg_service.conf"},
                                                  {"PGSSLMODE", "whether to use TLS, and what to verify"},
                                              }),
                                              tls_environment);

}  // namespace

extern const Kind postgres_kind;
const Kind postgres_kind{
    .name = "postgres",
    .schemes = schemes,
    .syntaxes = syntaxes,
    .meaning = "a PostgreSQL database: log in and run SELECT 1 or --query",
    .detail = detail,
    .example = "hale postgres://app@localhost/app --query 'select count(*) from jobs' -w value=100",
    .options = options,
    .metrics = metrics,
    .facts = facts,
    .phases = phases,
    .library = libraries,
    .make = make,
    .environment = environment_variables,
    .descriptors = 2,  // libpq's socket, and the duplicate that ready() waits on
    .leaves_traces = true,
};

}  // namespace hale
