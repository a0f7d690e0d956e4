#include "probes/postgres/connection.hpp"

#include <libpq-fe.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "core/url.hpp"
#include "net/fd_ready.hpp"
#include "net/resolve.hpp"
#include "net/stream.hpp"
#include "net/tls/config.hpp"
#include "net/tls/diagnostics.hpp"

namespace hale {
namespace {

constexpr std::uint16_t default_port = 5432;

bool is_sqlstate(std::string_view text) {
  return text.size() == 5 &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) || std::isupper(c); });
}

/// One line of libpq's report of a failed login. Verbose reports carry the SQLSTATE, the only way libpq tells it:
/// `connection to server at "::1", port 5432 failed: FATAL:  28P01: password authentication failed for user "app"`.
std::string login_failure(std::string_view report) {
  for (const std::string_view line : split(report, '\n')) {
    for (std::size_t at = line.find(":  "); at != std::string_view::npos; at = line.find(":  ", at + 1)) {
      const std::string_view rest = line.substr(at + 3);
      if (rest.size() > 7 && is_sqlstate(rest.substr(0, 5)) && rest.substr(5, 2) == ": ") {
        return fmt::format("{} ({})", trim(rest.substr(7)), rest.substr(0, 5));
      }
    }
  }
  std::string_view line = first_line(report);
  constexpr std::string_view failed = " failed: ";
  if (const std::size_t at = line.find(failed); at != std::string_view::npos) line.remove_prefix(at + failed.size());
  if (line.starts_with("FATAL:") || line.starts_with("ERROR:")) line.remove_prefix(6);
  return std::string(trim(line));
}

std::string query_failure(const PGresult* result) {
  const char* words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  const char* sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (words == nullptr) return std::string(first_line(PQresultErrorMessage(result)));
  return sqlstate == nullptr ? std::string(words) : fmt::format("{} ({})", words, sqlstate);
}

/// False for a mere ERROR, after which the server listens to the next question; what libpq says itself has no severity.
bool ends_connection(const PGresult* result) {
  const char* severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  return severity == nullptr || std::string_view(severity) != "ERROR";
}

PostgresRow first_row(const PGresult* result) {
  PostgresRow row(static_cast<std::size_t>(PQnfields(result)));
  for (std::size_t i = 0; i < row.size(); ++i) {
    const int column = static_cast<int>(i);
    if (PQgetisnull(result, 0, column) == 0) row[i] = PQgetvalue(result, 0, column);
  }
  return row;
}

std::string_view phase_of(PGconn* connection) {
  switch (PQstatus(connection)) {
    case CONNECTION_NEEDED:
    case CONNECTION_STARTED: return "connect";
    case CONNECTION_SSL_STARTUP: return "tls";
    default: return "login";
  }
}

std::string shown(const PostgresEndpoint::Server& server) {
  if (server.address.empty()) return server.host;
  return fmt::format("{}:{}",
                     server.address.find(':') == std::string::npos ? server.address : "[" + server.address + "]",
                     server.port);
}

/// libpq's words for a primary where target_session_attrs wants a standby.
constexpr std::string_view no_standby = "server is not in hot standby mode";

/// Whether libpq would go on to the next host: one that is starting up or of the wrong sort (target_session_attrs)
/// leaves it to the others, any other word is the last one.
bool leaves_it_to_others(const std::string& failure) {
  return failure.ends_with("(57P03)") || failure.starts_with("session is ") || failure.starts_with("server is ");
}

void hold_back(int socket, bool on) {
  const int value = on ? 1 : 0;
  setsockopt(socket, IPPROTO_TCP, TCP_CORK, &value, sizeof value);
}

/// In one call libpq makes its SSL, says hello and reads on: a server nearby may have answered by then. So the hello is
/// held back until there is a witness to the answer.
PostgresPollingStatusType poll_watched(PGconn* connection, TlsDiagnostics& witness) {
  const bool begins = PQstatus(connection) == CONNECTION_SSL_STARTUP && PQsslStruct(connection, "OpenSSL") == nullptr;
  if (begins) hold_back(PQsocket(connection), true);
  const PostgresPollingStatusType next = PQconnectPoll(connection);
  if (void* ssl = PQsslStruct(connection, "OpenSSL"); ssl != nullptr) witness.watch(ssl);
  if (begins) hold_back(PQsocket(connection), false);
  return next;
}

