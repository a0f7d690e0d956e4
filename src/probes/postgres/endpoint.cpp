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

#include "base/fd.hpp"
#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {
namespace {

using ConnectionHandle = std::unique_ptr<PGconn, void (*)(PGconn*)>;

/// Redirects stderr to a memory file for as long as it exists.
class StderrCapture {
 public:
  StderrCapture()
      : original_(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)), captured_(memfd_create("stderr of libpq", MFD_CLOEXEC)) {
    dup2(captured_.get(), STDERR_FILENO);
  }
  StderrCapture(const StderrCapture&) = delete;
  StderrCapture& operator=(const StderrCapture&) = delete;
  ~StderrCapture() { dup2(original_.get(), STDERR_FILENO); }

  /// What has been written so far, at most 4 KiB.
  std::string text() const {
    std::array<char, 4096> buffer{};
    const ssize_t count = pread(captured_.get(), buffer.data(), buffer.size(), 0);
    return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
  }

 private:
  Fd original_;
  Fd captured_;
};

/// start_connection(), with `warnings` set to what libpq writes to stderr meanwhile.
///
/// A password file that other users may read is ignored by libpq (passwordFromFile() in fe-connect.c), and the only
/// sign of it is a line on stderr: no return value, error message or notice processor has it. Without that line the
/// user would see a login that fails for no reason; with it, cron would send mail, and a log would get a line that is
/// not hale's. So stderr is redirected while libpq reads the file. This is safe here and nowhere else: targets are
/// planned one by one, before any thread or child of hale exists that could write to stderr.
ConnectionHandle start_quietly(const PostgresEndpoint& endpoint, const PostgresParameters& overrides,
                               std::string& warnings) {
  const StderrCapture capture;
  ConnectionHandle connection(start_connection(endpoint, overrides), PQfinish);
  warnings = capture.text();
  return connection;
}

/// Throws UsageError unless libpq can parse `conninfo`. libpq's message quotes what it cannot parse: the whole URI, or
/// the word after a blank in a password. That quotation is removed where it may show a password.
void check_syntax(const std::string& conninfo) {
  char* error = nullptr;
  PQconninfoOption* options = PQconninfoParse(conninfo.c_str(), &error);
  const bool valid = options != nullptr;
  std::string message(first_line(error == nullptr ? "out of memory" : error));
  PQconninfoFree(options);
  PQfreemem(error);
  if (valid) return;
  const std::size_t begin = message.find('"');
  const std::size_t end = message.rfind('"');
  const bool may_hold_password =
      conninfo.find('@') != std::string::npos || conninfo.find("password") != std::string::npos;
  if (may_hold_password && begin < end) message.replace(begin, end - begin + 1, "\"...\"");
  throw UsageError(sanitize(message));
}

/// A parameter that libpq refuses after it has read all others, and the error message that shows it.
struct InvalidParameter {
  const char* keyword;
  std::string value;
  std::string_view error;
};

/// Every parameter that libpq resolves for `endpoint`. Only a connection that has been started knows them, so one is
/// started with `invalid`, which makes libpq stop before it sends or looks up anything. Throws UsageError for every
/// other error and for a warning.
std::map<std::string, std::string> resolve_parameters(const PostgresEndpoint& endpoint,
                                                      const InvalidParameter& invalid) {
  std::string warnings;
  const ConnectionHandle connection = start_quietly(endpoint, {{invalid.keyword, invalid.value}}, warnings);
  const std::string_view error = PQerrorMessage(connection.get());
  if (error.find(invalid.error) == std::string_view::npos) throw UsageError(sanitize(first_line(error)));
  std::string_view warning = first_line(warnings);
  if (warning.starts_with("WARNING: ")) warning.remove_prefix(9);
  if (!warning.empty()) throw UsageError(sanitize(warning));

  std::map<std::string, std::string> parameters;
  PQconninfoOption* options = PQconninfo(connection.get());
  for (const PQconninfoOption* option = options; option != nullptr && option->keyword != nullptr; ++option) {
    if (option->val != nullptr) parameters[option->keyword] = option->val;
  }
  PQconninfoFree(options);
  // PQconninfo() lacks the password of a password file.
  parameters["password"] = PQpass(connection.get());
  return parameters;
}

/// libpq's default user is the name that the system has for our user id. In a container there may be none, and libpq
/// would refuse to start. True when that happens: no other source names a user either.
bool lacks_user(const PostgresEndpoint& endpoint) {
  if (getpwuid(geteuid()) != nullptr) return false;
  std::string warnings;
  const ConnectionHandle connection = start_quietly(endpoint, {{"port", "0"}}, warnings);
  const char* user = PQuser(connection.get());
  return user == nullptr || *user == '\0';
}

std::vector<std::string> split_list(const std::string& text) {
  const std::vector<std::string_view> items = split(text, ',');
  return {items.begin(), items.end()};
}

/// The value for the server at `index`. A list of one value holds for all servers.
std::string value_at(const std::vector<std::string>& values, std::size_t index) {
  return values.size() == 1 ? values[0] : index < values.size() ? values[index] : "";
}

}  // namespace

std::string PostgresEndpoint::parameter(const std::string& name) const {
  const auto found = resolved.find(name);
  return found == resolved.end() ? std::string() : found->second;
}

PGconn* start_connection(const PostgresEndpoint& endpoint, const PostgresParameters& overrides) {
  std::vector<const char*> keywords;
  std::vector<const char*> values;
  const auto add = [&](const char* keyword, const std::string& value) {
    keywords.push_back(keyword);
    values.push_back(value.c_str());
  };
  // libpq takes the last value of a keyword, and expands a dbname that is a connection string in its place.
  for (const auto& [keyword, value] : endpoint.defaults) add(keyword, value);
  add("dbname", endpoint.conninfo);
  for (const auto& [keyword, value] : overrides) add(keyword, value);
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  PGconn* connection = PQconnectStartParams(keywords.data(), values.data(), 1);
  if (connection == nullptr) throw std::bad_alloc();
  return connection;
}

PostgresEndpoint read_postgres_endpoint(std::string conninfo, PostgresParameters defaults) {
  check_syntax(conninfo);
  PostgresEndpoint endpoint{std::move(conninfo), std::move(defaults)};
  if (lacks_user(endpoint)) endpoint.defaults.emplace_back("user", "postgres");
  // Twice, because the invalid parameter hides its own real value: the second run has the port, and the password, which
  // may depend on the port in a password file.
  endpoint.resolved = resolve_parameters(endpoint, {"port", "0", "invalid port number: \"0\""});
  const std::vector<std::string> hosts = split_list(endpoint.parameter("host"));
  const std::vector<std::string> addresses = split_list(endpoint.parameter("hostaddr"));
  const std::size_t count = std::max(hosts.size(), addresses.size());
  std::string invalid_addresses = "-";
  for (std::size_t i = 1; i < count; ++i) invalid_addresses += ",-";
  auto second = resolve_parameters(endpoint, {"hostaddr", invalid_addresses, "could not parse network address \"-\""});
  endpoint.resolved["port"] = second["port"];
  endpoint.resolved["password"] = second["password"];
  const std::vector<std::string> ports = split_list(endpoint.parameter("port"));
  for (std::size_t i = 0; i < count; ++i) {
    endpoint.servers.push_back(PostgresEndpoint::Server{
        .host = value_at(hosts, i), .address = value_at(addresses, i), .port = value_at(ports, i)});
  }
  return endpoint;
}

}  // namespace hale
