#pragma once

#include <string>
#include <vector>

namespace hale::testing {

/// While it lives, look-ups in this process find `name` to have these numeric addresses, at least one, whatever the
/// system says. "both.test" always has ::1 and 127.0.0.1.
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
