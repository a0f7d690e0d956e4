#include "probes/amqp/endpoint.hpp"
#include "probes/common/tls_options.hpp"

#include <fmt/format.h>

#include "base/encoding.hpp"
#include "core/environment.hpp"
#include "core/error.hpp"
#include "probes/common/endpoint.hpp"
#include "probes/common/option_file.hpp"

namespace hale {

extern const Kind amqp_kind;

namespace {

constexpr std::string_view guest = "guest";
constexpr std::size_t max_name_size = 255;

/// The password of --password or of the address: with @FILE, an application keeps it out of the command line.
void read_login(const Url& url, Target& target, AmqpEndpoint& endpoint) {
  const auto option = target.value(amqp_password_option);
  if (option && url.password) throw UsageError("the address and --password both have a password; use one of them");
  if (option) {
    endpoint.password = Secret(text_or_file(amqp_password_option, *option));
  } else if (url.password) {
    endpoint.password = *url.password;
  } else if (!url.user) {
    endpoint.password = Secret(std::string(guest));
  }
  endpoint.user = url.user.value_or(std::string(guest));
  if (option || url.password) add_secret(target, endpoint.password.reveal());
  if (endpoint.user.empty() || endpoint.password.empty())
    throw UsageError("an AMQP login needs a user and a password; use USER:PASSWORD@HOST");
}

std::string read_virtual_host(const Url& url) {
  const std::string name = url.path.empty() ? "" : percent_decode(std::string_view(url.path).substr(1));
  if (name.size() > max_name_size)
    throw UsageError(fmt::format("the name of a virtual host has at most {} bytes", max_name_size));
  return name.empty() ? "/" : name;
}

}  // namespace

AmqpEndpoint read_amqp_endpoint(Url& url, Target& target, const Environment& environment) {
  AmqpEndpoint endpoint;
  endpoint.host = url.host;
  endpoint.port = port_of(url, amqp_kind);
  // Also without TLS: a file that does not exist is a mistake.
  TlsConfig tls = read_tls_options(target, environment);
  if (tls.server_name.empty()) tls.server_name = url.host;
  if (url.scheme == "amqps") endpoint.tls = std::move(tls);
  read_login(url, target, endpoint);
  endpoint.virtual_host = read_virtual_host(url);
  // heartbeat, connection_timeout and so on are for other clients: the address of an application works as it is.
  url.query.clear();
  return endpoint;
}

}  // namespace hale
