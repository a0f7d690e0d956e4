#pragma once

#include <string>

#include "net/loop.hpp"
#include "net/tls/config.hpp"

namespace hale {

/// Sets on OpenSSL's own `SSL_CTX*` the oldest version that `tls` takes, whom it trusts and the client certificate that
/// it shows. Returns what is wrong with that, and what to write instead; empty when all is well.
std::string configure_tls(Loop& loop, void* ssl_context, const TlsConfig& tls);

/// What configure_tls() would say of the client certificate.
std::string check_client_certificate(const TlsConfig& tls);

/// Asks the server of one connection, OpenSSL's own `SSL*`, for `name` (SNI) and has OpenSSL look for it in the
/// certificate. False when no certificate can be of that name, which is a DNS name or an address.
bool name_server(void* ssl, const std::string& name);

/// Has OpenSSL look for `name` on all connections of its own `SSL_CTX*`; who makes them asks for it.
bool set_server_name_for_all(void* ssl_context, const std::string& name);

}  // namespace hale