/// hint_at_loopback() when there is but one server.
Task<std::string> hint(ProbeContext& context, const PostgresEndpoint& endpoint,
                       const std::vector<PostgresEndpoint::Server>& attempts) {
  if (endpoint.servers.size() != 1 || !endpoint.servers.front().is_looked_up()) co_return "";
  std::vector<std::string> addresses;
  for (const PostgresEndpoint::Server& attempt : attempts) addresses.push_back(attempt.address);
  const std::string& port = endpoint.servers.front().port;
  co_return co_await hint_at_loopback(context, endpoint.servers.front().host, addresses,
                                      port.empty() ? default_port : parse_port(port));
}

}  // namespace

void PostgresConnection::Finish::operator()(PGconn* connection) const { PQfinish(connection); }

Task<std::vector<PostgresConnection::Attempt>> PostgresConnection::attempts(ProbeContext& context,
                                                                            const PostgresEndpoint& endpoint,
                                                                            std::string& failures) {
  std::vector<Attempt> all;
  for (const PostgresEndpoint::Server& server : endpoint.servers) {
    if (!server.is_looked_up()) {
      all.push_back(server);
      continue;
    }
    try {
      const std::vector<std::string> addresses = co_await resolve(context, server.host);
      for (const std::string& address : addresses) all.push_back(Attempt{server.host, address, server.port});
    } catch (const Unhealthy& unknown_name) {
      // The deadline throws something else, which nobody here catches.
      failures += fmt::format("{}{}", failures.empty() ? "" : ", ", unknown_name.what());
    }
  }
  co_return all;
}

PostgresConnection::Handle PostgresConnection::begin(const PostgresEndpoint& endpoint, const Attempt& attempt,
                                                     const char* wanted) {
  PostgresParameters on_top{
      {"fallback_application_name", "hale"}, {"client_encoding", "UTF8"}, {"gssencmode", "disable"}};
  if (!attempt.host.empty()) on_top.emplace_back("host", attempt.host);
  if (!attempt.port.empty()) on_top.emplace_back("port", attempt.port);
  if (!attempt.address.empty()) on_top.emplace_back("hostaddr", attempt.address);
  if (wanted != nullptr) on_top.emplace_back("target_session_attrs", wanted);
  prepare_openssl();
  Handle handle(start_postgres(endpoint, on_top));
  PQsetErrorVerbosity(handle.get(), PQERRORS_VERBOSE);
  PQsetNoticeReceiver(
      handle.get(), [](void*, const PGresult*) {}, nullptr);
  return handle;
}

/// True when logged in; else `failure` says why not.
Task<bool> PostgresConnection::poll(ProbeContext& context, PGconn* connection, std::optional<Duration> limit,
                                    std::string& failure) {
  TlsDiagnostics witness("");  // libpq looks for the name itself, and tells it well
  PostgresPollingStatusType next =
      PQstatus(connection) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  while (next != PGRES_POLLING_OK && next != PGRES_POLLING_FAILED) {
    // Connected, and about to speak: that belongs to the step before.
    if (PQstatus(connection) != CONNECTION_MADE) context.enter(phase_of(connection));
    const Readiness readiness = next == PGRES_POLLING_READING ? Readiness::readable : Readiness::writable;
    // Only the connecting itself is given up for the next address; a server that has answered is waited for.
    const std::optional<Duration> patience = PQstatus(connection) == CONNECTION_STARTED ? limit : std::nullopt;
    const bool in_time = co_await ready(context, PQsocket(connection), readiness, patience);
    if (!in_time) {
      failure = "Connection timed out";
      co_return false;
    }
    next = poll_watched(connection, witness);
  }
  failure = login_failure(PQerrorMessage(connection));
  if (failure.starts_with("SSL ")) failure = witness.trouble_at_end().value_or(failure);
  co_return next == PGRES_POLLING_OK;
}

