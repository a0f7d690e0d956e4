#pragma once

#include <optional>
#include <string>

#include "net/tls/openssl_types.hpp"

namespace hale {

/// Lets `store` find issuers in the PEM file `path`. The file is opened at the first lookup and only the certificates
/// that a chain needs are parsed. A file that has gone by then has no issuers. The caller keeps `store`. Throws
/// std::bad_alloc.
void add_ca_bundle(X509_STORE* store, std::string path);

/// Checks that the file `path` holds a certificate; reads no further than the first one. Returns the error, "No such
/// file or directory" or "no certificate found", and nothing when the file can be used.
std::optional<std::string> check_ca_bundle(const std::string& path);

}  // namespace hale
