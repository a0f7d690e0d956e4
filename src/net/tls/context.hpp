#pragma once

#include <string>

#include "net/context.hpp"
#include "net/tls/config.hpp"

namespace hale {

/// Sets on OpenSSL's own `SSL_CTX*` the oldest version that `tls` takes, whom it trusts and the client certificate that
/// it shows. Returns what is wrong with that, and what to write instead; empty when all is well.
std::string set_up_tls(Loop& loop, void* ssl_context, const Tls& tls);

/// What set_up_tls() would say of the client certificate.
std::string client_certificate_trouble(const Tls& tls);

/// Asks the server of one connection, OpenSSL's own `SSL*`, for `name` (SNI) and has OpenSSL look for it in the
/// certificate. False when no certificate can be of that name, which is a DNS name or an address.
bool name_server(void* ssl, const std::string& name);

/// Has OpenSSL look for `name` on all connections of its own `SSL_CTX*`; who makes them asks for it.
bool name_server_of_all(void* ssl_context, const std::string& name);

}  // namespace hale
