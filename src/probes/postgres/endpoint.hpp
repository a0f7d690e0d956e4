#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

typedef struct pg_conn PGconn;

namespace hale {

inline constexpr std::uint16_t postgres_port = 5432;

/// libpq's connection parameters (PostgreSQL documentation, "Parameter Key Words") and their values.
using PostgresParameters = std::vector<std::pair<const char*, std::string>>;

/// Where and how to log in to PostgreSQL: a connection string for libpq, and what libpq makes of it.
struct PostgresEndpoint {
  /// One of the servers, which are tried in turn.
  struct Server {
    std::string host;     ///< a name, an address, or the directory of a unix socket; empty for libpq's default
    std::string address;  ///< the parameter hostaddr, which replaces the lookup of `host`; may be empty
    std::string port;     ///< empty for the default port

    /// True when `host` has to be resolved: it is a name or an address, and there is no hostaddr.
    bool needs_lookup() const { return !host.empty() && host[0] != '/' && host[0] != '@' && address.empty(); }
  };

  std::string conninfo;                           ///< a URI or "host=... dbname=..."
  PostgresParameters defaults{};                  ///< used where `conninfo` sets nothing; override the PG* variables
  std::map<std::string, std::string> resolved{};  ///< every parameter that has a value, from all sources
  std::vector<Server> servers{};

  /// The value of the parameter `name`; empty when it has none.
  std::string parameter(const std::string& name) const;
};

/// Resolves `conninfo` as psql does, with the PG* variables, the password file and the service file. Has libpq do it,
/// but without a connection or a lookup. Blocks while it reads those files. Throws UsageError with libpq's message;
/// whatever may be part of a password is left out of it.
PostgresEndpoint read_postgres_endpoint(std::string conninfo, PostgresParameters defaults);

/// Starts a nonblocking connection to `endpoint` (PQconnectStartParams); `overrides` replace its own parameters. The
/// caller owns the result, and checks its status. Throws std::bad_alloc.
PGconn* start_connection(const PostgresEndpoint& endpoint, const PostgresParameters& overrides);

}  // namespace hale
