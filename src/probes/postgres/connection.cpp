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

bool is_sqlstate(std::string_view text) {
  return text.size() == 5 &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) || std::isupper(c); });
}

/// The server's error and its SQLSTATE, `password authentication failed for user "app" (28P01)`, from libpq's error
/// message for a failed login. There is no PGresult yet that would have the fields, so they are parsed from the verbose
/// form: `connection to server at "::1", port 5432 failed: FATAL:  28P01: password authentication failed ...`.
std::string parse_login_error(std::string_view message) {
  for (const std::string_view line : split(message, '\n')) {
    // The server's text may contain ":  " as well; the first one with a SQLSTATE after it counts.
    for (std::size_t at = line.find(":  "); at != std::string_view::npos; at = line.find(":  ", at + 1)) {
      const std::string_view rest = line.substr(at + 3);
      if (rest.size() > 7 && is_sqlstate(rest.substr(0, 5)) && rest.substr(5, 2) == ": ") {
        return fmt::format("{} ({})", trim(rest.substr(7)), rest.substr(0, 5));
      }
    }
  }
  std::string_view line = first_line(message);
  constexpr std::string_view failed = " failed: ";
  if (const std::size_t at = line.find(failed); at != std::string_view::npos) line.remove_prefix(at + failed.size());
  if (line.starts_with("FATAL:") || line.starts_with("ERROR:")) line.remove_prefix(6);
  return std::string(trim(line));
}

std::string query_error(const PGresult* result) {
  const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  const char* sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (message == nullptr) return std::string(first_line(PQresultErrorMessage(result)));
  return sqlstate == nullptr ? std::string(message) : fmt::format("{} ({})", message, sqlstate);
}

/// False for ERROR: the server then accepts the next query. FATAL and PANIC end the connection. Errors of libpq itself,
/// such as a lost connection, have no severity.
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

std::string endpoint_text(const PostgresEndpoint::Server& server) {
  if (server.address.empty()) return server.host;
  return fmt::format("{}:{}",
                     server.address.find(':') == std::string::npos ? server.address : "[" + server.address + "]",
                     server.port);
}

/// The start of libpq's error for a primary when target_session_attrs is "standby".
constexpr std::string_view not_a_standby = "server is not in hot standby mode";

/// True when libpq itself would try the next server after this failure: the server is starting up (57P03), or is not of
/// the kind that target_session_attrs wants. Any other answer of a server, such as a wrong password, is final.
bool tries_next_server(const std::string& failure) {
  return failure.ends_with("(57P03)") || failure.starts_with("session is ") || failure.starts_with("server is ");
}

void set_cork(int socket, bool on) {
  const int value = on ? 1 : 0;
  setsockopt(socket, IPPROTO_TCP, TCP_CORK, &value, sizeof value);
}

/// PQconnectPoll(), with the TLS handshake observed by `diagnostics`. libpq creates its SSL and sends the ClientHello
/// in the same call, and may even process the answer of a server nearby in it, before anyone else can get at the SSL.
/// So the ClientHello is held back (TCP_CORK) until `diagnostics` observes the SSL: no answer can arrive before that.
PostgresPollingStatusType poll_observed(PGconn* connection, TlsDiagnostics& diagnostics) {
  const bool creates_ssl =
      PQstatus(connection) == CONNECTION_SSL_STARTUP && PQsslStruct(connection, "OpenSSL") == nullptr;
  if (creates_ssl) set_cork(PQsocket(connection), true);
  const PostgresPollingStatusType next = PQconnectPoll(connection);
  if (void* ssl = PQsslStruct(connection, "OpenSSL"); ssl != nullptr) diagnostics.observe(static_cast<SSL*>(ssl));
  if (creates_ssl) set_cork(PQsocket(connection), false);
  return next;
}

/// loopback_hint() for an endpoint with one server, which has to be looked up; else empty.
Task<std::string> loopback_hint(ProbeContext& context, const PostgresEndpoint& endpoint,
                                const std::vector<PostgresEndpoint::Server>& attempts) {
  if (endpoint.servers.size() != 1 || !endpoint.servers.front().needs_lookup()) co_return "";
  std::vector<std::string> addresses;
  for (const PostgresEndpoint::Server& attempt : attempts) addresses.push_back(attempt.address);
  const std::string& port = endpoint.servers.front().port;
  co_return co_await loopback_hint(context, endpoint.servers.front().host, addresses,
                                   port.empty() ? postgres_port : parse_port(port));
}

}  // namespace

