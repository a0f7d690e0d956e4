#pragma once

#include <string>
#include <vector>

namespace hale::testing {

/// While it exists, lookups in this process resolve `name` to `addresses`, which are numeric and not empty, without
/// asking the system. "both.test" always resolves to ::1 and 127.0.0.1.
class ScriptedName {
 public:
  ScriptedName(const std::string& name, std::vector<std::string> addresses);
  ~ScriptedName();
  ScriptedName(const ScriptedName&) = delete;
  ScriptedName& operator=(const ScriptedName&) = delete;

 private:
  std::string name_;
};

}  // namespace hale::testing
