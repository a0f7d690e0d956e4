#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

typedef struct pg_conn PGconn;

namespace hale {

/// libpq's keywords with their values.
using PostgresParameters = std::vector<std::pair<const char*, std::string>>;

/// Where and how to log in to PostgreSQL: a conninfo or URI as libpq takes it, and what libpq makes of it.
struct PostgresEndpoint {
  /// One of the servers that are tried in turn.
  struct Server {
    std::string host;     ///< a name, an address, or the folder of a unix socket; empty for libpq's default
    std::string address;  ///< the user's hostaddr, which needs no look-up; else empty
    std::string port;

    /// Whether `host` is a name or an address, and no other address is given for it.
    bool is_looked_up() const { return !host.empty() && host[0] != '/' && host[0] != '@' && address.empty(); }
  };

  std::string conninfo;
  PostgresParameters defaults{};                  ///< for what the conninfo leaves open; they beat PG*
  std::map<std::string, std::string> resolved{};  ///< every libpq parameter after PG*, service and password files
  std::vector<Server> servers{};

  /// The value of a libpq parameter; empty when it has none.
  std::string parameter(const std::string& name) const;
};

/// Reads `conninfo` as psql would, with PG*, service and password files, `defaults`, and without a packet: libpq itself
/// is asked. Throws UsageError in libpq's words, without what may be a password.
PostgresEndpoint read_postgres_endpoint(std::string conninfo, PostgresParameters defaults);

/// Begins a connection to `endpoint` with the parameters `on_top`, which beat its own.
PGconn* start_postgres(const PostgresEndpoint& endpoint, const PostgresParameters& on_top);

}  // namespace hale
