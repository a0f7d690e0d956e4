#pragma once

#include <string>

namespace hale {

/// Lets `store`, OpenSSL's own `X509_STORE*`, find issuers in the PEM file `path`, which is opened at the first look-up
/// and of which only the certificates that are asked for are made: to make them all takes longer than a whole probe.
/// A file that is gone by then has no issuers. `store` stays the caller's.
void add_ca_bundle(void* store, std::string path);

/// Why the file `path` is no bundle: "No such file or directory", "no certificate in it"; empty when it is one.
/// Reads no further than its first certificate.
std::string check_ca_bundle(const std::string& path);

}  // namespace hale
