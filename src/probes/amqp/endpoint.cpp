#include "probes/amqp/endpoint.hpp"

#include <fmt/format.h>

#include "core/environment.hpp"
#include "core/error.hpp"
#include "probes/common/endpoint.hpp"
#include "probes/common/option_file.hpp"

namespace hale {
namespace {

constexpr std::string_view guest = "guest";
constexpr std::size_t name_most = 255;

/// The application's own password may stand in a file, which the address then leaves out.
void read_login(const Url& url, Target& target, AmqpPlace& place) {
  const auto given = target.value(amqp_password_option);
  if (given && url.password) throw UsageError("a password in the address and one by --password; write one of them");
  if (given) {
    place.password = Secret(text_or_file(amqp_password_option, *given));
  } else if (url.password) {
    place.password = *url.password;
  } else if (!url.user) {
    place.password = Secret(std::string(guest));
  }
  place.user = url.user.value_or(std::string(guest));
  if (given || url.password) keep_secret(target, place.password.reveal());
  if (place.user.empty() || place.password.empty())
    throw UsageError("an AMQP login is a user and a password; write USER:PASSWORD@HOST");
}

std::string read_virtual_host(const Url& url) {
  const std::string name = url.path.empty() ? "" : percent_decode(std::string_view(url.path).substr(1));
  if (name.size() > name_most)
    throw UsageError(fmt::format("the name of a virtual host has {} bytes at most", name_most));
  return name.empty() ? "/" : name;
}

}  // namespace

std::uint16_t amqp_port(const Url& url) {
  constexpr std::uint16_t within_tls = 5671;
  return url.scheme.ends_with("amqps") ? within_tls : amqp_plain_port;
}

AmqpPlace read_amqp_place(Url& url, Target& target, const Environment& environment) {
  AmqpPlace place;
  place.host = url.host;
  place.port = url.port.value_or(amqp_port(url));
  // Also where there is no TLS to speak: a file that is not there is a mistake.
  Tls tls = tls_options(target, environment);
  if (tls.server_name.empty()) tls.server_name = url.host;
  if (url.scheme.ends_with("amqps")) place.tls = std::move(tls);
  read_login(url, target, place);
  place.virtual_host = read_virtual_host(url);
  // What clients take there (heartbeat, connection_timeout, ...) is theirs: an application's own address is welcome.
  url.query.clear();
  return place;
}

}  // namespace hale
