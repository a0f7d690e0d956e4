#include "probes/common/http/login.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "core/error.hpp"
#include "core/target.hpp"
#include "probes/common/endpoint.hpp"
#include "probes/common/http/netrc.hpp"
#include "probes/common/option_file.hpp"

namespace hale {
namespace {

/// Splits USER:PASSWORD at the first colon (RFC 7617, 2).
void set_user(std::string_view text, HttpRequest& request) {
  const std::size_t colon = text.find(':');
  request.user = text.substr(0, colon);
  if (colon != std::string_view::npos) request.password = Secret(std::string(text.substr(colon + 1)));
}

Secret read_token(Target& target, std::string_view value) {
  std::string token = text_or_file("bearer", value);
  const auto is_bad = [](char c) { return c <= ' ' || c > '~'; };
  if (token.empty() || std::any_of(token.begin(), token.end(), is_bad))
    throw UsageError("--bearer: a token is printable ASCII without spaces; use TOKEN or @FILE");
  add_secret(target, token);
  return Secret(std::move(token));
}

void read_netrc(const Target& target, HttpRequest& request) {
  const std::string path(*target.value("netrc"));
  const auto login = find_login(read_option_file("--netrc ", path), request.url.host);
  if (!login)
    throw UsageError(
        fmt::format("--netrc {}: no entry for machine {} and no default", sanitize(path), sanitize(request.url.host)));
  request.user = login->user;
  request.password = login->password;
}

bool is_authorization(const std::string& header) { return lower(header).starts_with("authorization"); }

}  // namespace

void read_login(Target& target, HttpRequest& request) {
  const auto bearer = target.value("bearer");
  const auto user = target.value("user");
  const bool has_header = std::any_of(request.headers.begin(), request.headers.end(), is_authorization);
  const bool basic = user || request.url.user;
  if (bearer && basic) throw UsageError("use either a token or a user, not both");
  if (has_header && (bearer || basic))
    throw UsageError("use only one login: --header Authorization, --user or --bearer");
  if (bearer) {
    request.bearer = read_token(target, *bearer);
  } else if (user) {
    set_user(text_or_file("user", *user), request);
  } else if (basic) {
    request.user = request.url.user.value_or("");
    request.password = request.url.password.value_or(Secret());
  } else if (target.has("netrc") && !has_header) {
    read_netrc(target, request);
  }
  add_login_secrets(target, request.user, request.password);
}

void add_login_secrets(Target& target, const std::string& user, const Secret& password) {
  if (password.empty()) return;
  add_secret(target, password.reveal());
  add_secret(target, base64_encode(fmt::format("{}:{}", user, password.reveal())));
}

}  // namespace hale
