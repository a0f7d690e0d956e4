#include "probes/common/http/login.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "core/target.hpp"
#include "probes/common/endpoint.hpp"
#include "probes/common/http/netrc.hpp"
#include "probes/common/option_file.hpp"

namespace hale {
namespace {

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t at) { return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U; };
    const unsigned three = byte(i) << 16U | byte(i + 1) << 8U | byte(i + 2);
    for (unsigned digit = 0; digit < 4; ++digit)
      text += i + digit > bytes.size() ? '=' : digits[three >> (18 - 6 * digit) & 63U];
  }
  return text;
}

/// USER:PASSWORD
void set_user(std::string_view text, HttpRequest& request) {
  const std::size_t colon = text.find(':');
  request.user = text.substr(0, colon);
  if (colon != std::string_view::npos) request.password = Secret(std::string(text.substr(colon + 1)));
}

Secret read_token(Target& target, std::string_view value) {
  std::string token = text_or_file("bearer", value);
  const auto is_bad = [](char c) { return c <= ' ' || c > '~'; };
  if (token.empty() || std::any_of(token.begin(), token.end(), is_bad))
    throw UsageError("--bearer: a token is one word of ASCII characters; write TOKEN or @FILE");
  add_secret(target, token);
  return Secret(std::move(token));
}

void read_netrc(const Target& target, HttpRequest& request) {
  const std::string path(*target.value("netrc"));
  const auto login = find_login(read_option_file("--netrc ", path), request.url.host);
  if (!login)
    throw UsageError(fmt::format("--netrc {}: neither machine {} nor default stands there", sanitize(path),
                                 sanitize(request.url.host)));
  request.user = login->user;
  request.password = login->password;
}

bool is_authorization(const std::string& header) { return lower(header).starts_with("authorization"); }

}  // namespace

void read_login(Target& target, HttpRequest& request) {
  const auto bearer = target.value("bearer");
  const auto user = target.value("user");
  const bool header = std::any_of(request.headers.begin(), request.headers.end(), is_authorization);
  const bool basic = user || request.url.user;
  if (bearer && basic) throw UsageError("a token and a user are two logins; write one of them");
  if (header && (bearer || basic))
    throw UsageError("--header Authorization is a login of its own; write it, or --user, or --bearer");
  if (bearer) {
    request.bearer = read_token(target, *bearer);
  } else if (user) {
    set_user(text_or_file("user", *user), request);
  } else if (basic) {
    request.user = request.url.user.value_or("");
    request.password = request.url.password.value_or(Secret());
  } else if (target.has("netrc") && !header) {
    read_netrc(target, request);
  }
  keep_login(target, request.user, request.password);
}

void keep_login(Target& target, const std::string& user, const Secret& password) {
  if (password.empty()) return;
  add_secret(target, password.reveal());
  add_secret(target, base64(fmt::format("{}:{}", user, password.reveal())));
}

}  // namespace hale
