#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "net/context.hpp"
#include "net/tls/session.hpp"
#include "probes/postgres/endpoint.hpp"

namespace hale {

/// The columns of a row as text; nullopt for NULL.
using PostgresRow = std::vector<std::optional<std::string>>;

/// The result of one query.
struct PostgresResult {
  std::optional<PostgresRow> row{};  ///< the first row, if there is one
  std::string error{};               ///< the server's error with its SQLSTATE; empty when the query succeeded
};

/// A PostgreSQL connection that does not block the loop: libpq in nonblocking mode, driven by readiness of its socket.
///
/// The destructor closes it with a Terminate message (PQfinish), also at the deadline, so that the server's log shows
/// no lost connection. A query that is still running then is not cancelled: PQcancel() blocks, and it needs a second
/// connection, which a server out of slots would refuse. The server ends the query when it finds the connection closed.
class PostgresConnection {
 public:
  /// Connects to the servers of `endpoint` and to all addresses of each, in turn, until one accepts the login. Enters
  /// the phases "dns", "connect", "tls" and "login". Throws Unhealthy with the server's error and its SQLSTATE, or with
  /// the failures of all addresses; std::system_error at the deadline.
  static Task<PostgresConnection> log_in(ProbeContext& context, const PostgresEndpoint& endpoint);

  /// Runs one statement. An error that the connection survives is in the result. Throws Unhealthy for an error that
  /// ends it, for a lost connection, and for a COPY; std::system_error at the deadline.
  Task<PostgresResult> query(ProbeContext& context, std::string sql);

  /// The value of a parameter that the server reports on its own, such as "server_version" (PostgreSQL documentation,
  /// PQparameterStatus); nothing when it does not report it.
  std::optional<std::string> parameter_status(const char* name) const;

  /// The negotiated TLS parameters and the certificate; empty without TLS.
  std::optional<TlsSession> tls_session() const;

 private:
  struct Finish {
    void operator()(PGconn* connection) const;
  };
  using Handle = std::unique_ptr<PGconn, Finish>;

  /// A server with exactly one of its addresses; the address is empty for a unix socket.
  using Attempt = PostgresEndpoint::Server;

  explicit PostgresConnection(Handle handle) : handle_(std::move(handle)) {}

  static Task<std::vector<Attempt>> resolve_servers(ProbeContext& context, const PostgresEndpoint& endpoint,
                                                    std::string& failures);
  static Handle start(const PostgresEndpoint& endpoint, const Attempt& attempt, const char* session_attrs);
  static Task<bool> finish_login(ProbeContext& context, PGconn* connection, std::optional<Duration> limit,
                                 std::string& failure);
  Task<void> flush(ProbeContext& context);

  Handle handle_;
};

/// "libpq 15.20": the version loaded at run time.
std::string postgres_library();

}  // namespace hale
