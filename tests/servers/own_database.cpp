#include "tests/servers/own_database.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "base/text.hpp"
#include "migrations/history.hpp"
#include "tests/servers/servers.hpp"
#include "tests/support/paths.hpp"

namespace hale::testing {
namespace {

void run_sql(const std::string& database, const std::string& sql) {
  ProgramOptions options;
  options.input = "SET client_min_messages = warning;\n" + sql;
  const Finished finished = run_program(
      {"/usr/lib/postgresql/15/bin/psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1",
       "--host=" + server("PG_SOCKET"), "--port=" + server("PG_PORT"), "--username=postgres", "--dbname=" + database},
      options);
  if (finished.exit_code != 0) throw std::runtime_error(finished.err);
}

}  // namespace

TestDatabase::TestDatabase(std::string name, const std::string& sql) : name_(std::move(name)) {
  run_sql("postgres", fmt::format("DROP DATABASE IF EXISTS {0};\nCREATE DATABASE {0};\n", name_));
  run_sql(name_, sql);
}

TestDatabase::~TestDatabase() { run_sql("postgres", fmt::format("DROP DATABASE {} WITH (FORCE);\n", name_)); }

std::string TestDatabase::migrations_message(const std::vector<std::string>& sources, const std::string& table) const {
  std::vector<std::string> arguments{
      "--postgres",
      fmt::format("host={} port={} user=postgres dbname={}", server("PG_SOCKET"), server("PG_PORT"), name_),
      "--name",
      "db",
      "--migrations-table",
      table};
  for (const std::string& source : sources) arguments.insert(arguments.end(), {"--migrations", source});
  const Finished finished = run_hale(arguments);
  // The first line is "OK: db – PostgreSQL ..., primary, migrations ok (3 applied)".
  const std::string_view line = first_line(finished.out);
  const std::size_t at = line.find("migrations ");
  if (at == std::string_view::npos) throw std::runtime_error(finished.out + finished.err);
  return std::string(line.substr(at + std::string_view("migrations ").size()));
}

std::string manifest(const std::string& tool, const std::string& folder) {
  const auto tools = migration_tools();
  const auto found =
      std::find_if(tools.begin(), tools.end(), [&](const MigrationTool* candidate) { return candidate->name == tool; });
  ProgramOptions options;
  options.folder = folder;
  // The frameworks are Debian packages, for Debian's Python.
  options.environment = {"PATH=/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE=1"};
  const Finished finished = run_program({"sh", "-c", std::string((*found)->manifest)}, options);
  if (finished.exit_code != 0) throw std::runtime_error(finished.err);
  return finished.out;
}

std::map<std::string, std::string> TestDatabase::framework_verdicts(const std::string& driver,
                                                                    const std::string& folder) const {
  const Finished finished =
      run_program({"/usr/bin/python3", "-I", "-B", source_file("tests/servers/frameworks/" + driver), folder,
                   server("PG_SOCKET"), server("PG_PORT"), name_});
  if (finished.exit_code != 0) throw std::runtime_error(finished.err);
  std::map<std::string, std::string> verdicts;
  for (const std::string_view line : split(finished.out, '\n')) {
    const std::size_t tab = line.find('\t');
    if (tab != std::string_view::npos) verdicts.emplace(line.substr(0, tab), line.substr(tab + 1));
  }
  return verdicts;
}

std::string expected_verdict(const std::string& message) {
  if (message.starts_with("ok") || message.starts_with("ahead")) return "ok";
  return message.starts_with("error") ? "error" : "pending";
}

}  // namespace hale::testing
