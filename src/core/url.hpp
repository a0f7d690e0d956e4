#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/secret.hpp"

namespace hale {

/// A target's address in the generic form of RFC 3986. Parts are percent-decoded where they name something (user,
/// password, host); path and query stay as written.
struct Url {
  std::string scheme;
  std::optional<std::string> user;
  std::optional<Secret> password;
  std::string host;  ///< IPv6 literals without brackets
  std::optional<std::uint16_t> port;
  std::string path;   ///< with its leading '/', or empty
  std::string query;  ///< without '?'

  /// The URL without password and query values; the port is shown when it is given, or as `default_port` when that is
  /// not 0.
  std::string shown(std::uint16_t default_port = 0) const;

  /// The percent-decoded value of `name` in the query.
  std::optional<std::string> parameter(std::string_view name) const;
};

/// The scheme of `text` in lower case when it begins like a URL ("http://...", "exec:..."), else empty.
/// `localhost:8080` has none: what follows the colon is a port.
std::string url_scheme(std::string_view text);

/// Parses `text`; without a scheme it is read as `scheme://text`. Throws UsageError that shows no secret: unknown form,
/// a port that is not 1 to 65535, control characters. An empty host is let through.
Url parse_url(std::string_view text, std::string_view scheme);

/// %HH made bytes; other characters stay. Throws UsageError for a broken escape or an escaped NUL.
std::string percent_decode(std::string_view text);

/// `text` with every byte but letters, digits and - . _ ~ as %HH.
std::string percent_encode(std::string_view text);

/// Reads 1 to 65535. Throws UsageError.
std::uint16_t parse_port(std::string_view text);

/// "host:port", an IPv6 literal in brackets.
std::string host_and_port(std::string_view host, std::uint16_t port);

}  // namespace hale
