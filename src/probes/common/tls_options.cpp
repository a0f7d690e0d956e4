#include "probes/common/tls_options.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/environment.hpp"
#include "core/error.hpp"
#include "core/target.hpp"
#include "net/tls/context.hpp"

namespace hale {
namespace {

void check_readable(std::string_view option, const std::string& file) {
  if (access(file.c_str(), R_OK) != 0)
    throw UsageError(fmt::format("--{} {}: {}", option, sanitize(file), std::strerror(errno)));
}

std::string read_server_name(const Target& target) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:";
  const auto name = target.value("server-name");
  if (!name) return "";
  if (name->empty()) throw UsageError("--server-name is empty; use the name in the certificate");
  if (name->find_first_not_of(allowed) != std::string_view::npos)
    throw UsageError(fmt::format("--server-name {}: not a server name; use one such as db.example", sanitize(*name)));
  return std::string(*name);
}

void read_client_certificate(const Target& target, TlsConfig& tls) {
  tls.cert_file = target.value("cert").value_or("");
  tls.key_file = target.value("key").value_or(tls.cert_file);
  if (tls.cert_file.empty()) {
    if (target.has("key")) throw UsageError("--key requires --cert FILE");
    return;
  }
  check_readable("cert", tls.cert_file);
  check_readable("key", tls.key_file);
  if (const auto error = check_client_certificate(tls)) throw UsageError(*error);
}

}  // namespace

TlsConfig read_tls_options(const Target& target, const Environment& environment) {
  TlsConfig tls;
  tls.server_name = read_server_name(target);
  tls.ca_file = target.value("cacert").value_or("");
  tls.insecure = target.has("insecure");
  if (target.value("tls-min") == "1.3") tls.oldest_version = tls_1_3;
  if (!tls.ca_file.empty()) check_readable("cacert", tls.ca_file);
  read_client_certificate(target, tls);
  if (tls.ca_file.empty()) {
    tls.ca_file = environment.variable("SSL_CERT_FILE").value_or("");
    tls.ca_directory = environment.variable("SSL_CERT_DIR").value_or("");
  }
  return tls;
}

}  // namespace hale
