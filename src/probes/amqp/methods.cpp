#include "probes/amqp/methods.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/version.hpp"
#include "probes/amqp/wire.hpp"

namespace hale {
namespace {

// Bits of basic.publish, queue.declare and basic.consume, in the order of their fields.
constexpr std::uint64_t mandatory = 1;
constexpr std::uint64_t passive = 1;
constexpr std::uint64_t exclusive = 4;
constexpr std::uint64_t auto_delete = 8;
constexpr std::uint64_t no_acknowledgement = 2;

// What is reserved or left empty.
std::string no_ticket() { return amqp_number(0, 2); }
std::string no_text() { return amqp_short_text(""); }
std::string no_table() { return amqp_long_text(""); }
std::string bits(std::uint64_t set) { return amqp_number(set, 1); }

}  // namespace

AmqpRefusal read_amqp_refusal(std::string_view arguments) {
  AmqpValues values(arguments);
  const auto code = static_cast<std::uint16_t>(values.number(2));
  std::string words = values.short_text();
  return {code, words.empty() ? fmt::format("code {}", code) : std::move(words)};
}

std::string amqp_login(std::string_view user, std::string_view password) {
  const std::string capabilities = amqp_truth_entry("authentication_failure_close", true) +
                                   amqp_truth_entry("connection.blocked", true) +
                                   amqp_truth_entry("consumer_cancel_notify", true);
  const std::string ourselves = amqp_text_entry("product", "hale") + amqp_text_entry("version", version()) +
                                amqp_text_entry("connection_name", "hale") +
                                amqp_table_entry("capabilities", capabilities);
  const std::string credentials = fmt::format("{0}{1}{0}{2}", '\0', user, password);
  return amqp_method(
      0, AmqpMethod::connection_start_ok,
      amqp_long_text(ourselves) + amqp_short_text("PLAIN") + amqp_long_text(credentials) + amqp_short_text("en_US"));
}

AmqpLimits read_amqp_limits(std::string_view proposal) {
  constexpr std::uint16_t heartbeat_most = 10;
  AmqpValues values(proposal);
  AmqpLimits limits;
  limits.channels = static_cast<std::uint16_t>(values.number(2));
  const auto frame_size = static_cast<std::uint32_t>(values.number(4));
  limits.frame_size = frame_size == 0 ? amqp_frame_most : std::min(frame_size, amqp_frame_most);
  limits.heartbeat = std::min(static_cast<std::uint16_t>(values.number(2)), heartbeat_most);
  return limits;
}

std::string amqp_agreement(const AmqpLimits& limits) {
  return amqp_method(
      0, AmqpMethod::connection_tune_ok,
      amqp_number(limits.channels, 2) + amqp_number(limits.frame_size, 4) + amqp_number(limits.heartbeat, 2));
}

std::string amqp_open(std::string_view virtual_host) {
  return amqp_method(0, AmqpMethod::connection_open, amqp_short_text(virtual_host) + no_text() + bits(0));
}

std::string amqp_open_channel(std::uint16_t channel) {
  return amqp_method(channel, AmqpMethod::channel_open, no_text());
}

std::string amqp_look_at(std::uint16_t channel, std::string_view queue) {
  return amqp_method(channel, AmqpMethod::queue_declare,
                     no_ticket() + amqp_short_text(queue) + bits(passive) + no_table());
}

std::string amqp_declare_own(std::uint16_t channel) {
  return amqp_method(channel, AmqpMethod::queue_declare,
                     no_ticket() + no_text() + bits(exclusive | auto_delete) + no_table());
}

std::string amqp_consume(std::uint16_t channel, std::string_view queue) {
  return amqp_method(channel, AmqpMethod::basic_consume,
                     no_ticket() + amqp_short_text(queue) + no_text() + bits(no_acknowledgement) + no_table());
}

std::string amqp_publish(std::uint16_t channel, std::string_view exchange, std::string_view content_type,
                         std::string_view body, std::uint32_t frame_most) {
  return amqp_method(channel, AmqpMethod::basic_publish,
                     no_ticket() + amqp_short_text(exchange) + no_text() + bits(mandatory)) +
         amqp_content_header(channel, body.size(), content_type) + amqp_body(channel, body, frame_most);
}

std::string amqp_begin_message(std::uint16_t channel) {
  return amqp_method(channel, AmqpMethod::basic_publish,
                     no_ticket() + no_text() + amqp_short_text("hale.nobody") + bits(0)) +
         amqp_content_header(channel, 1);
}

std::string amqp_goodbye() {
  constexpr std::uint16_t success = 200;
  constexpr std::uint64_t no_method = 0;
  return amqp_method(0, AmqpMethod::connection_close, amqp_number(success, 2) + no_text() + amqp_number(no_method, 4));
}

}  // namespace hale
