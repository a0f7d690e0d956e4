#pragma once

#include <string>

#include "core/option.hpp"
#include "core/secret.hpp"
#include "probes/common/http/request.hpp"

namespace hale {

struct Target;

inline constexpr OptionSpec user_option{
    "user",
    '\0',
    "USER:PASSWORD",
    "log in by basic authentication, as user and password in the URL do; @FILE: as the file says",
    Scope::target,
    false,
    "",
    "",
    true};
inline constexpr OptionSpec bearer_option{
    "bearer", '\0', "TOKEN", "log in by this token; @FILE: by the one in the file", Scope::target, false, "", "", true};
inline constexpr OptionSpec netrc_option{"netrc", '\0', "FILE",
                                         "without another login, take the one that FILE (.netrc) has for the host"};

/// Reads those options, and user and password in the URL, into `request`, whose URL and headers are there; notes what
/// is secret. Throws UsageError.
void read_login(Target& target, HttpRequest& request);

/// Notes the password among the secrets, as it is and as basic authentication sends it.
void keep_login(Target& target, const std::string& user, const Secret& password);

}  // namespace hale
