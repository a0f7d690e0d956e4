#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace hale::testing {

/// A certificate and its private key, both as PEM text.
struct Certificate {
  std::string certificate;
  std::string key;
};

/// How a fake TLS server treats its clients.
struct TlsServerOptions {
  int max_version = 0;  ///< the newest version it supports, as on the wire: 0x0303 is TLS 1.2; 0 for OpenSSL's newest
  std::string client_ca{};  ///< PEM: requests a client certificate signed by this CA; empty to request none
  bool accept_without_certificate = false;  ///< requests a client certificate, but accepts clients without one
};

/// When a certificate is valid, counted from now.
struct Validity {
  std::chrono::hours begin{-24};
  std::chrono::hours end{24 * 90};
};

inline constexpr Validity expired_yesterday{std::chrono::hours(-24 * 30), std::chrono::hours(-24)};

/// A certificate authority for one test.
class CertificateAuthority {
 public:
  explicit CertificateAuthority(const std::string& name = "hale throw-away CA");
  ~CertificateAuthority();
  CertificateAuthority(const CertificateAuthority&) = delete;
  CertificateAuthority& operator=(const CertificateAuthority&) = delete;

  /// The CA's own certificate as PEM, as --cacert expects it.
  std::string certificate() const;

  /// A certificate for a server or a client. `names` are DNS names or IP addresses; the first is also the common name.
  Certificate issue(const std::vector<std::string>& names, Validity validity = {}) const;

 private:
  struct Keys;
  std::unique_ptr<Keys> keys_;
};

/// A server certificate signed with its own key.
Certificate self_signed(const std::vector<std::string>& names, Validity validity = {});

}  // namespace hale::testing
