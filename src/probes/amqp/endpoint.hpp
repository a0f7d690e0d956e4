#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/secret.hpp"
#include "core/url.hpp"
#include "net/tls/config.hpp"

namespace hale {

struct Environment;
struct Target;

/// Where an AMQP server is, and how to log in to it.
struct AmqpEndpoint {
  std::string host{};
  std::uint16_t port = 0;
  std::optional<TlsConfig> tls{};
  std::string user{};
  Secret password{};
  std::string virtual_host{};
};

inline constexpr std::uint16_t amqp_plain_port = 5672;
inline constexpr std::string_view amqp_password_option = "password";

/// Reads `url`, which is amqp[s]://[USER:PASSWORD@]HOST[:PORT][/VHOST] (rabbitmq.com/uri-spec.html), and the target's
/// options, notes its secrets and makes of `url` what may be shown. No path and "/" alone are the virtual host "/", and
/// so are "//" and "/%2F"; no user is guest, as every client has it. Throws UsageError.
AmqpEndpoint read_amqp_endpoint(Url& url, Target& target, const Environment& environment);

/// The port of amqps, or that of amqp.
std::uint16_t amqp_port(const Url& url);

}  // namespace hale
