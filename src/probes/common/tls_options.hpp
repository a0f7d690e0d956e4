#pragma once

#include <array>

#include "core/kind.hpp"
#include "core/option.hpp"
#include "net/tls/config.hpp"

namespace hale {

struct Environment;
struct Target;

// TLS options, one row each. Kinds that hand some of them to a library splice in single rows.
inline constexpr OptionSpec cacert_option{
    .name = "cacert", .value = "FILE", .meaning = "trust the issuers in FILE (PEM) instead of the system's"};
inline constexpr OptionSpec insecure_option{
    .name = "insecure", .value = "", .meaning = "do not verify the server's certificate"};
inline constexpr OptionSpec cert_option{
    .name = "cert", .value = "FILE", .meaning = "use the client certificate in FILE (PEM, followed by its chain)"};
inline constexpr OptionSpec key_option{
    .name = "key", .value = "FILE", .meaning = "the private key of --cert (PEM), unless it is in the same file"};
inline constexpr OptionSpec tls_min_option{
    .name = "tls-min", .value = "VERSION", .meaning = "the oldest TLS version to accept (1.2)", .choices = "1.2|1.3"};
inline constexpr OptionSpec server_name_option{
    .name = "server-name",
    .value = "NAME",
    .meaning = "the name to send (SNI) and to look for in the certificate, instead of the host"};

/// The options that every kind with TLS has.
inline constexpr std::array tls_options{cacert_option, insecure_option, cert_option,
                                        key_option,    tls_min_option,  server_name_option};

/// The environment variables that read_tls_options() reads.
inline constexpr auto tls_environment = std::to_array<VariableSpec>({
    {.name = "SSL_CERT_FILE",
     .meaning = "a PEM file of issuers to trust instead of the system's; --cacert comes first"},
    {.name = "SSL_CERT_DIR",
     .meaning = "a hashed directory of issuers to trust instead of the system's; --cacert comes first"},
});

/// Reads `tls_options` and `tls_environment`; the options have precedence. `server_name` stays empty without
/// --server-name. Throws UsageError for a file that cannot be read, a certificate or key that cannot be used, and a key
/// that does not belong to the certificate.
TlsConfig read_tls_options(const Target& target, const Environment& environment);

}  // namespace hale
