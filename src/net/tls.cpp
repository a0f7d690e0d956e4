#include "net/tls.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <openssl/crypto.h>

#include "core/environment.hpp"
#include "core/error.hpp"
#include "core/target.hpp"
#include "core/text.hpp"

namespace hale {

Tls tls_options(const Target& target, const Environment& environment) {
  Tls tls;
  tls.ca_file = target.value("cacert").value_or("");
  tls.insecure = target.has("insecure");
  if (!tls.ca_file.empty() && access(tls.ca_file.c_str(), R_OK) != 0) {
    throw UsageError(fmt::format("--cacert {}: {}", harmless(tls.ca_file), std::strerror(errno)));
  }
  if (tls.ca_file.empty()) {
    tls.ca_file = environment.variable("SSL_CERT_FILE").value_or("");
    tls.ca_directory = environment.variable("SSL_CERT_DIR").value_or("");
  }
  return tls;
}

std::string tls_library() { return fmt::format("OpenSSL {}", OpenSSL_version(OPENSSL_VERSION_STRING)); }

}  // namespace hale
