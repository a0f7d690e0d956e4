#pragma once

#include <map>
#include <string>
#include <vector>

namespace hale::testing {

/// A database of the test's own on the server, gone at the end.
class OwnDatabase {
 public:
  /// Fills it by the statements of `sql`. Throws std::runtime_error with psql's words.
  OwnDatabase(std::string name, const std::string& sql);
  ~OwnDatabase();
  OwnDatabase(const OwnDatabase&) = delete;
  OwnDatabase& operator=(const OwnDatabase&) = delete;

  /// hale's words on the migrations of `sources`, each "django:PATH", by their `table`: "ok (3 applied)".
  std::string hale_says(const std::vector<std::string>& sources, const std::string& table) const;

  /// What the driver tests/servers/frameworks/NAME says of each case in `folder`, by the cases' names.
  std::map<std::string, std::string> verdicts(const std::string& driver, const std::string& folder) const;

 private:
  std::string name_;
};

/// What the command that the manual has for `tool` prints in `folder`: a manifest.
std::string manifest(const std::string& tool, const std::string& folder);

/// What a framework must have said when hale says `words`: "ok", "pending" or "error".
std::string verdict_of(const std::string& words);

}  // namespace hale::testing
