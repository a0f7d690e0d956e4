#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hale {

// The methods that hale sends to an AMQP 0-9-1 server, as bytes, and the reasons that a server gives when it refuses
// one. Section numbers are those of amqp0-9-1.pdf.

/// Why a server closes a channel or the connection (1.4.2.9, 1.5.2.5), or returns a message (1.8.3.9).
struct AmqpRefusal {
  static constexpr std::uint16_t no_route = 312;
  static constexpr std::uint16_t access_refused = 403;
  static constexpr std::uint16_t not_found = 404;
  static constexpr std::uint16_t resource_locked = 405;

  std::uint16_t code = 0;
  std::string reason{};  ///< the server's text: "NOT_FOUND - no queue 'jobs' in vhost '/'"; "code 404" without one
};

/// Decodes the arguments of such a method. Throws Unhealthy when they are cut short.
AmqpRefusal read_amqp_refusal(std::string_view arguments);

/// connection.start-ok (1.4.2.2): logs in by PLAIN, and asks the server to give the reason when it refuses the login
/// and to report when it blocks publishing (rabbitmq.com/auth-notification.html, rabbitmq.com/connection-blocked.html).
std::string amqp_start_ok(std::string_view user, std::string_view password);

/// The limits that the two sides negotiate (1.4.2.5, 1.4.2.6).
struct AmqpLimits {
  std::uint16_t channels = 0;    ///< 0 for no limit
  std::uint32_t frame_size = 0;  ///< bytes; above 0
  std::uint16_t heartbeat = 0;   ///< seconds; 0 for none
};

/// The lower of the server's limits in connection.tune and of hale's: a frame of 128 KiB, and a heartbeat at least
/// every 10 seconds unless the server wants none. The heartbeats serve the server: while it blocks publishing it reads
/// nothing, and without them it would not notice that hale is gone until the block ends.
AmqpLimits read_amqp_limits(std::string_view proposal);

/// connection.tune-ok (1.4.2.6).
std::string amqp_tune_ok(const AmqpLimits& limits);

/// connection.open (1.4.2.7).
std::string amqp_open_connection(std::string_view virtual_host);

/// channel.open (1.5.2.1).
std::string amqp_open_channel(std::uint16_t channel);

/// A passive queue.declare (1.7.2.1): it reports the queue's counts and never creates the queue.
std::string amqp_inspect_queue(std::uint16_t channel, std::string_view queue);

/// Declares a queue that the server names, that is exclusive to this connection, and that the server deletes with it.
std::string amqp_declare_reply_queue(std::uint16_t channel);

/// basic.consume of `queue` without acknowledgements (1.8.3.3).
std::string amqp_consume(std::uint16_t channel, std::string_view queue);

/// Publishes a text as mandatory: the server returns it when no queue receives it (1.8.3.7). Splits it into frames of
/// at most `max_frame_size` bytes.
std::string amqp_publish(std::uint16_t channel, std::string_view exchange, std::string_view content_type,
                         std::string_view body, std::uint32_t max_frame_size);

/// The beginning of a message that is never completed. It makes a server with an alarm report it: RabbitMQ blocks a
/// connection at its first basic.publish. As the message has no end, the server never routes, stores or counts it, and
/// never checks a permission for it.
std::string amqp_begin_message(std::uint16_t channel);

/// connection.close with the code for success (1.4.2.9).
std::string amqp_close();

}  // namespace hale
