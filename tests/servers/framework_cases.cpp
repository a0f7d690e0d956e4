#include "tests/servers/framework_cases.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "migrations/findings.hpp"
#include "tests/servers/servers.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hale::testing {
namespace {

using Json = nlohmann::json;

std::string schema_of(const std::string& tool, const FrameworkCase& one) {
  return fmt::format("{}_{}", tool, one.name);
}

std::vector<std::string> folders_of(const FrameworkCase& one, const TemporaryFolder& projects) {
  std::vector<std::string> folders;
  for (const std::string& folder : one.folders) folders.push_back(projects / (one.name + "/" + folder));
  return folders;
}

Json driver_input(const std::string& tool, const std::string& table, const FrameworkCase& one,
                  const TemporaryFolder& projects) {
  return {{"schema", schema_of(tool, one)},
          {"table", table},
          {"folders", folders_of(one, projects)},
          {"rows", one.rows ? Json(*one.rows) : Json()},
          {"locked", one.locked}};
}

/// The findings that hale should have when the framework's answer is `verdict`.
MigrationFindings findings_of(const Json& verdict, const std::string& table, const FrameworkCase& one) {
  MigrationFindings findings;
  if (verdict.contains("error")) {
    findings.errors.push_back(one.error);
    return findings;
  }
  findings.pending = verdict["pending"].get<std::vector<std::string>>();
  findings.ahead = verdict["ahead"].get<std::vector<std::string>>();
  findings.applied = verdict["expected"].get<std::size_t>() - findings.pending.size();
  if (!one.rows) findings.absence = fmt::format("the table {} does not exist", table);
  if (one.rows && one.rows->empty()) findings.absence = fmt::format("the table {} is empty", table);
  return findings;
}

Finished run_probe(const std::string& tool, const std::string& table, const std::vector<std::string>& folders) {
  std::vector<std::string> arguments{
      "--postgres",
      fmt::format("host={} port={} user=postgres dbname=app", server("PG_SOCKET"), server("PG_PORT")),
      "--migrations-table",
      table,
      "--format",
      "json"};
  for (const std::string& folder : folders) arguments.insert(arguments.end(), {"--migrations", tool + ":" + folder});
  return run_hale(arguments);
}

}  // namespace

void compare_with_framework(const std::string& tool, const std::string& table, const std::vector<std::string>& driver,
                            const std::vector<FrameworkCase>& cases) {
  const TemporaryFolder projects;
  std::string driver_inputs;
  const auto table_of = [&](const FrameworkCase& one) { return one.table.empty() ? table : one.table; };
  for (const FrameworkCase& one : cases) {
    for (const auto& [path, text] : one.files) projects.write(one.name + "/" + path, text);
    driver_inputs += driver_input(tool, table_of(one), one, projects).dump() + "\n";
  }
  ProgramOptions options;
  options.input = driver_inputs;
  const Finished driven = run_program(driver, options);
  INFO(driven.err);
  REQUIRE(driven.exit_code == 0);
  std::istringstream lines(driven.out);
  for (const FrameworkCase& one : cases) {
    std::string line;
    REQUIRE(std::getline(lines, line));
    CAPTURE(one.name);
    CAPTURE(line);
    const std::string endpoint = schema_of(tool, one) + "." + table_of(one);
    const MigrationFindings expected = findings_of(Json::parse(line), endpoint, one);
    const Finished finished = run_probe(tool, endpoint, folders_of(one, projects));
    const Json target = Json::parse(finished.out)["targets"][0];
    const std::string message = target["message"];
    CHECK(message.substr(message.find("migrations ")) == "migrations " + expected.message());
    CHECK(finished.exit_code == (expected.state() >= MigrationState::pending ? 2 : 0));
  }
}

}  // namespace hale::testing