void PostgresConnection::Finish::operator()(PGconn* connection) const { PQfinish(connection); }

/// One attempt for each address of each server. A name that cannot be resolved is added to `failures`.
Task<std::vector<PostgresConnection::Attempt>> PostgresConnection::resolve_servers(ProbeContext& context,
                                                                                   const PostgresEndpoint& endpoint,
                                                                                   std::string& failures) {
  std::vector<Attempt> attempts;
  for (const PostgresEndpoint::Server& server : endpoint.servers) {
    if (!server.needs_lookup()) {
      attempts.push_back(server);
      continue;
    }
    try {
      const std::vector<std::string> addresses = co_await resolve(context, server.host);
      for (const std::string& address : addresses) attempts.push_back(Attempt{server.host, address, server.port});
    } catch (const Unhealthy& unresolved) {
      // The deadline is not caught here: it is a std::system_error.
      failures += fmt::format("{}{}", failures.empty() ? "" : ", ", unresolved.what());
    }
  }
  co_return attempts;
}

/// `session_attrs` replaces target_session_attrs unless it is null.
PostgresConnection::Handle PostgresConnection::start(const PostgresEndpoint& endpoint, const Attempt& attempt,
                                                     const char* session_attrs) {
  PostgresParameters overrides{
      {"fallback_application_name", "hale"}, {"client_encoding", "UTF8"}, {"gssencmode", "disable"}};
  if (!attempt.host.empty()) overrides.emplace_back("host", attempt.host);
  if (!attempt.port.empty()) overrides.emplace_back("port", attempt.port);
  // With hostaddr, libpq does not look the host up, which would block.
  if (!attempt.address.empty()) overrides.emplace_back("hostaddr", attempt.address);
  if (session_attrs != nullptr) overrides.emplace_back("target_session_attrs", session_attrs);
  prepare_openssl();
  Handle handle(start_connection(endpoint, overrides));
  PQsetErrorVerbosity(handle.get(), PQERRORS_VERBOSE);  // for parse_login_error()
  // The default receiver writes notices to stderr.
  PQsetNoticeReceiver(
      handle.get(), [](void*, const PGresult*) {}, nullptr);
  return handle;
}

/// Performs the connect, the TLS handshake and the login; `limit` is for the connect alone. True when logged in; else
/// `failure` says why not.
Task<bool> PostgresConnection::finish_login(ProbeContext& context, PGconn* connection, std::optional<Duration> limit,
                                            std::string& failure) {
  TlsDiagnostics diagnostics("");  // libpq itself compares the name, and reports it well
  PostgresPollingStatusType next =
      PQstatus(connection) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  while (next != PGRES_POLLING_OK && next != PGRES_POLLING_FAILED) {
    // CONNECTION_MADE: connected and nothing sent yet. That is still the phase "connect".
    if (PQstatus(connection) != CONNECTION_MADE) context.enter(phase_of(connection));
    const FdEvent event = next == PGRES_POLLING_READING ? FdEvent::readable : FdEvent::writable;
    // A server that accepted the connection may use all the time left, like a server that is the only one.
    const std::optional<Duration> step_limit = PQstatus(connection) == CONNECTION_STARTED ? limit : std::nullopt;
    // wait_ready() waits on a duplicate of the socket. PQconnectPoll() may close the socket and open another one, with
    // the same number even, as when it retries without TLS (sslmode=prefer); asio must not have the original in its
    // epoll then. So the number is also read anew each time.
    const bool in_time = co_await wait_ready(context, PQsocket(connection), event, step_limit);
    if (!in_time) {
      failure = "Connection timed out";
      co_return false;
    }
    next = poll_observed(connection, diagnostics);
  }
  failure = parse_login_error(PQerrorMessage(connection));
  if (failure.starts_with("SSL ")) failure = diagnostics.error_at_end().value_or(failure);
  co_return next == PGRES_POLLING_OK;
}

