#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/version.hpp"
#include "tests/support/fake_server.hpp"

// The frames of AMQP 0-9-1 as bytes, built independently of the code under test.
namespace hale::testing::amqp {

inline std::string number(std::uint64_t value, unsigned bytes) {
  std::string text;
  for (unsigned i = bytes; i > 0; --i) text += static_cast<char>(value >> (8 * (i - 1)) & 0xffU);
  return text;
}

inline std::string short_string(const std::string& text) { return number(text.size(), 1) + text; }
inline std::string long_string(const std::string& text) { return number(text.size(), 4) + text; }

inline std::string frame(unsigned type, unsigned channel, const std::string& payload) {
  return number(type, 1) + number(channel, 2) + number(payload.size(), 4) + payload + '\xce';
}

inline std::string method(unsigned channel, unsigned class_id, unsigned id, const std::string& arguments = "") {
  return frame(1, channel, number(class_id, 2) + number(id, 2) + arguments);
}

inline std::string string_entry(const std::string& name, const std::string& text) {
  return short_string(name) + 'S' + long_string(text);
}
inline std::string boolean_entry(const std::string& name) { return short_string(name) + 't' + '\1'; }
inline std::string table_entry(const std::string& name, const std::string& entries) {
  return short_string(name) + 'F' + long_string(entries);
}

inline const std::string heartbeat = frame(8, 0, "");

// ---- from the client

inline const std::string protocol_header("AMQP\0\0\x09\x01", 8);

inline std::string start_ok(const std::string& user, const std::string& password) {
  const std::string capabilities = boolean_entry("authentication_failure_close") + boolean_entry("connection.blocked") +
                                   boolean_entry("consumer_cancel_notify");
  const std::string properties = string_entry("product", "hale") + string_entry("version", std::string(version())) +
                                 string_entry("connection_name", "hale") + table_entry("capabilities", capabilities);
  const std::string nul(1, '\0');
  return method(0, 10, 11,
                long_string(properties) + short_string("PLAIN") + long_string(nul + user + nul + password) +
                    short_string("en_US"));
}

inline std::string tune_ok(unsigned channels, unsigned frame_size, unsigned seconds) {
  return method(0, 10, 31, number(channels, 2) + number(frame_size, 4) + number(seconds, 2));
}

inline std::string open_connection(const std::string& virtual_host) {
  return method(0, 10, 40, short_string(virtual_host) + short_string("") + number(0, 1));
}

inline const std::string open_channel = method(1, 20, 10, short_string(""));
inline const std::string channel_close_ok = method(1, 20, 41);

/// A passive declaration.
inline std::string inspect_queue(const std::string& queue) {
  return method(1, 50, 10, number(0, 2) + short_string(queue) + number(1, 1) + long_string(""));
}

/// basic.publish and the header of a message of one byte, which is never sent.
inline const std::string unfinished_message =
    method(1, 60, 40, number(0, 2) + short_string("") + short_string("hale.nobody") + number(0, 1)) +
    frame(2, 1, number(60, 2) + number(0, 2) + number(1, 8) + number(0, 2));

inline const std::string close_connection = method(0, 10, 50, number(200, 2) + short_string("") + number(0, 4));
inline const std::string close_ok = method(0, 10, 51);

// A queue for replies, on a second channel.
inline const std::string open_reply_queue =
    method(2, 20, 10, short_string("")) +
    method(2, 50, 10, number(0, 2) + short_string("") + number(12, 1) + long_string(""));
inline std::string consume(const std::string& queue) {
  return method(2, 60, 20, number(0, 2) + short_string(queue) + short_string("") + number(2, 1) + long_string(""));
}
/// basic.publish of a text, mandatory.
inline std::string publish(const std::string& exchange, const std::string& body) {
  return method(2, 60, 40, number(0, 2) + short_string(exchange) + short_string("") + number(1, 1)) +
         frame(2, 2,
               number(60, 2) + number(0, 2) + number(body.size(), 8) + number(0xc000, 2) +
                   short_string("application/json") + short_string("utf-8")) +
         frame(3, 2, body);
}
inline const std::string reply_channel_close_ok = method(2, 20, 41);

// ---- from the server

inline std::string start(const std::string& properties, const std::string& mechanisms = "PLAIN AMQPLAIN") {
  return method(0, 10, 10, number(9, 2) + long_string(properties) + long_string(mechanisms) + long_string("en_US"));
}

inline const std::string product = string_entry("product", "RabbitMQ") + string_entry("version", "3.10.8");
inline const std::string rabbitmq_start =
    start(table_entry("capabilities", boolean_entry("publisher_confirms") + boolean_entry("connection.blocked")) +
          string_entry("cluster_name", "rabbit@db") + product);

inline const std::string tune = method(0, 10, 30, number(2047, 2) + number(131072, 4) + number(60, 2));
inline const std::string open_ok = method(0, 10, 41, short_string(""));
inline const std::string channel_open_ok = method(1, 20, 11, long_string(""));

inline std::string queue(const std::string& name, unsigned messages, unsigned consumers) {
  return method(1, 50, 11, short_string(name) + number(messages, 4) + number(consumers, 4));
}

inline std::string close_channel(unsigned code, const std::string& text) {
  return method(1, 20, 40, number(code, 2) + short_string(text) + number(50, 2) + number(10, 2));
}

inline std::string close(unsigned code, const std::string& text) {
  return method(0, 10, 50, number(code, 2) + short_string(text) + number(0, 4));
}

inline std::string blocked(const std::string& reason) { return method(0, 10, 60, short_string(reason)); }

inline std::string reply_queue_opened(const std::string& name) {
  return method(2, 20, 11, long_string("")) + method(2, 50, 11, short_string(name) + number(0, 4) + number(0, 4));
}
inline const std::string consume_ok = method(2, 60, 21, short_string("tag"));

inline const std::string delivery =
    method(2, 60, 60, short_string("tag") + number(1, 8) + number(0, 1) + short_string("") + short_string("mailbox"));
inline std::string returned(unsigned code, const std::string& text) {
  return method(2, 60, 50, number(code, 2) + short_string(text) + short_string("celery.pidbox") + short_string(""));
}

/// The header frame of a message with `ticket` among its headers.
inline std::string content(std::size_t size, const std::string& ticket,
                           const std::string& content_type = "application/json") {
  const std::string headers = string_entry("ticket", ticket) + short_string("clock") + 'I' + number(3, 4);
  return frame(2, 2,
               number(60, 2) + number(0, 2) + number(size, 8) + number(0xf800, 2) + short_string(content_type) +
                   short_string("utf-8") + long_string(headers) + number(1, 1) + number(0, 1));
}

inline std::string content_body(const std::string& part) { return frame(3, 2, part); }

/// guest logs in to the virtual host "/" of a server that sends `start_frame` first.
inline Conversation logged_in(const std::string& start_frame = rabbitmq_start) {
  return {expect(protocol_header),
          say(start_frame),
          expect(start_ok("guest", "guest")),
          say(tune),
          expect(tune_ok(2047, 131072, 10) + open_connection("/")),
          say(open_ok),
          expect(open_channel),
          say(channel_open_ok)};
}

inline Conversation joined(Conversation first, const Conversation& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

/// A login, `requested`, and the end of the connection in order.
inline Conversation conversation(const Conversation& requested) {
  return joined(joined(logged_in(), requested),
                {expect(unfinished_message + close_connection), say(close_ok), expect_close()});
}

}  // namespace hale::testing::amqp
