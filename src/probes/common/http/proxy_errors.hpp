#pragma once

#include <curl/curl.h>

#include <string>
#include <string_view>

namespace hale {

/// Why a transfer through `proxy` failed in `phase`: a sentence that names the proxy when the trouble is on the way to
/// it or of its own making, else `words`, which say what is wrong with the server.
std::string words_beside_proxy(CURL* easy, std::string_view proxy, std::string_view phase, const std::string& words);

}  // namespace hale
