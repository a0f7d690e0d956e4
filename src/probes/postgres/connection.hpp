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

/// A row of an answer; nothing for NULL.
using PostgresRow = std::vector<std::optional<std::string>>;

/// The answer to one query.
struct PostgresAnswer {
  std::optional<PostgresRow> row{};  ///< the first one
  std::string refusal{};             ///< why the server refuses the question, with its SQLSTATE; empty when it does not
};

/// A PostgreSQL connection that never blocks the loop. Ends with a proper goodbye.
class PostgresConnection {
 public:
  /// Connects to one of the place's hosts, every address of every host in turn, and logs in. Enters the phases "dns",
  /// "connect", "tls" and "login". Throws Unhealthy with the server's words and its SQLSTATE.
  static Task<PostgresConnection> log_in(ProbeContext& context, const PostgresEndpoint& endpoint);

  /// Asks one statement. Throws Unhealthy in the server's words when the connection ends by it.
  Task<PostgresAnswer> ask(ProbeContext& context, std::string sql);

  /// A parameter that the server reported by itself ("server_version"); nothing when it did not.
  std::optional<std::string> status(const char* name) const;

  /// What TLS agreed on, where it is spoken.
  std::optional<TlsSession> tls_session() const;

 private:
  struct Finish {
    void operator()(PGconn* connection) const;
  };
  using Handle = std::unique_ptr<PGconn, Finish>;

  /// A server with one of its addresses, which is empty for a unix socket.
  using Attempt = PostgresEndpoint::Server;

  explicit PostgresConnection(Handle handle) : handle_(std::move(handle)) {}

  static Task<std::vector<Attempt>> attempts(ProbeContext& context, const PostgresEndpoint& endpoint,
                                             std::string& failures);
  static Handle begin(const PostgresEndpoint& endpoint, const Attempt& attempt, const char* wanted);
  static Task<bool> poll(ProbeContext& context, PGconn* connection, std::optional<Duration> limit,
                         std::string& failure);
  Task<void> flush(ProbeContext& context);

  Handle handle_;
};

/// "libpq 15.20".
std::string postgres_library();

}  // namespace hale
