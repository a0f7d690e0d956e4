#include "probes/amqp/methods.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/version.hpp"
#include "probes/amqp/wire.hpp"

namespace hale {
namespace {

// The flags of basic.publish, queue.declare and basic.consume, each the bit at its place among them (4.2.5.2).
constexpr std::uint64_t mandatory = 1;
constexpr std::uint64_t passive = 1;
constexpr std::uint64_t exclusive = 4;
constexpr std::uint64_t auto_delete = 8;
constexpr std::uint64_t no_acknowledgement = 2;

// Arguments that are reserved, or that hale leaves empty.
std::string reserved_ticket() { return amqp_number(0, 2); }
std::string empty_string() { return amqp_short_string(""); }
std::string empty_table() { return amqp_long_string(""); }
std::string flags(std::uint64_t bits) { return amqp_number(bits, 1); }

}  // namespace

AmqpRefusal read_amqp_refusal(std::string_view arguments) {
  AmqpDecoder decoder(arguments);
  const auto code = static_cast<std::uint16_t>(decoder.number(2));
  std::string reason = decoder.short_string();
  return {code, reason.empty() ? fmt::format("code {}", code) : std::move(reason)};
}

std::string amqp_start_ok(std::string_view user, std::string_view password) {
  const std::string capabilities = amqp_boolean_entry("authentication_failure_close", true) +
                                   amqp_boolean_entry("connection.blocked", true) +
                                   amqp_boolean_entry("consumer_cancel_notify", true);
  const std::string client_properties = amqp_string_entry("product", "hale") + amqp_string_entry("version", version()) +
                                        amqp_string_entry("connection_name", "hale") +
                                        amqp_table_entry("capabilities", capabilities);
  const std::string credentials = fmt::format("{0}{1}{0}{2}", '\0', user, password);
  return amqp_method(0, AmqpMethod::connection_start_ok,
                     amqp_long_string(client_properties) + amqp_short_string("PLAIN") + amqp_long_string(credentials) +
                         amqp_short_string("en_US"));
}

AmqpLimits read_amqp_limits(std::string_view proposal) {
  constexpr std::uint16_t max_heartbeat = 10;
  AmqpDecoder decoder(proposal);
  AmqpLimits limits;
  limits.channels = static_cast<std::uint16_t>(decoder.number(2));
  const auto frame_size = static_cast<std::uint32_t>(decoder.number(4));
  limits.frame_size = frame_size == 0 ? max_amqp_frame_size : std::min(frame_size, max_amqp_frame_size);
  limits.heartbeat = std::min(static_cast<std::uint16_t>(decoder.number(2)), max_heartbeat);
  return limits;
}

std::string amqp_tune_ok(const AmqpLimits& limits) {
  return amqp_method(
      0, AmqpMethod::connection_tune_ok,
      amqp_number(limits.channels, 2) + amqp_number(limits.frame_size, 4) + amqp_number(limits.heartbeat, 2));
}

std::string amqp_open_connection(std::string_view virtual_host) {
  return amqp_method(0, AmqpMethod::connection_open, amqp_short_string(virtual_host) + empty_string() + flags(0));
}

std::string amqp_open_channel(std::uint16_t channel) {
  return amqp_method(channel, AmqpMethod::channel_open, empty_string());
}

std::string amqp_inspect_queue(std::uint16_t channel, std::string_view queue) {
  return amqp_method(channel, AmqpMethod::queue_declare,
                     reserved_ticket() + amqp_short_string(queue) + flags(passive) + empty_table());
}

std::string amqp_declare_reply_queue(std::uint16_t channel) {
  return amqp_method(channel, AmqpMethod::queue_declare,
                     reserved_ticket() + empty_string() + flags(exclusive | auto_delete) + empty_table());
}

std::string amqp_consume(std::uint16_t channel, std::string_view queue) {
  return amqp_method(
      channel, AmqpMethod::basic_consume,
      reserved_ticket() + amqp_short_string(queue) + empty_string() + flags(no_acknowledgement) + empty_table());
}

std::string amqp_publish(std::uint16_t channel, std::string_view exchange, std::string_view content_type,
                         std::string_view body, std::uint32_t max_frame_size) {
  return amqp_method(channel, AmqpMethod::basic_publish,
                     reserved_ticket() + amqp_short_string(exchange) + empty_string() + flags(mandatory)) +
         amqp_content_header(channel, body.size(), content_type) + amqp_body(channel, body, max_frame_size);
}

std::string amqp_begin_message(std::uint16_t channel) {
  return amqp_method(channel, AmqpMethod::basic_publish,
                     reserved_ticket() + empty_string() + amqp_short_string("hale.nobody") + flags(0)) +
         amqp_content_header(channel, 1);
}

std::string amqp_close() {
  constexpr std::uint16_t success = 200;
  constexpr std::uint64_t no_method = 0;
  return amqp_method(0, AmqpMethod::connection_close,
                     amqp_number(success, 2) + empty_string() + amqp_number(no_method, 4));
}

}  // namespace hale
