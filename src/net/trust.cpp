#include "net/trust.hpp"

#include <dirent.h>

#include <algorithm>
#include <array>
#include <new>
#include <string_view>

#include <fmt/format.h>
#include <openssl/x509_vfy.h>

#include "core/error.hpp"
#include "net/bundle.hpp"

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

}  // namespace

Issuers find_issuers(const Tls& tls, const std::string& root) {
  if (!tls.ca_file.empty() || !tls.ca_directory.empty()) return {tls.ca_file, tls.ca_directory};
  const auto below = [&](std::string_view path) { return fmt::format("{}{}", root, path); };
  if (is_hashed(below(directory))) return {.directory = below(directory)};
  for (const std::string_view bundle : bundles) {
    if (bundle_trouble(below(bundle)).empty()) return {.file = below(bundle)};
  }
  return {};
}

void* Trust::store(const Tls& tls) {
  std::shared_ptr<void>& kept = stores_[{tls.ca_file, tls.ca_directory}];
  if (kept) return kept.get();
  const Issuers issuers = find_issuers(tls);
  if (issuers.empty())
    throw Unhealthy(fmt::format("no issuers to trust: neither hashed certificates in {} nor any of {}; name a PEM file "
                                "by --cacert or SSL_CERT_FILE",
                                directory, fmt::join(bundles, ", ")),
                    State::unknown);
  if (!tls.ca_file.empty()) {
    if (const std::string trouble = bundle_trouble(tls.ca_file); !trouble.empty())
      throw Unhealthy(fmt::format("the issuers to trust cannot be read: {}: {}", tls.ca_file, trouble), State::unknown);
  }
  std::shared_ptr<X509_STORE> store(X509_STORE_new(), X509_STORE_free);
  if (!store) throw std::bad_alloc();
  if (!issuers.file.empty()) add_bundle(store.get(), issuers.file);
  if (!issuers.directory.empty()) {
    X509_LOOKUP* lookup = X509_STORE_add_lookup(store.get(), X509_LOOKUP_hash_dir());
    if (lookup == nullptr || X509_LOOKUP_add_dir(lookup, issuers.directory.c_str(), X509_FILETYPE_PEM) != 1)
      throw std::bad_alloc();
  }
  kept = store;
  return kept.get();
}

}  // namespace hale
