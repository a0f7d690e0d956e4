#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/secret.hpp"

namespace hale {

/// The login of one machine in a .netrc file.
struct NetrcLogin {
  std::string user{};
  Secret password{};
};

/// Finds the login for `host` in `text`, the content of a .netrc file (ftp(1); the quoting and comments are curl's):
/// the first machine of that name in any case, else the entry `default`, else nothing. Skips macros and comments. A
/// value may be in double quotes; in them, a backslash escapes the next character. Never fails: ignores unknown words.
std::optional<NetrcLogin> find_login(std::string_view text, std::string_view host);

}  // namespace hale
