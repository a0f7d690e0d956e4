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

// A bundle of a distribution has about 140 certificates, and X509_STORE_load_file() parses all of them, which takes
// longer than a whole probe of a server nearby. A chain needs one or two. So this file is an X509_LOOKUP, OpenSSL's
// interface for stores that find certificates on demand (X509_LOOKUP_meth_new(3)). It decodes the PEM text once, finds
// the subject in the DER bytes of each certificate without parsing the rest, and parses only those whose subject is the
// issuer that OpenSSL looks for. What it finds goes into the store, so the next verification finds it there.

struct OpensslFree {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_NAME* name) const { X509_NAME_free(name); }
  void operator()(void* bytes) const { OPENSSL_free(bytes); }
};

/// A certificate of the bundle, parsed as far as needed.
struct Entry {
  std::unique_ptr<unsigned char, OpensslFree> bytes;  ///< DER
  long size = 0;
  std::pair<const unsigned char*, long> subject;     ///< within `bytes`
  std::unique_ptr<X509_NAME, OpensslFree> name{};    ///< parsed when no subject matches byte for byte
  std::unique_ptr<X509, OpensslFree> certificate{};  ///< parsed when it is an issuer that OpenSSL looks for
};

/// The bytes of the subject: Certificate > TBSCertificate > the fifth member after the optional version (RFC 5280,
/// 4.1). Null when `bytes` are not a certificate.
std::pair<const unsigned char*, long> find_subject(const unsigned char* bytes, long size) {
  constexpr int subject_position = 4;  // after serial number, signature, issuer and validity
  constexpr int parse_error = 0x80;
  const unsigned char* end = bytes + size;
  const unsigned char* at = bytes;
  long length = 0;
  int tag = 0;
  int category = 0;
  for (int depth = 0; depth < 2; ++depth) {
    if ((ASN1_get_object(&at, &length, &tag, &category, end - at) & parse_error) != 0) return {};
  }
  for (int position = 0; at < end;) {
    const unsigned char* begin = at;
    if ((ASN1_get_object(&at, &length, &tag, &category, end - at) & parse_error) != 0) return {};
    at += length;
    if (position == subject_position) return {begin, at - begin};
    if (category != V_ASN1_CONTEXT_SPECIFIC) ++position;
  }
  return {};
}

/// Reads the certificates of a PEM file, one after the other.
class PemReader {
 public:
  explicit PemReader(const std::string& path) : file_(BIO_new_file(path.c_str(), "r")) {}
  ~PemReader() { ERR_clear_error(); }
  PemReader(const PemReader&) = delete;
  PemReader& operator=(const PemReader&) = delete;

  bool is_open() const { return file_ != nullptr; }

  /// The next certificate; nothing at the end of the file. Skips keys and whatever else the file has.
  std::optional<Entry> next() {
    char* label = nullptr;
    char* header = nullptr;
    unsigned char* bytes = nullptr;
    long size = 0;
    while (file_ && PEM_read_bio(file_.get(), &label, &header, &bytes, &size) == 1) {
      const std::unique_ptr<char, OpensslFree> label_owner(label);
      const std::unique_ptr<char, OpensslFree> header_owner(header);
      Entry entry{std::unique_ptr<unsigned char, OpensslFree>(bytes), size, find_subject(bytes, size)};
      const bool is_certificate =
          std::strcmp(label, PEM_STRING_X509) == 0 || std::strcmp(label, PEM_STRING_X509_OLD) == 0;
      if (is_certificate && entry.subject.first != nullptr) return entry;
    }
    return std::nullopt;
  }

 private:
  std::unique_ptr<BIO, OpensslFree> file_;
};

/// The certificates of one PEM file, read when the first one is looked up.
class CaBundle {
 public:
  explicit CaBundle(std::string path) : path_(std::move(path)) {}

  /// Adds every certificate with the subject `name` to `store`. Returns one of them, which the bundle keeps, or null.
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
    PemReader reader(path_);
    while (std::optional<Entry> entry = reader.next()) entries_.push_back(std::move(*entry));
  }

  /// Compares the encoded names first, which is cheap, then the parsed ones: the same name may be encoded in several
  /// ways (RFC 5280, 7.1).
  std::vector<Entry*> find(const X509_NAME* name) {
    std::vector<Entry*> matches;
    const unsigned char* bytes = nullptr;
    std::size_t size = 0;
    if (X509_NAME_get0_der(name, &bytes, &size) != 1) return matches;
    for (Entry& entry : entries_) {
      if (std::equal(bytes, bytes + size, entry.subject.first, entry.subject.first + entry.subject.second))
        matches.push_back(&entry);
    }
    if (!matches.empty()) return matches;
    for (Entry& entry : entries_) {
      const unsigned char* subject = entry.subject.first;
      if (!entry.name) entry.name.reset(d2i_X509_NAME(nullptr, &subject, entry.subject.second));
      if (entry.name && X509_NAME_cmp(entry.name.get(), name) == 0) matches.push_back(&entry);
    }
    return matches;
  }

  std::string path_;
  std::vector<Entry> entries_;
  bool was_read_ = false;
};

void free_bundle(X509_LOOKUP* lookup) { delete static_cast<CaBundle*>(X509_LOOKUP_get_method_data(lookup)); }

int get_by_subject(X509_LOOKUP* lookup, X509_LOOKUP_TYPE type, const X509_NAME* name, X509_OBJECT* found) {
  auto* bundle = static_cast<CaBundle*>(X509_LOOKUP_get_method_data(lookup));
  if (type != X509_LU_X509 || bundle == nullptr) return 0;
  X509* certificate = bundle->add_to(X509_LOOKUP_get_store(lookup), name);
  if (certificate == nullptr || X509_OBJECT_set1_X509(found, certificate) != 1) return 0;
  // OpenSSL expects a reference that the store holds and does not release the one that set1 has added.
  X509_free(certificate);
  return 1;
}

X509_LOOKUP_METHOD* lookup_method() {
  static X509_LOOKUP_METHOD* const method = [] {
    X509_LOOKUP_METHOD* created = X509_LOOKUP_meth_new("hale bundle");
    if (created == nullptr) throw std::bad_alloc();
    X509_LOOKUP_meth_set_free(created, free_bundle);
    X509_LOOKUP_meth_set_get_by_subject(created, get_by_subject);
    return created;
  }();
  return method;
}

}  // namespace

void add_ca_bundle(X509_STORE* store, std::string path) {
  X509_LOOKUP* lookup = X509_STORE_add_lookup(store, lookup_method());
  if (lookup == nullptr) throw std::bad_alloc();
  X509_LOOKUP_set_method_data(lookup, new CaBundle(std::move(path)));
}

std::optional<std::string> check_ca_bundle(const std::string& path) {
  errno = 0;
  PemReader reader(path);
  if (!reader.is_open()) return std::generic_category().message(errno);
  if (!reader.next()) return "no certificate found";
  return std::nullopt;
}

}  // namespace hale
