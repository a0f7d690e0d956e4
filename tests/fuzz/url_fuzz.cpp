#include "core/url.hpp"

#include "base/text.hpp"
#include "tests/fuzz/fuzz.hpp"

void hale::fuzz::fuzz_one(std::string_view text) {
  check(url_scheme(text) == lower(url_scheme(text)));
  const Url url = parse_url(text, "http");
  check(!url.port || *url.port > 0);
  check(url.path.empty() || url.path.front() == '/');
  check(url.host.find('\0') == std::string::npos);
  url.parameter("name");
  check(url.shown(80).starts_with(url.scheme + "://"));
}
