#include "net/tls/config.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace hale {

std::string tls_library() { return fmt::format("OpenSSL {}", OpenSSL_version(OPENSSL_VERSION_STRING)); }

void prepare_openssl() {
  // Registering all ciphers by name takes longer than everything else that an http:// target needs of OpenSSL. Only
  // keys encrypted in the old format (RFC 1421) are looked up by these names, and the four below cover them.
  static const bool prepared =
      OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ADD_ALL_CIPHERS, nullptr) == 1 &&
      EVP_add_cipher(EVP_aes_128_cbc()) == 1 && EVP_add_cipher(EVP_aes_192_cbc()) == 1 &&
      EVP_add_cipher(EVP_aes_256_cbc()) == 1 && EVP_add_cipher(EVP_des_ede3_cbc()) == 1;
  static_cast<void>(prepared);
}

}  // namespace hale
