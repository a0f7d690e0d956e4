#pragma once

#include <optional>
#include <string>

#include "net/loop.hpp"
#include "net/tls/config.hpp"
#include "net/tls/openssl_types.hpp"

namespace hale {

// Functions in net/tls that can fail return the error as a text for the user, and nothing on success.

/// Applies the oldest version, the trusted issuers and the client certificate of `tls` to `context`. Returns an error
/// for issuers, a certificate or a key that cannot be used, with what to do about it.
std::optional<std::string> configure_tls(Loop& loop, SSL_CTX* context, const TlsConfig& tls);

/// The error that configure_tls() would return for the client certificate.
std::optional<std::string> check_client_certificate(const TlsConfig& tls);

/// Sends `name` as SNI on the connection `ssl` and has OpenSSL look for it in the certificate. Returns an error when
/// `name` is neither a DNS name nor an IP address.
std::optional<std::string> set_server_name(SSL* ssl, const std::string& name);

/// Has OpenSSL look for `name` in the certificates of all connections of `context`. The caller sends SNI. Returns an
/// error as set_server_name() does.
std::optional<std::string> set_server_name_for_all(SSL_CTX* context, const std::string& name);

}  // namespace hale
