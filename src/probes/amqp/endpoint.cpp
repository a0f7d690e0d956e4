#include "probes/amqp/endpoint.hpp"
#include "probes/common/tls_options.hpp"

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
void read_login(const Url& url, Target& target, AmqpEndpoint& endpoint) {
  const auto given = target.value(amqp_password_option);
  if (given && url.password) throw UsageError("a password in the address and one by --password; write one of them");
  if (given) {
    endpoint.password = Secret(text_or_file(amqp_password_option, *given));
  } else if (url.password) {
    endpoint.password = *url.password;
  } else if (!url.user) {
    endpoint.password = Secret(std::string(guest));
  }
  endpoint.user = url.user.value_or(std::string(guest));
  if (given || url.password) add_secret(target, endpoint.password.reveal());
  if (endpoint.user.empty() || endpoint.password.empty())
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

AmqpEndpoint read_amqp_endpoint(Url& url, Target& target, const Environment& environment) {
  AmqpEndpoint endpoint;
  endpoint.host = url.host;
  endpoint.port = url.port.value_or(amqp_port(url));
  // Also where there is no TLS to speak: a file that is not there is a mistake.
  TlsConfig tls = read_tls_options(target, environment);
  if (tls.server_name.empty()) tls.server_name = url.host;
  if (url.scheme.ends_with("amqps")) endpoint.tls = std::move(tls);
  read_login(url, target, endpoint);
  endpoint.virtual_host = read_virtual_host(url);
  // What clients take there (heartbeat, connection_timeout, ...) is theirs: an application's own address is welcome.
  url.query.clear();
  return endpoint;
}

}  // namespace hale
