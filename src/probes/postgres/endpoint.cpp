#include "probes/postgres/endpoint.hpp"

#include <fcntl.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <new>
#include <string_view>

#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {
namespace {

/// Keeps what libpq writes to stderr, which belongs to the caller of hale.
class CaughtStderr {
 public:
  CaughtStderr()
      : stderr_(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)), caught_(memfd_create("libpq's words", MFD_CLOEXEC)) {
    dup2(caught_, STDERR_FILENO);
  }
  CaughtStderr(const CaughtStderr&) = delete;
  CaughtStderr& operator=(const CaughtStderr&) = delete;
  ~CaughtStderr() {
    dup2(stderr_, STDERR_FILENO);
    close(stderr_);
    close(caught_);
  }

  std::string text() const {
    std::array<char, 4096> words{};
    const ssize_t count = pread(caught_, words.data(), words.size(), 0);
    return {words.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
  }

 private:
  int stderr_;
  int caught_;
};

/// libpq repeats what it cannot read, be it the whole URI or the word behind a blank in a password.
void check_syntax(const std::string& conninfo) {
  char* words = nullptr;
  PQconninfoOption* options = PQconninfoParse(conninfo.c_str(), &words);
  const bool well = options != nullptr;
  std::string complaint(first_line(words == nullptr ? "out of memory" : words));
  PQconninfoFree(options);
  PQfreemem(words);
  if (well) return;
  const std::size_t begin = complaint.find('"');
  const std::size_t end = complaint.rfind('"');
  const bool may_hold_password =
      conninfo.find('@') != std::string::npos || conninfo.find("password") != std::string::npos;
  if (may_hold_password && begin < end) complaint.replace(begin, end - begin + 1, "\"...\"");
  throw UsageError(sanitize(complaint));
}

/// Has libpq read everything and stop at `mistake`, before it sends or looks up anything.
std::map<std::string, std::string> dry_run(const PostgresEndpoint& endpoint,
                                           const std::pair<const char*, std::string>& mistake,
                                           std::string_view complaint) {
  const CaughtStderr caught;
  const std::unique_ptr<PGconn, void (*)(PGconn*)> connection(start_postgres(endpoint, {mistake}), PQfinish);
  const std::string_view report = PQerrorMessage(connection.get());
  if (report.find(complaint) == std::string_view::npos) throw UsageError(sanitize(first_line(report)));
  // A password file that others may read is not read, and libpq says so to nobody else.
  const std::string warnings = caught.text();
  std::string_view warning = first_line(warnings);
  if (warning.starts_with("WARNING: ")) warning.remove_prefix(9);
  if (!warning.empty()) throw UsageError(sanitize(warning));

  std::map<std::string, std::string> parameters;
  PQconninfoOption* options = PQconninfo(connection.get());
  for (const PQconninfoOption* option = options; option != nullptr && option->keyword != nullptr; ++option) {
    if (option->val != nullptr) parameters[option->keyword] = option->val;
  }
  PQconninfoFree(options);
  // Of a password file too.
  parameters["password"] = PQpass(connection.get());
  return parameters;
}

/// libpq's default for the user is the system's name for ours, which a container may lack; libpq would refuse to begin.
void ensure_default_user() {
  if (getpwuid(geteuid()) == nullptr) setenv("PGUSER", "postgres", 0);
}

std::vector<std::string> list(const std::string& text) {
  const std::vector<std::string_view> pieces = split(text, ',');
  return {pieces.begin(), pieces.end()};
}

/// The n-th of a list that may hold one value for all.
std::string nth(const std::vector<std::string>& values, std::size_t n) {
  return values.size() == 1 ? values[0] : n < values.size() ? values[n] : "";
}

}  // namespace

std::string PostgresEndpoint::parameter(const std::string& name) const {
  const auto found = resolved.find(name);
  return found == resolved.end() ? std::string() : found->second;
}

PGconn* start_postgres(const PostgresEndpoint& endpoint, const PostgresParameters& on_top) {
  std::vector<const char*> keywords;
  std::vector<const char*> values;
  const auto add = [&](const char* keyword, const std::string& value) {
    keywords.push_back(keyword);
    values.push_back(value.c_str());
  };
  // Of libpq's parameters the last one counts, and a dbname that is a conninfo stands for all that it holds.
  for (const auto& [keyword, value] : endpoint.defaults) add(keyword, value);
  add("dbname", endpoint.conninfo);
  for (const auto& [keyword, value] : on_top) add(keyword, value);
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  PGconn* connection = PQconnectStartParams(keywords.data(), values.data(), 1);
  if (connection == nullptr) throw std::bad_alloc();
  return connection;
}

PostgresEndpoint read_postgres_endpoint(std::string conninfo, PostgresParameters defaults) {
  check_syntax(conninfo);
  ensure_default_user();
  PostgresEndpoint endpoint{std::move(conninfo), std::move(defaults)};
  // libpq alone knows what PG* variables and service files make of this, and tells only a connection it has begun. So
  // it begins two that cannot leave the house: one with a port that is none, one with addresses that are none.
  endpoint.resolved = dry_run(endpoint, {"port", "0"}, "invalid port number: \"0\"");
  const std::vector<std::string> hosts = list(endpoint.parameter("host"));
  const std::vector<std::string> addresses = list(endpoint.parameter("hostaddr"));
  const std::size_t count = std::max(hosts.size(), addresses.size());
  std::string no_addresses = "-";
  for (std::size_t i = 1; i < count; ++i) no_addresses += ",-";
  auto second = dry_run(endpoint, {"hostaddr", no_addresses}, "could not parse network address \"-\"");
  endpoint.resolved["port"] = second["port"];
  endpoint.resolved["password"] = second["password"];
  const std::vector<std::string> ports = list(endpoint.parameter("port"));
  for (std::size_t i = 0; i < count; ++i)
    endpoint.servers.push_back(PostgresEndpoint::Server{nth(hosts, i), nth(addresses, i), nth(ports, i)});
  return endpoint;
}

}  // namespace hale
