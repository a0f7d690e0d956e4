#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/secret.hpp"

namespace hale {

/// An address in the generic syntax of RFC 3986. User, password and host are percent-decoded; path and query stay as
/// typed.
struct Url {
  std::string scheme;
  std::optional<std::string> user;
  std::optional<Secret> password;
  std::string host;  ///< IPv6 literals without brackets
  std::optional<std::uint16_t> port;
  std::string path;   ///< with its leading '/', or empty
  std::string query;  ///< without '?'

  /// The URL without its password and the values of its query. Without a port it shows `default_port`, unless that is
  /// 0.
  std::string shown(std::uint16_t default_port = 0) const;

  /// The percent-decoded value of `name` in the query; nothing when it is not there.
  std::optional<std::string> parameter(std::string_view name) const;
};

/// The scheme of `text` in lower case when it begins like a URL ("http://...", "exec:..."), else empty.
/// `localhost:8080` has no scheme: a port follows the colon.
std::string url_scheme(std::string_view text);

/// Parses `text`, which is read as `scheme://text` when it has no scheme. The host may be empty. Throws UsageError,
/// which shows no secret, for invalid syntax, a port that is not 1 to 65535, and blanks or control characters.
Url parse_url(std::string_view text, std::string_view scheme);

/// Parses a port, 1 to 65535. Throws UsageError for any other text.
std::uint16_t parse_port(std::string_view text);

/// "host:port", with an IPv6 address in brackets.
std::string host_and_port(std::string_view host, std::uint16_t port);

}  // namespace hale
