#pragma once

#include <string>

#include "core/option.hpp"
#include "core/secret.hpp"
#include "probes/common/http/request.hpp"

namespace hale {

struct Target;

inline constexpr OptionSpec user_option{
    .name = "user",
    .value = "USER:PASSWORD",
    .meaning = "basic authentication, the same as user and password in the URL; @FILE reads it from a file",
    .secret = true};
inline constexpr OptionSpec bearer_option{.name = "bearer",
                                          .value = "TOKEN",
                                          .meaning = "authenticate with this bearer token; @FILE reads it from a file",
                                          .secret = true};
inline constexpr OptionSpec netrc_option{
    .name = "netrc",
    .value = "FILE",
    .meaning = "without another login, use the one for the host in FILE, which has the form of .netrc"};

/// Reads --user, --bearer, --netrc and the user and password in the URL into `request`, whose URL and headers must be
/// set (RFC 7617 and RFC 6750). Adds the credentials to the target's secrets. Throws UsageError for more than one
/// login, for a token that is not one, and for a file that cannot be read or has no entry for the host.
void read_login(Target& target, HttpRequest& request);

/// Adds the password to the target's secrets, as it is and in the base64 form of basic authentication.
void add_login_secrets(Target& target, const std::string& user, const Secret& password);

}  // namespace hale
