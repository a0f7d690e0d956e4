#pragma once

#include <curl/curl.h>

#include <string>
#include <string_view>

namespace hale {

/// Describes why a transfer through `proxy`, as shown to the user, failed in `phase`. Returns a sentence that names the
/// proxy when the proxy reported the error or could not be reached, else `server_error`, which describes the error as
/// one of the server. `easy` stays the caller's.
std::string describe_proxy_error(CURL* easy, std::string_view proxy, std::string_view phase,
                                 const std::string& server_error);

}  // namespace hale
