#include "probes/amqp_connection.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/text.hpp"
#include "core/version.hpp"

namespace hale {
namespace {

constexpr std::uint16_t channel = 1;

AmqpRefusal read_refusal(std::string_view arguments) {
  AmqpValues values(arguments);
  const auto code = static_cast<std::uint16_t>(values.number(2));
  std::string words = values.short_text();
  return {code, words.empty() ? fmt::format("code {}", code) : std::move(words)};
}

AmqpMessage read_method(AmqpFrame frame) {
  constexpr std::size_t id_size = 4;
  const auto id = static_cast<std::uint32_t>(AmqpValues(frame.payload).number(id_size));
  return {static_cast<AmqpMethod>(id), frame.channel, frame.payload.substr(id_size)};
}

/// Who we are, and that we want to be told why we are refused and when nobody may publish.
std::string own_properties() {
  return amqp_text_entry("product", "hale") + amqp_text_entry("version", version()) +
         amqp_text_entry("connection_name", "hale") +
         amqp_table_entry("capabilities", amqp_truth_entry("authentication_failure_close", true) +
                                              amqp_truth_entry("connection.blocked", true) +
                                              amqp_truth_entry("consumer_cancel_notify", true));
}

/// Agrees to what the server proposes within our own limits (1.4.2.6). Heartbeats are for the server's sake: one that
/// lets nobody publish reads nothing, and would keep our connection for as long as that lasts if it did not notice by
/// them that we are gone.
std::string tune(std::string_view proposal) {
  constexpr std::uint64_t heartbeat_most = 10;
  AmqpValues values(proposal);
  const std::uint64_t channels = values.number(2);
  const std::uint64_t frame_size = values.number(4);
  const std::uint64_t heartbeat = values.number(2);
  // 0 is no limit.
  const std::uint64_t most = frame_size == 0 ? amqp_frame_most : std::min<std::uint64_t>(frame_size, amqp_frame_most);
  return amqp_method(
      0, AmqpMethod::connection_tune_ok,
      amqp_number(channels, 2) + amqp_number(most, 4) + amqp_number(std::min(heartbeat, heartbeat_most), 2));
}

std::string goodbye() {
  constexpr std::uint16_t success = 200;
  return amqp_method(0, AmqpMethod::connection_close,
                     amqp_number(success, 2) + amqp_short_text("") + amqp_number(0, 4));
}

/// The beginning of a message to nobody, whose end is never said. A server with an alarm blocks who begins one; as none
/// is ever whole, nothing is routed, stored, counted or refused for want of a permission.
std::string begin_message() {
  return amqp_method(channel, AmqpMethod::basic_publish,
                     amqp_number(0, 2) + amqp_short_text("") + amqp_short_text("hale.nobody") + amqp_number(0, 1)) +
         amqp_content_header(channel, 1);
}

[[noreturn]] void refuse_answer(AmqpMethod expected, const AmqpMessage& heard) {
  throw Unhealthy(fmt::format("the server said {} where {} was expected", amqp_method_name(heard.method),
                              amqp_method_name(expected)));
}

}  // namespace

void AmqpConnection::refuse(const AmqpRefusal& refusal) const {
  if (login_.empty() || refusal.code != AmqpRefusal::access_refused) throw Unhealthy(refusal.words);
  const std::string_view hint = login_ == "guest" ? ", or guest from another host than the server's own" : "";
  throw Unhealthy(fmt::format("wrong user or password{} ({})", hint, refusal.words));
}

Task<AmqpFrame> AmqpConnection::hear_frame() {
  for (;;) {
    std::optional<AmqpFrame> frame = reader_.next();
    if (frame && frame->type != AmqpFrame::Type::heartbeat) co_return std::move(*frame);
    if (frame) {
      co_await stream_.write(amqp_heartbeat());
      continue;
    }
    const std::string bytes = co_await stream_.read();
    // Whoever does not know of authentication_failure_close refuses a login so (2.2.4).
    if (bytes.empty())
      throw Unhealthy(login_.empty() ? "the peer hung up" : "the peer hung up, as some do on a wrong user or password");
    reader_.feed(bytes);
  }
}

Task<AmqpMessage> AmqpConnection::hear() {
  AmqpFrame frame = co_await hear_frame();
  if (frame.type != AmqpFrame::Type::method) throw Unhealthy("no AMQP: a message that nobody asked for");
  AmqpMessage heard = read_method(std::move(frame));
  if (heard.method == AmqpMethod::connection_close) {
    const AmqpRefusal refusal = read_refusal(heard.arguments);
    co_await stream_.write(amqp_method(0, AmqpMethod::connection_close_ok));
    stream_.finish_sending();
    refuse(refusal);
  }
  co_return heard;
}

Task<std::string> AmqpConnection::hear(AmqpMethod expected) {
  AmqpMessage heard = co_await hear();
  if (heard.method != expected) refuse_answer(expected, heard);
  co_return std::move(heard.arguments);
}

Task<AmqpAnswer> AmqpConnection::ask(std::string words, AmqpMethod expected) {
  // What is owed goes along: a small write of its own would have the next one wait for the server's delayed ACK.
  words.insert(0, std::exchange(owed_, std::string()));
  co_await stream_.write(words);
  AmqpMessage heard = co_await hear();
  AmqpAnswer answer;
  if (heard.method == expected) {
    answer.arguments = std::move(heard.arguments);
  } else if (heard.method == AmqpMethod::channel_close) {
    answer.refusal = read_refusal(heard.arguments);
    channel_is_open_ = false;
    owed_ = amqp_method(channel, AmqpMethod::channel_close_ok);
  } else {
    refuse_answer(expected, heard);
  }
  co_return answer;
}

Task<void> AmqpConnection::greet() {
  co_await stream_.write(amqp_greeting);
  const std::string start = co_await hear(AmqpMethod::connection_start);
  AmqpValues values(start);
  values.number(2);  // the version is ours: another would have been refused
  server_ = values.table();
  const std::string mechanisms = values.long_text();
  const auto offered = split(mechanisms, ' ');
  if (std::find(offered.begin(), offered.end(), "PLAIN") == offered.end())
    throw Unhealthy(fmt::format("no login by user and password (PLAIN) is offered, but {}",
                                mechanisms.empty() ? "nothing" : shorten(mechanisms, 60)));
}

Task<void> AmqpConnection::authenticate(AmqpPlace place) {
  login_ = place.user;
  const std::string credentials = fmt::format("{0}{1}{0}{2}", '\0', place.user, place.password.reveal());
  co_await stream_.write(amqp_method(0, AmqpMethod::connection_start_ok,
                                     amqp_long_text(own_properties()) + amqp_short_text("PLAIN") +
                                         amqp_long_text(credentials) + amqp_short_text("en_US")));
  const std::string proposal = co_await hear(AmqpMethod::connection_tune);
  login_.clear();
  co_await stream_.write(tune(proposal) +
                         amqp_method(0, AmqpMethod::connection_open,
                                     amqp_short_text(place.virtual_host) + amqp_short_text("") + amqp_number(0, 1)));
  co_await hear(AmqpMethod::connection_open_ok);
}

Task<void> AmqpConnection::open_channel() {
  const std::string words = amqp_method(channel, AmqpMethod::channel_open, amqp_short_text(""));
  const AmqpAnswer answer = co_await ask(words, AmqpMethod::channel_open_ok);
  if (answer.refusal) refuse(*answer.refusal);
  channel_is_open_ = true;
}

Task<void> AmqpConnection::open(Net& net, AmqpPlace place) {
  net.enter("login");
  co_await greet();
  co_await authenticate(std::move(place));
  co_await open_channel();
}

Task<AmqpQueue> AmqpConnection::look_at(std::string queue) {
  constexpr std::uint64_t passive = 1;
  if (!channel_is_open_) co_await open_channel();
  const std::string words =
      amqp_method(channel, AmqpMethod::queue_declare,
                  amqp_number(0, 2) + amqp_short_text(queue) + amqp_number(passive, 1) + amqp_long_text(""));
  const AmqpAnswer answer = co_await ask(words, AmqpMethod::queue_declare_ok);
  AmqpQueue seen;
  seen.name = std::move(queue);
  seen.refusal = answer.refusal;
  if (!answer.refusal) {
    AmqpValues values(answer.arguments);
    values.short_text();  // its name once more
    seen.messages = values.number(4);
    seen.consumers = values.number(4);
  }
  co_return seen;
}

bool AmqpConnection::tells_of_alarms() const {
  const auto told = server_.find("capabilities.connection.blocked");
  return told != server_.end() && told->second == "1";
}

Task<std::string> AmqpConnection::leave() {
  if (tells_of_alarms() && !channel_is_open_) co_await open_channel();
  std::string words = std::exchange(owed_, std::string());
  if (tells_of_alarms()) words += begin_message();
  words += goodbye();
  // In one go: the server reads the goodbye only if it goes on reading.
  co_await stream_.write(words);
  std::string reason;
  for (;;) {
    const AmqpMessage heard = co_await hear();
    if (heard.method == AmqpMethod::connection_close_ok) break;
    if (heard.method != AmqpMethod::connection_blocked) continue;
    reason = AmqpValues(heard.arguments).short_text();
    if (reason.empty()) reason = "no reason given";
    break;
  }
  stream_.finish_sending();
  co_return reason;
}

}  // namespace hale