Task<PostgresConnection> PostgresConnection::log_in(ProbeContext& context, const PostgresEndpoint& endpoint) {
  std::string failures;
  std::vector<Attempt> attempts = co_await resolve_servers(context, endpoint, failures);
  // For prefer-standby libpq goes through its hosts twice, but here each connection of libpq has one host only. So the
  // attempts that turn out to be primaries are repeated at the end, where any server will do.
  const bool prefers_standby = attempts.size() > 1 && endpoint.parameter("target_session_attrs") == "prefer-standby";
  const std::size_t first_round = attempts.size();
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    context.enter("connect");
    const char* session_attrs = !prefers_standby ? nullptr : i < first_round ? "standby" : "any";
    Handle handle = start(endpoint, attempts[i], session_attrs);
    const std::size_t left = attempts.size() - i;
    const std::optional<Duration> limit = left > 1 ? std::optional(context.remaining_share(left)) : std::nullopt;
    std::string failure;
    const bool logged_in = co_await finish_login(context, handle.get(), limit, failure);
    if (logged_in) {
      context.note_connected(endpoint_text(attempts[i]));
      PQsetnonblocking(handle.get(), 1);
      co_return PostgresConnection(std::move(handle));
    }
    if (prefers_standby && failure.starts_with(not_a_standby)) {
      const Attempt repeated = attempts[i];
      attempts.push_back(repeated);
      continue;
    }
    const bool answered = context.phase() != "connect";
    const bool only_one = attempts.size() == 1 && failures.empty();
    if (answered && (only_one || !tries_next_server(failure))) {
      context.note_connected(endpoint_text(attempts[i]));
      throw Unhealthy(failure);
    }
    context.note_failed_address(endpoint_text(attempts[i]), failure);
    failures += only_one ? failure
                         : fmt::format("{}{} ({})", failures.empty() ? "" : ", ", failure, endpoint_text(attempts[i]));
  }
  const std::string hint = co_await loopback_hint(context, endpoint, attempts);
  throw Unhealthy(failures + hint);
}

Task<void> PostgresConnection::flush(ProbeContext& context) {
  for (int left = PQflush(handle_.get()); left != 0; left = PQflush(handle_.get())) {
    if (left < 0) throw Unhealthy(std::string(first_line(PQerrorMessage(handle_.get()))));
    co_await wait_ready(context, PQsocket(handle_.get()), FdEvent::writable);
  }
}

Task<PostgresResult> PostgresConnection::query(ProbeContext& context, std::string sql) {
  PGconn* connection = handle_.get();
  // The extended query protocol accepts a single statement only, which PQsendQuery() would not enforce.
  if (PQsendQueryParams(connection, sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0) == 0) {
    throw Unhealthy(std::string(first_line(PQerrorMessage(connection))));
  }
  // Else libpq would keep all rows in memory, and the query is the user's.
  PQsetSingleRowMode(connection);
  co_await flush(context);
  PostgresResult result;
  for (;;) {
    while (PQisBusy(connection) != 0) {
      co_await wait_ready(context, PQsocket(connection), FdEvent::readable);
      if (PQconsumeInput(connection) != 0) continue;
      // A pooler may send an error and close the connection at once.
      if (!result.error.empty()) co_return result;
      throw Unhealthy(parse_login_error(PQerrorMessage(connection)));
    }
    const std::unique_ptr<PGresult, void (*)(PGresult*)> part(PQgetResult(connection), PQclear);
    if (!part) co_return result;
    const ExecStatusType status = PQresultStatus(part.get());
    if (status == PGRES_BAD_RESPONSE) throw Unhealthy(query_error(part.get()));
    if (status == PGRES_FATAL_ERROR) {
      if (!result.error.empty()) co_return result;
      result.error = query_error(part.get());
      if (ends_connection(part.get())) throw Unhealthy(result.error);
    }
    // PQgetResult() returns this status again and again until the caller copies the data.
    if (status == PGRES_COPY_OUT || status == PGRES_COPY_IN || status == PGRES_COPY_BOTH)
      throw Unhealthy("the query is a COPY, which returns no rows");
    // The other rows are read and discarded.
    if (status == PGRES_SINGLE_TUPLE && !result.row) result.row = first_row(part.get());
  }
}

std::optional<std::string> PostgresConnection::parameter_status(const char* name) const {
  const char* value = PQparameterStatus(handle_.get(), name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::optional<TlsSession> PostgresConnection::tls_session() const {
  void* ssl = PQsslStruct(handle_.get(), "OpenSSL");
  return ssl == nullptr ? std::nullopt : read_tls_session(static_cast<const SSL*>(ssl));
}

std::string postgres_library() { return fmt::format("libpq {}.{}", PQlibVersion() / 10000, PQlibVersion() % 10000); }

}  // namespace hale
