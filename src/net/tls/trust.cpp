#include "net/tls/trust.hpp"

#include <dirent.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <string_view>

#include <fmt/format.h>
#include <openssl/ssl.h>

#include "net/tls/ca_bundle.hpp"

namespace hale {
namespace {

constexpr std::string_view system_directory = "/etc/ssl/certs";

// Debian, Ubuntu, Arch, distroless; Alpine; Fedora and RHEL; openSUSE; RHEL's real path of the third.
constexpr auto system_bundles = std::to_array<std::string_view>({
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/ssl/cert.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
});

/// "002c0b4f.0": the hash of a subject, and a number (openssl-rehash(1)).
bool is_hashed_name(std::string_view name) {
  constexpr std::size_t hash_size = 8;
  constexpr std::string_view hexadecimal = "0123456789abcdef";
  return name.size() > hash_size + 1 && name.find_first_not_of(hexadecimal) == hash_size && name[hash_size] == '.';
}

bool is_hashed_directory(const std::string& path) {
  struct Close {
    void operator()(DIR* directory) const { closedir(directory); }
  };
  const std::unique_ptr<DIR, Close> directory(opendir(path.c_str()));
  while (const dirent* entry = directory ? readdir(directory.get()) : nullptr) {
    if (is_hashed_name(entry->d_name)) return true;
  }
  return false;
}

std::optional<std::string> check_issuers(const Issuers& issuers) {
  if (issuers.empty())
    return fmt::format(
        "no trusted issuers found; use --cacert FILE or set SSL_CERT_FILE; the system has no hashed certificates in {} "
        "and none of the files {}",
        system_directory, fmt::join(system_bundles, ", "));
  if (issuers.file.empty()) return std::nullopt;
  const auto error = check_ca_bundle(issuers.file);
  if (!error) return std::nullopt;
  return fmt::format("cannot read the trusted issuers: {}: {}", issuers.file, *error);
}

std::shared_ptr<X509_STORE> make_store(const Issuers& issuers) {
  std::shared_ptr<X509_STORE> store(X509_STORE_new(), X509_STORE_free);
  if (!store) throw std::bad_alloc();
  // A self-signed certificate, or an intermediate, that the user names by --cacert is trusted without its issuer.
  X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
  if (!issuers.file.empty()) add_ca_bundle(store.get(), issuers.file);
  if (issuers.directory.empty()) return store;
  X509_LOOKUP* lookup = X509_STORE_add_lookup(store.get(), X509_LOOKUP_hash_dir());
  if (lookup == nullptr || X509_LOOKUP_add_dir(lookup, issuers.directory.c_str(), X509_FILETYPE_PEM) != 1)
    throw std::bad_alloc();
  return store;
}

}  // namespace

std::string find_ca_bundle(const TlsConfig& tls, const std::string& root) {
  if (!tls.ca_file.empty()) return tls.ca_file;
  for (const std::string_view bundle : system_bundles) {
    std::string path = fmt::format("{}{}", root, bundle);
    if (!check_ca_bundle(path)) return path;
  }
  return "";
}

Issuers find_issuers(const TlsConfig& tls, const std::string& root) {
  if (!tls.ca_file.empty() || !tls.ca_directory.empty()) return {tls.ca_file, tls.ca_directory};
  const std::string hashed = fmt::format("{}{}", root, system_directory);
  return is_hashed_directory(hashed) ? Issuers{.directory = hashed} : Issuers{.file = find_ca_bundle(tls, root)};
}

std::optional<std::string> TrustStores::apply(SSL_CTX* context, const TlsConfig& tls) {
  std::shared_ptr<X509_STORE>& store = stores_[{tls.ca_file, tls.ca_directory}];
  if (!store) {
    const Issuers issuers = find_issuers(tls);
    if (auto error = check_issuers(issuers)) return error;
    store = make_store(issuers);
  }
  SSL_CTX_set1_cert_store(context, store.get());
  return std::nullopt;
}

}  // namespace hale
