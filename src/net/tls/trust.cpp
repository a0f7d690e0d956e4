#include "net/tls/trust.hpp"

#include <dirent.h>

#include <algorithm>
#include <array>
#include <new>
#include <string_view>

#include <fmt/format.h>
#include <openssl/ssl.h>

#include "net/tls/ca_bundle.hpp"

namespace hale {
namespace {

constexpr std::string_view directory = "/etc/ssl/certs";

// Debian, Ubuntu, Arch, distroless; Alpine; Fedora and RHEL; openSUSE; RHEL by its own name.
constexpr std::array<std::string_view, 5> bundles{
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/ssl/cert.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
};

/// "002c0b4f.0": the hash of a subject, and a number.
bool is_hashed_name(std::string_view name) {
  constexpr std::size_t hash_size = 8;
  constexpr std::string_view hexadecimal = "0123456789abcdef";
  return name.size() > hash_size + 1 && name.find_first_not_of(hexadecimal) == hash_size && name[hash_size] == '.';
}

bool is_hashed(const std::string& path) {
  struct Close {
    void operator()(DIR* open) const { closedir(open); }
  };
  const std::unique_ptr<DIR, Close> folder(opendir(path.c_str()));
  while (const dirent* entry = folder ? readdir(folder.get()) : nullptr) {
    if (is_hashed_name(entry->d_name)) return true;
  }
  return false;
}

std::string trouble_of(const Issuers& issuers) {
  if (issuers.empty())
    return fmt::format(
        "no issuers to trust; name a PEM file by --cacert or SSL_CERT_FILE, for there are neither hashed "
        "certificates in {} nor any of {}",
        directory, fmt::join(bundles, ", "));
  const std::string trouble = issuers.file.empty() ? "" : check_ca_bundle(issuers.file);
  return trouble.empty() ? "" : fmt::format("the issuers to trust cannot be read: {}: {}", issuers.file, trouble);
}

std::shared_ptr<X509_STORE> make_store(const Issuers& issuers) {
  std::shared_ptr<X509_STORE> store(X509_STORE_new(), X509_STORE_free);
  if (!store) throw std::bad_alloc();
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
  for (const std::string_view bundle : bundles) {
    std::string path = fmt::format("{}{}", root, bundle);
    if (check_ca_bundle(path).empty()) return path;
  }
  return "";
}

Issuers find_issuers(const TlsConfig& tls, const std::string& root) {
  if (!tls.ca_file.empty() || !tls.ca_directory.empty()) return {tls.ca_file, tls.ca_directory};
  const std::string hashed = fmt::format("{}{}", root, directory);
  return is_hashed(hashed) ? Issuers{.directory = hashed} : Issuers{.file = find_ca_bundle(tls, root)};
}

std::string TrustStores::give(void* ssl_context, const TlsConfig& tls) {
  std::shared_ptr<void>& store = stores_[{tls.ca_file, tls.ca_directory}];
  if (!store) {
    const Issuers issuers = find_issuers(tls);
    if (std::string trouble = trouble_of(issuers); !trouble.empty()) return trouble;
    store = make_store(issuers);
  }
  SSL_CTX_set1_cert_store(static_cast<SSL_CTX*>(ssl_context), static_cast<X509_STORE*>(store.get()));
  return "";
}

}  // namespace hale
