#pragma once

#include <array>
#include <optional>

#include "core/kind.hpp"
#include "core/observation.hpp"
#include "net/tls/session.hpp"

namespace hale {

// The metrics and facts of every kind with TLS. For a verified certificate the days have default ranges, a warning
// below 30 and critical below 14, which the user's ranges replace.
inline constexpr NameSpec cert_days_metric{
    .name = "cert_days",
    .meaning = "days until the certificate expires; if verified, warning below 30 and critical below 14 by default"};
inline constexpr NameSpec chain_days_metric{
    .name = "chain_days",
    .meaning = "days until the first certificate of the verified chain expires; the same default ranges"};
inline constexpr NameSpec subject_fact{.name = "subject", .meaning = "the subject of the certificate"};
inline constexpr NameSpec issuer_fact{.name = "issuer", .meaning = "the issuer of the certificate"};
inline constexpr NameSpec names_fact{.name = "names",
                                     .meaning = "the DNS names and addresses that the certificate is valid for"};
inline constexpr NameSpec protocol_fact{.name = "protocol", .meaning = "the negotiated TLS version, such as TLSv1.3"};
inline constexpr NameSpec cipher_fact{.name = "cipher", .meaning = "the negotiated cipher"};

inline constexpr std::array tls_metrics{cert_days_metric, chain_days_metric};
inline constexpr std::array tls_facts{subject_fact, issuer_fact, names_fact, protocol_fact, cipher_fact};

/// Adds `tls_metrics` and `tls_facts` to `observation`; nothing without a session (no TLS, or no certificate).
void record_tls(const std::optional<TlsSession>& session, Observation& observation);

}  // namespace hale
