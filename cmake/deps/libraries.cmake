# The libraries of a static hale that distributions do not always have as suitable static archives.
# hale_library(<name> <display name> MODULE <pkg-config module> TRY <header> <expression>
#   PACKAGES <Debian source packages, newest first> URL <upstream archive> SHA256 <its checksum>)
# Directories and archives in HALE_DEPS_DIR start with <name>. The archive of the system is suitable if a static program with TRY links.
set(hale_library_names)
macro(hale_library name display)
  cmake_parse_arguments(hale_${name} "" "MODULE;URL;SHA256" "TRY;PACKAGES" ${ARGN})
  set(hale_${name}_display ${display})
  set(hale_${name}_module ${hale_${name}_MODULE})
  set(hale_${name}_try "${hale_${name}_TRY}")
  set(hale_${name}_packages ${hale_${name}_PACKAGES})
  set(hale_${name}_url ${hale_${name}_URL})
  set(hale_${name}_sha256 ${hale_${name}_SHA256})
  list(APPEND hale_library_names ${name})
endmacro()

hale_library(openssl OpenSSL MODULE openssl TRY openssl/ssl.h "SSL_CTX_new(TLS_client_method())"
  PACKAGES openssl
  URL https://github.com/openssl/openssl/releases/download/openssl-3.5.7/openssl-3.5.7.tar.gz
  SHA256 a8c0d28a529ca480f9f36cf5792e2cd21984552a3c8e4aa11a24aa31aeac98e8)
hale_library(nghttp2 nghttp2 MODULE libnghttp2 TRY nghttp2/nghttp2.h "nghttp2_version(0)"
  PACKAGES nghttp2
  URL https://github.com/nghttp2/nghttp2/releases/download/v1.64.0/nghttp2-1.64.0.tar.gz
  SHA256 20e73f3cf9db3f05988996ac8b3a99ed529f4565ca91a49eb0550498e10621e8)
hale_library(pcre2 PCRE2 MODULE libpcre2-8 TRY pcre2.h "pcre2_match_data_create(1, nullptr)"
  PACKAGES pcre2
  URL https://github.com/PCRE2Project/pcre2/releases/download/pcre2-10.46/pcre2-10.46.tar.bz2
  SHA256 15fbc5aba6beee0b17aecb04602ae39432393aba1ebd8e39b7cabf7db883299f)
hale_library(curl libcurl MODULE libcurl TRY curl/curl.h "curl_easy_init()"
  PACKAGES curl
  URL https://curl.se/download/curl-8.14.1.tar.gz
  SHA256 6766ada7101d292b42b8b15681120acd68effa4a9660935853cf6d61f0d984d4)
hale_library(postgresql libpq MODULE libpq TRY libpq-fe.h "PQconnectStart(\"\")"
  PACKAGES postgresql-17 postgresql-15
  URL https://ftp.postgresql.org/pub/source/v17.11/postgresql-17.11.tar.bz2
  SHA256 dd27f2b3c59e73ed14aa3324901242bf69a032a6347805f274e6260322d42979)
# Most systems have fmt only as a shared library and headers. The header-only version doubles the compile time of hale.
hale_library(fmt fmt MODULE fmt TRY fmt/format.h "fmt::to_string(1).size()"
  PACKAGES fmtlib
  URL https://github.com/fmtlib/fmt/archive/9.1.0.tar.gz
  SHA256 5dea48d1fcddc3ec571ce2058e13910a0d4a6bab4cc09a809d8b1dd1c88ae6f2)
