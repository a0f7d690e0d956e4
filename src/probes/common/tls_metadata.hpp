#pragma once

#include <array>
#include <optional>

#include "core/kind.hpp"
#include "core/observation.hpp"
#include "net/tls/session.hpp"

namespace hale {

// What every kind tells of the server's certificate. Its own warning below 30 days and critical below 14 hold for a
// certificate that was verified, unless the user sets ranges.
inline constexpr NameSpec cert_days_metric{"cert_days",
                                           "days until the certificate runs out; of a verified one warning below 30 "
                                           "and critical below 14 unless set otherwise"};
inline constexpr NameSpec chain_days_metric{
    "chain_days", "days until the first certificate of the verified chain runs out; the same ranges"};
inline constexpr NameSpec subject_fact{"subject", "whom the certificate is for"};
inline constexpr NameSpec issuer_fact{"issuer", "who signed the certificate"};
inline constexpr NameSpec names_fact{"names", "the names and addresses that the certificate is for"};
inline constexpr NameSpec protocol_fact{"protocol", "the TLS version agreed on, such as TLSv1.3"};
inline constexpr NameSpec cipher_fact{"cipher", "the cipher agreed on"};

inline constexpr std::array tls_metrics{cert_days_metric, chain_days_metric};
inline constexpr std::array tls_facts{subject_fact, issuer_fact, names_fact, protocol_fact, cipher_fact};

/// Adds those metrics and facts; nothing for a connection without TLS.
void record_tls(const std::optional<TlsSession>& session, Observation& observation);

}  // namespace hale
