#include "core/url.hpp"

#include "base/text.hpp"
#include "tests/fuzz/fuzz.hpp"

void hale::fuzz::look_at(std::string_view text) {
  hold(url_scheme(text) == lower(url_scheme(text)));
  const Url url = parse_url(text, "http");
  hold(!url.port || *url.port > 0);
  hold(url.path.empty() || url.path.front() == '/');
  hold(url.host.find('\0') == std::string::npos);
  url.parameter("name");
  hold(url.shown(80).starts_with(url.scheme + "://"));
}
