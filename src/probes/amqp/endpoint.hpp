#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

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
  std::optional<TlsConfig> tls{};  ///< nothing for amqp://
  std::string user{};
  Secret password{};
  std::string virtual_host{};
};

/// The default ports (IANA).
inline constexpr std::uint16_t amqp_port = 5672;
inline constexpr std::uint16_t amqps_port = 5671;

inline constexpr std::string_view amqp_password_option = "password";

/// Reads `url`, amqp[s]://[USER:PASSWORD@]HOST[:PORT][/VHOST] (rabbitmq.com/uri-spec.html), and the target's options.
/// Notes the target's secrets, and clears the query of `url`, which applications use for settings of their own. No
/// path,
/// "/", "//" and "/%2F" all are the virtual host "/". Without a user the login is guest's, as in every client. Throws
/// UsageError.
AmqpEndpoint read_amqp_endpoint(Url& url, Target& target, const Environment& environment);

}  // namespace hale
