#pragma once

#include <map>
#include <string>
#include <vector>

namespace hale::testing {

/// A database on the server for one test; dropped by the destructor.
class TestDatabase {
 public:
  /// Creates it and runs the statements `sql`. Throws std::runtime_error with psql's error.
  TestDatabase(std::string name, const std::string& sql);
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  /// What hale reports for the migrations in `sources`, each "django:PATH", and their `table`: "ok (3 applied)".
  std::string migrations_message(const std::vector<std::string>& sources, const std::string& table) const;

  /// The verdict of the script tests/servers/frameworks/DRIVER on each case in `folder`, by the name of the case.
  std::map<std::string, std::string> framework_verdicts(const std::string& driver, const std::string& folder) const;

 private:
  std::string name_;
};

/// The manifest that the command in the manual for `tool` prints in `folder`.
std::string manifest(const std::string& tool, const std::string& folder);

/// The verdict of the framework that fits hale's `message`: "ok", "pending" or "error".
std::string expected_verdict(const std::string& message);

}  // namespace hale::testing
