#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/version.hpp"
#include "tests/support/fake_server.hpp"

// AMQP 0-9-1 as bytes.
namespace hale::testing::amqp {

inline std::string number(std::uint64_t value, unsigned bytes) {
  std::string text;
  for (unsigned i = bytes; i > 0; --i) text += static_cast<char>(value >> (8 * (i - 1)) & 0xffU);
  return text;
}

inline std::string short_text(const std::string& words) { return number(words.size(), 1) + words; }
inline std::string long_text(const std::string& words) { return number(words.size(), 4) + words; }

inline std::string frame(unsigned type, unsigned channel, const std::string& payload) {
  return number(type, 1) + number(channel, 2) + number(payload.size(), 4) + payload + '\xce';
}

inline std::string method(unsigned channel, unsigned class_id, unsigned id, const std::string& arguments = "") {
  return frame(1, channel, number(class_id, 2) + number(id, 2) + arguments);
}

inline std::string text_entry(const std::string& name, const std::string& words) {
  return short_text(name) + 'S' + long_text(words);
}
inline std::string truth_entry(const std::string& name) { return short_text(name) + 't' + '\1'; }
inline std::string table_entry(const std::string& name, const std::string& entries) {
  return short_text(name) + 'F' + long_text(entries);
}

inline const std::string heartbeat = frame(8, 0, "");

// ---- what the client says

inline const std::string greeting("AMQP\0\0\x09\x01", 8);

inline std::string start_ok(const std::string& user, const std::string& password) {
  const std::string capabilities = truth_entry("authentication_failure_close") + truth_entry("connection.blocked") +
                                   truth_entry("consumer_cancel_notify");
  const std::string properties = text_entry("product", "hale") + text_entry("version", std::string(version())) +
                                 text_entry("connection_name", "hale") + table_entry("capabilities", capabilities);
  const std::string nul(1, '\0');
  return method(
      0, 10, 11,
      long_text(properties) + short_text("PLAIN") + long_text(nul + user + nul + password) + short_text("en_US"));
}

inline std::string tune_ok(unsigned channels, unsigned frame_size, unsigned seconds) {
  return method(0, 10, 31, number(channels, 2) + number(frame_size, 4) + number(seconds, 2));
}

inline std::string open(const std::string& virtual_host) {
  return method(0, 10, 40, short_text(virtual_host) + short_text("") + number(0, 1));
}

inline const std::string open_channel = method(1, 20, 10, short_text(""));
inline const std::string channel_closed = method(1, 20, 41);

/// A passive declaration.
inline std::string look_at(const std::string& queue) {
  return method(1, 50, 10, number(0, 2) + short_text(queue) + number(1, 1) + long_text(""));
}

/// basic.publish and the header of a message of one byte that is never said.
inline const std::string begun_message =
    method(1, 60, 40, number(0, 2) + short_text("") + short_text("hale.nobody") + number(0, 1)) +
    frame(2, 1, number(60, 2) + number(0, 2) + number(1, 8) + number(0, 2));

inline const std::string goodbye = method(0, 10, 50, number(200, 2) + short_text("") + number(0, 4));
inline const std::string closed = method(0, 10, 51);

// A queue for answers, on a channel of its own.
inline const std::string open_mailbox =
    method(2, 20, 10, short_text("")) +
    method(2, 50, 10, number(0, 2) + short_text("") + number(12, 1) + long_text(""));
inline std::string consume(const std::string& queue) {
  return method(2, 60, 20, number(0, 2) + short_text(queue) + short_text("") + number(2, 1) + long_text(""));
}
/// A text that is published to `exchange`, and returned when it goes nowhere.
inline std::string publish(const std::string& exchange, const std::string& body) {
  return method(2, 60, 40, number(0, 2) + short_text(exchange) + short_text("") + number(1, 1)) +
         frame(2, 2,
               number(60, 2) + number(0, 2) + number(body.size(), 8) + number(0xc000, 2) +
                   short_text("application/json") + short_text("utf-8")) +
         frame(3, 2, body);
}
inline const std::string mailbox_closed = method(2, 20, 41);

// ---- what the server says

inline std::string start(const std::string& properties, const std::string& mechanisms = "PLAIN AMQPLAIN") {
  return method(0, 10, 10, number(9, 2) + long_text(properties) + long_text(mechanisms) + long_text("en_US"));
}

inline const std::string product = text_entry("product", "RabbitMQ") + text_entry("version", "3.10.8");
inline const std::string rabbit =
    start(table_entry("capabilities", truth_entry("publisher_confirms") + truth_entry("connection.blocked")) +
          text_entry("cluster_name", "rabbit@db") + product);

inline const std::string tune = method(0, 10, 30, number(2047, 2) + number(131072, 4) + number(60, 2));
inline const std::string opened = method(0, 10, 41, short_text(""));
inline const std::string channel_opened = method(1, 20, 11, long_text(""));

inline std::string queue(const std::string& name, unsigned messages, unsigned consumers) {
  return method(1, 50, 11, short_text(name) + number(messages, 4) + number(consumers, 4));
}

inline std::string close_channel(unsigned code, const std::string& words) {
  return method(1, 20, 40, number(code, 2) + short_text(words) + number(50, 2) + number(10, 2));
}

inline std::string close(unsigned code, const std::string& words) {
  return method(0, 10, 50, number(code, 2) + short_text(words) + number(0, 4));
}

inline std::string blocked(const std::string& reason) { return method(0, 10, 60, short_text(reason)); }

inline std::string mailbox_opened(const std::string& name) {
  return method(2, 20, 11, long_text("")) + method(2, 50, 11, short_text(name) + number(0, 4) + number(0, 4));
}
inline const std::string consuming = method(2, 60, 21, short_text("tag"));

inline const std::string delivery =
    method(2, 60, 60, short_text("tag") + number(1, 8) + number(0, 1) + short_text("") + short_text("mailbox"));
inline std::string returned(unsigned code, const std::string& words) {
  return method(2, 60, 50, number(code, 2) + short_text(words) + short_text("celery.pidbox") + short_text(""));
}

/// The header of a message with the header `ticket` among others.
inline std::string content(std::size_t size, const std::string& ticket,
                           const std::string& content_type = "application/json") {
  const std::string headers = text_entry("ticket", ticket) + short_text("clock") + 'I' + number(3, 4);
  return frame(2, 2,
               number(60, 2) + number(0, 2) + number(size, 8) + number(0xf800, 2) + short_text(content_type) +
                   short_text("utf-8") + long_text(headers) + number(1, 1) + number(0, 1));
}

inline std::string content_body(const std::string& part) { return frame(3, 2, part); }

/// guest logs in to the virtual host "/" of a server that greets by `greeted`.
inline Conversation logged_in(const std::string& greeted = rabbit) {
  return {expect(greeting),
          say(greeted),
          expect(start_ok("guest", "guest")),
          say(tune),
          expect(tune_ok(2047, 131072, 10) + open("/")),
          say(opened),
          expect(open_channel),
          say(channel_opened)};
}

inline Conversation joined(Conversation first, const Conversation& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

/// What is said behind the login, then a goodbye.
inline Conversation conversation(const Conversation& requested) {
  return joined(joined(logged_in(), requested), {expect(begun_message + goodbye), say(closed), expect_close()});
}

}  // namespace hale::testing::amqp
