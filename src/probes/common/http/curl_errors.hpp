#pragma once

#include <curl/curl.h>

#include <string>
#include <string_view>

namespace hale {

inline constexpr std::string_view incomplete_response = "the server hung up in the middle of its answer";

/// Describes why the transfer of `easy` ended with `code`, as an error of the server. `message` is what libcurl left in
/// CURLOPT_ERRORBUFFER, and may be empty. `response_began` says whether any of the response arrived. `easy` stays the
/// caller's.
std::string describe_curl_error(CURL* easy, CURLcode code, std::string_view message, bool response_began);

}  // namespace hale
