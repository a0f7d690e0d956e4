#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "net/net.hpp"

typedef struct pg_conn PGconn;

namespace hale {

/// Where and how to log in to PostgreSQL: a conninfo or URI as libpq takes it, and what is said on top of it.
struct PostgresPlace {
  std::string conninfo;
  std::map<std::string, std::string> resolved{};  ///< every libpq parameter after PG* and service files

  /// The value of a libpq parameter; empty when it has none.
  std::string parameter(const std::string& name) const;
};

/// Reads `conninfo` as psql would, with PG*, service files and defaults, and without a packet: libpq itself is asked.
/// Throws UsageError in libpq's words.
PostgresPlace read_postgres_place(std::string conninfo);

/// The answer to one query.
struct PostgresAnswer {
  bool has_row = false;
  std::optional<std::string> value{};  ///< first column of the first row; nothing for NULL
};

/// A PostgreSQL connection that never blocks the loop. Ends with a proper goodbye.
class PostgresConnection {
 public:
  /// Connects to one of the place's hosts, every address of every host in turn, and logs in. Enters the phases "dns",
  /// "connect", "tls" and "login". Throws Unhealthy with the server's words and its SQLSTATE.
  static Task<PostgresConnection> log_in(Net& net, const PostgresPlace& place);

  /// Asks one statement. Throws Unhealthy with the server's words and its SQLSTATE.
  Task<PostgresAnswer> ask(Net& net, std::string sql);

  /// A parameter that the server reported by itself ("server_version"); nothing when it did not.
  std::optional<std::string> status(const char* name) const;

  /// "TLSv1.3", or "off".
  std::string tls() const;

 private:
  struct Finish {
    void operator()(PGconn* connection) const;
  };
  using Handle = std::unique_ptr<PGconn, Finish>;

  /// One host of the list with one of its addresses.
  struct Attempt {
    std::string host;
    std::string port;
    std::string address;  ///< numeric; empty for a unix socket and for a hostaddr of the user's
  };

  explicit PostgresConnection(Handle handle) : handle_(std::move(handle)) {}

  static Task<std::vector<Attempt>> attempts(Net& net, const PostgresPlace& place);
  static Handle begin(const PostgresPlace& place, const Attempt& attempt);
  static Task<bool> poll(Net& net, PGconn* connection, std::optional<Duration> limit, std::string& failure);
  Task<void> flush(Net& net);

  Handle handle_;
};

/// "libpq 15.20".
std::string postgres_library();

}  // namespace hale
