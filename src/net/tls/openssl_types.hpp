#pragma once

// OpenSSL's own types, declared as its headers declare them. Headers that only pass a pointer on include this file, so
// that OpenSSL's headers, which are slow to compile, stay in the few files that use them.
using SSL = struct ssl_st;
using SSL_CTX = struct ssl_ctx_st;
using X509_STORE = struct x509_store_st;
using X509_STORE_CTX = struct x509_store_ctx_st;