Task<PostgresConnection> PostgresConnection::log_in(ProbeContext& context, const PostgresEndpoint& endpoint) {
  std::string failures;
  std::vector<Attempt> all = co_await attempts(context, endpoint, failures);
  // libpq goes round twice for prefer-standby, but knows one host at a time.
  const bool prefers_standby = all.size() > 1 && endpoint.parameter("target_session_attrs") == "prefer-standby";
  const std::size_t first_round = all.size();
  for (std::size_t i = 0; i < all.size(); ++i) {
    context.enter("connect");
    const char* wanted = !prefers_standby ? nullptr : i < first_round ? "standby" : "any";
    Handle handle = begin(endpoint, all[i], wanted);
    const std::size_t left = all.size() - i;
    const std::optional<Duration> limit = left > 1 ? std::optional(context.remaining_share(left)) : std::nullopt;
    std::string failure;
    const bool logged_in = co_await poll(context, handle.get(), limit, failure);
    if (logged_in) {
      context.note_connected(shown(all[i]));
      PQsetnonblocking(handle.get(), 1);
      co_return PostgresConnection(std::move(handle));
    }
    if (prefers_standby && failure.starts_with(no_standby)) {
      const Attempt again = all[i];
      all.push_back(again);
      continue;
    }
    const bool answered = context.phase() != "connect";
    const bool only_one = all.size() == 1 && failures.empty();
    if (answered && (only_one || !leaves_it_to_others(failure))) {
      context.note_connected(shown(all[i]));
      throw Unhealthy(failure);
    }
    context.note_failed_address(shown(all[i]), failure);
    failures += only_one ? failure : fmt::format("{}{} ({})", failures.empty() ? "" : ", ", failure, shown(all[i]));
  }
  const std::string more = co_await hint(context, endpoint, all);
  throw Unhealthy(failures + more);
}

Task<void> PostgresConnection::flush(ProbeContext& context) {
  for (int left = PQflush(handle_.get()); left != 0; left = PQflush(handle_.get())) {
    if (left < 0) throw Unhealthy(std::string(first_line(PQerrorMessage(handle_.get()))));
    co_await ready(context, PQsocket(handle_.get()), Readiness::writable);
  }
}

Task<PostgresAnswer> PostgresConnection::ask(ProbeContext& context, std::string sql) {
  PGconn* connection = handle_.get();
  // The extended protocol takes one statement only.
  if (PQsendQueryParams(connection, sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0) == 0) {
    throw Unhealthy(std::string(first_line(PQerrorMessage(connection))));
  }
  PQsetSingleRowMode(connection);
  co_await flush(context);
  PostgresAnswer answer;
  for (;;) {
    while (PQisBusy(connection) != 0) {
      co_await ready(context, PQsocket(connection), Readiness::readable);
      if (PQconsumeInput(connection) != 0) continue;
      // Poolers may say no and hang up.
      if (!answer.refusal.empty()) co_return answer;
      throw Unhealthy(login_failure(PQerrorMessage(connection)));
    }
    const std::unique_ptr<PGresult, void (*)(PGresult*)> result(PQgetResult(connection), PQclear);
    if (!result) co_return answer;
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_BAD_RESPONSE) throw Unhealthy(query_failure(result.get()));
    if (status == PGRES_FATAL_ERROR) {
      if (!answer.refusal.empty()) co_return answer;
      answer.refusal = query_failure(result.get());
      if (ends_connection(result.get())) throw Unhealthy(answer.refusal);
    }
    // libpq would say this again and again.
    if (status == PGRES_COPY_OUT || status == PGRES_COPY_IN || status == PGRES_COPY_BOTH)
      throw Unhealthy("the answer is a COPY, not rows");
    // Rows after the first are read and dropped.
    if (status == PGRES_SINGLE_TUPLE && !answer.row) answer.row = first_row(result.get());
  }
}

std::optional<std::string> PostgresConnection::status(const char* name) const {
  const char* value = PQparameterStatus(handle_.get(), name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::optional<TlsSession> PostgresConnection::tls_session() const {
  void* ssl = PQsslStruct(handle_.get(), "OpenSSL");
  return ssl == nullptr ? std::nullopt : read_tls_session(ssl);
}

std::string postgres_library() { return fmt::format("libpq {}.{}", PQlibVersion() / 10000, PQlibVersion() % 10000); }

}  // namespace hale
