#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hale {

// What hale says to an AMQP 0-9-1 server, and why the server refuses. Sections are those of amqp0-9-1.pdf.

/// Why the server closes a channel or the connection (1.4.2.9, 1.5.2.5), or returns a message (1.8.3.9).
struct AmqpRefusal {
  static constexpr std::uint16_t no_route = 312;
  static constexpr std::uint16_t access_refused = 403;
  static constexpr std::uint16_t not_found = 404;
  static constexpr std::uint16_t resource_locked = 405;

  std::uint16_t code = 0;
  std::string words{};  ///< the server's own: "NOT_FOUND - no queue 'jobs' in vhost '/'"
};

/// Reads the arguments of such a method.
AmqpRefusal read_amqp_refusal(std::string_view arguments);

/// Logs in by PLAIN, says who we are, and that we want to be told why we are refused and when nobody may publish.
std::string amqp_login(std::string_view user, std::string_view password);

/// What two sides agree on (1.4.2.6).
struct AmqpLimits {
  std::uint16_t channels = 0;    ///< 0 for no limit
  std::uint32_t frame_size = 0;  ///< above 0
  std::uint16_t heartbeat = 0;   ///< seconds; 0 for none
};

/// The server's proposal within our own limits: a frame of 128 KiB, and a heartbeat at least every 10 seconds unless it
/// wants none. Heartbeats are for the server's sake: one that lets nobody publish reads nothing, and would keep our
/// connection for as long as that lasts if it did not notice by them that we are gone.
AmqpLimits read_amqp_limits(std::string_view proposal);

std::string amqp_agreement(const AmqpLimits& limits);

std::string amqp_open(std::string_view virtual_host);

std::string amqp_open_channel(std::uint16_t channel);

/// Declares a queue passively: it is looked at and not made (1.7.2.1).
std::string amqp_look_at(std::uint16_t channel, std::string_view queue);

/// Declares a queue of the server's naming that is exclusive to the connection and goes with it.
std::string amqp_declare_own(std::uint16_t channel);

/// Consumes `queue` without acknowledgements (1.8.3.3).
std::string amqp_consume(std::uint16_t channel, std::string_view queue);

/// Publishes a text that is to come back when it goes nowhere (1.8.3.7), in frames of at most `frame_most` bytes.
std::string amqp_publish(std::uint16_t channel, std::string_view exchange, std::string_view content_type,
                         std::string_view body, std::uint32_t frame_most);

/// The beginning of a message to nobody, whose end is never said. A server with an alarm blocks who begins one; as none
/// is ever whole, nothing is routed, stored, counted or refused for want of a permission.
std::string amqp_begin_message(std::uint16_t channel);

std::string amqp_goodbye();

}  // namespace hale
