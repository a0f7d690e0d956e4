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

/// What a TLS server demands of its clients.
struct TlsDemands {
  int newest_version = 0;   ///< that the server speaks, as on the wire: 0x0303 is TLS 1.2; 0 for OpenSSL's newest
  std::string client_ca{};  ///< PEM: a client must show a certificate that it signed; empty when none is asked for
  bool in_vain = false;  ///< it asks for the certificate, and takes clients without one all the same, and says nothing
};

/// When a certificate holds, counted from now.
struct Validity {
  std::chrono::hours begin{-24};
  std::chrono::hours end{24 * 90};
};

inline constexpr Validity expired_yesterday{std::chrono::hours(-24 * 30), std::chrono::hours(-24)};

/// A certificate authority that lives as long as the test.
class CertificateAuthority {
 public:
  explicit CertificateAuthority(const std::string& name = "hale throw-away CA");
  ~CertificateAuthority();
  CertificateAuthority(const CertificateAuthority&) = delete;
  CertificateAuthority& operator=(const CertificateAuthority&) = delete;

  /// The CA's own certificate as PEM: what --cacert takes.
  std::string certificate() const;

  /// A certificate, of a server or a client, for `names`, each a DNS name or an IP address; the first is also the
  /// common name.
  Certificate issue(const std::vector<std::string>& names, Validity validity = {}) const;

 private:
  struct Keys;
  std::unique_ptr<Keys> keys_;
};

/// A server certificate that no authority signed but its own key.
Certificate self_signed(const std::vector<std::string>& names, Validity validity = {});

}  // namespace hale::testing
