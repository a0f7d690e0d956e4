#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/secret.hpp"

namespace hale {

/// What a .netrc file has for one machine.
struct NetrcLogin {
  std::string user{};
  Secret password{};
};

/// The login for `host` in `text`, the content of a .netrc file: the first machine of that name, in any case, else the
/// entry `default`; nothing without either. Macros and comments are passed over; a value may stand in double quotes,
/// with a backslash before a quote or a backslash in it.
std::optional<NetrcLogin> find_login(std::string_view text, std::string_view host);

}  // namespace hale
