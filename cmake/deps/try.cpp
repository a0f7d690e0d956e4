// Whether the system's archives make a static program; see hale_try_system_archives.
#include <curl/curl.h>
#include <libpq-fe.h>
#include <openssl/ssl.h>

int main() {
  curl_easy_init();
  PQconnectStart("");
  SSL_CTX_new(TLS_client_method());
}
