#include "net/tls/ca_bundle.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>

namespace hale {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_NAME* name) const { X509_NAME_free(name); }
  void operator()(void* bytes) const { OPENSSL_free(bytes); }
};

/// A certificate of the bundle, as far as it had to be read.
struct Entry {
  std::unique_ptr<unsigned char, Free> bytes;  ///< DER
  long size = 0;
  std::pair<const unsigned char*, long> subject;  ///< within `bytes`
  std::unique_ptr<X509_NAME, Free> name{};        ///< made when no subject is the same byte for byte
  std::unique_ptr<X509, Free> certificate{};      ///< made when it was asked for
};

/// Where the subject stands: Certificate > TBSCertificate > the fifth member after the version (RFC 5280, 4.1). Nothing
/// in what is no certificate.
std::pair<const unsigned char*, long> find_subject(const unsigned char* bytes, long size) {
  constexpr int subject_position = 4;  // after serial number, signature, issuer and validity
  constexpr int broken = 0x80;
  const unsigned char* end = bytes + size;
  const unsigned char* at = bytes;
  long length = 0;
  int tag = 0;
  int category = 0;
  for (int depth = 0; depth < 2; ++depth) {
    if ((ASN1_get_object(&at, &length, &tag, &category, end - at) & broken) != 0) return {};
  }
  for (int position = 0; at < end;) {
    const unsigned char* begin = at;
    if ((ASN1_get_object(&at, &length, &tag, &category, end - at) & broken) != 0) return {};
    at += length;
    if (position == subject_position) return {begin, at - begin};
    if (category != V_ASN1_CONTEXT_SPECIFIC) ++position;
  }
  return {};
}

/// Goes through the certificates of a PEM file.
class Reader {
 public:
  explicit Reader(const std::string& path) : file_(BIO_new_file(path.c_str(), "r")) {}
  ~Reader() { ERR_clear_error(); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  bool is_open() const { return file_ != nullptr; }

  std::optional<Entry> next() {
    char* label = nullptr;
    char* header = nullptr;
    unsigned char* bytes = nullptr;
    long size = 0;
    while (file_ && PEM_read_bio(file_.get(), &label, &header, &bytes, &size) == 1) {
      const std::unique_ptr<char, Free> kind(label);
      const std::unique_ptr<char, Free> ignored(header);
      Entry entry{std::unique_ptr<unsigned char, Free>(bytes), size, find_subject(bytes, size)};
      const bool certificate = std::strcmp(label, PEM_STRING_X509) == 0 || std::strcmp(label, PEM_STRING_X509_OLD) == 0;
      if (certificate && entry.subject.first != nullptr) return entry;
    }
    return std::nullopt;
  }

 private:
  std::unique_ptr<BIO, Free> file_;
};

/// The certificates of one PEM file.
class Bundle {
 public:
  explicit Bundle(std::string path) : path_(std::move(path)) {}

  /// Puts every certificate whose subject is `name` into `store`; one of them, which stays the bundle's, or null.
  X509* add_to(X509_STORE* store, const X509_NAME* name) {
    read();
    X509* found = nullptr;
    for (Entry* entry : find(name)) {
      const unsigned char* bytes = entry->bytes.get();
      if (!entry->certificate) entry->certificate.reset(d2i_X509(nullptr, &bytes, entry->size));
      if (entry->certificate && X509_STORE_add_cert(store, entry->certificate.get()) == 1)
        found = entry->certificate.get();
    }
    ERR_clear_error();
    return found;
  }

 private:
  void read() {
    if (std::exchange(was_read_, true)) return;
    Reader reader(path_);
    while (std::optional<Entry> entry = reader.next()) entries_.push_back(std::move(*entry));
  }

  /// By the bytes of the name, which is cheap; else by what they mean, for the same name may be encoded in several ways
  /// (RFC 5280, 7.1).
  std::vector<Entry*> find(const X509_NAME* name) {
    std::vector<Entry*> same;
    const unsigned char* bytes = nullptr;
    std::size_t size = 0;
    if (X509_NAME_get0_der(name, &bytes, &size) != 1) return same;
    for (Entry& entry : entries_) {
      if (std::equal(bytes, bytes + size, entry.subject.first, entry.subject.first + entry.subject.second))
        same.push_back(&entry);
    }
    if (!same.empty()) return same;
    for (Entry& entry : entries_) {
      const unsigned char* subject = entry.subject.first;
      if (!entry.name) entry.name.reset(d2i_X509_NAME(nullptr, &subject, entry.subject.second));
      if (entry.name && X509_NAME_cmp(entry.name.get(), name) == 0) same.push_back(&entry);
    }
    return same;
  }

  std::string path_;
  std::vector<Entry> entries_;
  bool was_read_ = false;
};

void forget(X509_LOOKUP* lookup) { delete static_cast<Bundle*>(X509_LOOKUP_get_method_data(lookup)); }

int by_subject(X509_LOOKUP* lookup, X509_LOOKUP_TYPE type, const X509_NAME* name, X509_OBJECT* found) {
  auto* bundle = static_cast<Bundle*>(X509_LOOKUP_get_method_data(lookup));
  if (type != X509_LU_X509 || bundle == nullptr) return 0;
  X509* certificate = bundle->add_to(X509_LOOKUP_get_store(lookup), name);
  if (certificate == nullptr || X509_OBJECT_set1_X509(found, certificate) != 1) return 0;
  // OpenSSL takes what a look-up finds for the store's own and does not give it back, but set1 has taken a share.
  X509_free(certificate);
  return 1;
}

X509_LOOKUP_METHOD* method() {
  static X509_LOOKUP_METHOD* const bundle_method = [] {
    X509_LOOKUP_METHOD* fresh = X509_LOOKUP_meth_new("hale bundle");
    if (fresh == nullptr) throw std::bad_alloc();
    X509_LOOKUP_meth_set_free(fresh, forget);
    X509_LOOKUP_meth_set_get_by_subject(fresh, by_subject);
    return fresh;
  }();
  return bundle_method;
}

}  // namespace

void add_ca_bundle(void* store, std::string path) {
  X509_LOOKUP* lookup = X509_STORE_add_lookup(static_cast<X509_STORE*>(store), method());
  if (lookup == nullptr) throw std::bad_alloc();
  X509_LOOKUP_set_method_data(lookup, new Bundle(std::move(path)));
}

std::string check_ca_bundle(const std::string& path) {
  errno = 0;
  Reader reader(path);
  if (!reader.is_open()) return std::generic_category().message(errno);
  return reader.next() ? "" : "no certificate in it";
}

}  // namespace hale
