#include "probes/amqp/connection.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "net/timed_result.hpp"

namespace hale {
namespace {

// A queue that is not there closes the channel that asks for it: the mailbox has one of its own.
constexpr std::uint16_t channel = 1;
constexpr std::uint16_t mailbox_channel = 2;
constexpr std::size_t message_most = std::size_t{1} << 20;
constexpr std::size_t inbox_most = std::size_t{32} << 20;
constexpr std::string_view hung_up = "the peer hung up";

std::string reason_of(std::string_view blocked) {
  std::string reason = AmqpValues(blocked).short_text();
  return reason.empty() ? "no reason given" : reason;
}

}  // namespace

void AmqpConnection::refuse(const AmqpRefusal& refusal) const {
  if (login_.empty() || refusal.code != AmqpRefusal::access_refused) throw Unhealthy(refusal.words);
  const std::string_view hint = login_ == "guest" ? ", or guest from another host than the server's own" : "";
  throw Unhealthy(fmt::format("wrong user or password{} ({})", hint, refusal.words));
}

/// For anything but what was expected.
void AmqpConnection::refuse_answer(AmqpMethod expected, const Method& heard) {
  if (heard.method == AmqpMethod::connection_blocked)
    throw Unhealthy(fmt::format("nobody may publish: {}", reason_of(heard.arguments)));
  throw Unhealthy(fmt::format("the server said {} where {} was expected", amqp_method_name(heard.method),
                              amqp_method_name(expected)));
}

// ---- frames

void AmqpConnection::feed(const std::string& bytes) {
  // Whoever does not know of authentication_failure_close refuses a login so (2.2.4).
  if (bytes.empty())
    throw Unhealthy(login_.empty() ? std::string(hung_up)
                                   : fmt::format("{}, as some do on a wrong user or password", hung_up));
  reader_.feed(bytes);
}

/// False when nothing comes within `limit`.
Task<bool> AmqpConnection::hear_more(ProbeContext& context, Duration limit) {
  ProbeContext part = context.sub_context(limit);
  Task<std::string> reading = stream_.read();
  const TimedResult<std::string> bytes = co_await with_time_limit(part, limit, std::move(reading));
  if (!bytes.value && !bytes.timed_out) throw Unhealthy(bytes.error);
  if (bytes.value) feed(*bytes.value);
  co_return bytes.value.has_value();
}

/// The next frame of what has come already. A heartbeat is answered and none.
Task<std::optional<AmqpFrame>> AmqpConnection::next_frame() {
  for (;;) {
    std::optional<AmqpFrame> frame = reader_.next();
    if (!frame || frame->type != AmqpFrame::Type::heartbeat) co_return frame;
    co_await stream_.write(amqp_heartbeat());
  }
}

Task<AmqpFrame> AmqpConnection::read_frame() {
  for (;;) {
    std::optional<AmqpFrame> frame = co_await next_frame();
    if (frame) co_return std::move(*frame);
    const std::string bytes = co_await stream_.read();
    feed(bytes);
  }
}

// ---- methods

Task<AmqpConnection::Method> AmqpConnection::understand(AmqpFrame frame) {
  constexpr std::size_t id_size = 4;
  if (frame.type != AmqpFrame::Type::method) throw Unhealthy("no AMQP: a message that nobody asked for");
  const auto id = static_cast<std::uint32_t>(AmqpValues(frame.payload).number(id_size));
  Method heard{static_cast<AmqpMethod>(id), frame.channel, frame.payload.substr(id_size)};
  if (heard.method == AmqpMethod::connection_close) {
    const AmqpRefusal refusal = read_amqp_refusal(heard.arguments);
    co_await stream_.write(amqp_method(0, AmqpMethod::connection_close_ok));
    stream_.shutdown_write();
    refuse(refusal);
  }
  co_return heard;
}

/// The next method; what comes to the mailbox meanwhile is filed away.
Task<AmqpConnection::Method> AmqpConnection::hear() {
  for (;;) {
    AmqpFrame frame = co_await read_frame();
    if (file_away(frame)) continue;
    Method heard = co_await understand(std::move(frame));
    if (heard.method != AmqpMethod::connection_unblocked) co_return heard;
  }
}

/// What there is no going on without.
Task<std::string> AmqpConnection::hear(AmqpMethod expected) {
  Method heard = co_await hear();
  if (heard.method == AmqpMethod::channel_close) refuse(read_amqp_refusal(heard.arguments));
  if (heard.method != expected) refuse_answer(expected, heard);
  co_return std::move(heard.arguments);
}

Task<AmqpConnection::Answer> AmqpConnection::ask(std::string words, AmqpMethod expected) {
  // What is owed goes along: a small write of its own would have the next one wait for the server's delayed ACK.
  words.insert(0, std::exchange(owed_, std::string()));
  co_await stream_.write(words);
  Method heard = co_await hear();
  while (closes_mailbox(heard)) heard = co_await hear();
  Answer answer;
  if (heard.method == expected) {
    answer.arguments = std::move(heard.arguments);
  } else if (heard.method == AmqpMethod::channel_close) {
    answer.refusal = read_amqp_refusal(heard.arguments);
    channel_is_open_ = false;
    owed_ += amqp_method(channel, AmqpMethod::channel_close_ok);
  } else {
    refuse_answer(expected, heard);
  }
  co_return answer;
}

// ---- to begin

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
                                mechanisms.empty() ? "nothing" : truncate_bytes(mechanisms, 60)));
}

Task<void> AmqpConnection::authenticate(AmqpEndpoint endpoint) {
  login_ = endpoint.user;
  co_await stream_.write(amqp_login(endpoint.user, endpoint.password.reveal()));
  const std::string proposal = co_await hear(AmqpMethod::connection_tune);
  login_.clear();
  const AmqpLimits limits = read_amqp_limits(proposal);
  frame_most_ = limits.frame_size;
  co_await stream_.write(amqp_agreement(limits) + amqp_open(endpoint.virtual_host));
  co_await hear(AmqpMethod::connection_open_ok);
}

Task<void> AmqpConnection::open_channel() {
  const Answer answer = co_await ask(amqp_open_channel(channel), AmqpMethod::channel_open_ok);
  if (answer.refusal) refuse(*answer.refusal);
  channel_is_open_ = true;
}

Task<void> AmqpConnection::open(ProbeContext& context, AmqpEndpoint endpoint) {
  context.enter("login");
  co_await greet();
  co_await authenticate(std::move(endpoint));
  co_await open_channel();
}

Task<AmqpConnection> connect_amqp(ProbeContext& context, AmqpEndpoint endpoint) {
  Stream stream = co_await dial(context, endpoint.host, endpoint.port);
  if (endpoint.tls) co_await stream.start_tls(context, *endpoint.tls);
  AmqpConnection amqp(std::move(stream));
  co_await amqp.open(context, std::move(endpoint));
  co_return amqp;
}

// ---- queues

Task<AmqpQueue> AmqpConnection::look_at(std::string queue) {
  if (!channel_is_open_) co_await open_channel();
  const Answer answer = co_await ask(amqp_look_at(channel, queue), AmqpMethod::queue_declare_ok);
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

// ---- the mailbox

Task<std::string> AmqpConnection::open_mailbox() {
  co_await stream_.write(amqp_open_channel(mailbox_channel) + amqp_declare_own(mailbox_channel));
  co_await hear(AmqpMethod::channel_open_ok);
  const std::string declared = co_await hear(AmqpMethod::queue_declare_ok);
  std::string name = AmqpValues(declared).short_text();
  co_await stream_.write(amqp_consume(mailbox_channel, name));
  co_await hear(AmqpMethod::basic_consume_ok);
  co_return name;
}

Task<void> AmqpConnection::publish(std::string exchange, std::string content_type, std::string body) {
  co_await stream_.write(amqp_publish(mailbox_channel, exchange, content_type, body, frame_most_));
}

/// Takes a frame that is part of a message to the mailbox, or back from an exchange. False for any other.
bool AmqpConnection::file_away(const AmqpFrame& frame) {
  if (frame.channel != mailbox_channel) return false;
  inbox_bytes_ += frame.payload.size() + sizeof(AmqpMessage);
  if (inbox_bytes_ > inbox_most) throw Unhealthy("the answers are longer than 32 MiB");
  if (frame.type == AmqpFrame::Type::method) return begin_coming(frame.payload);
  if (!coming_ || bytes_to_come_.has_value() != (frame.type == AmqpFrame::Type::body)) return false;
  if (frame.type == AmqpFrame::Type::header) {
    AmqpContent content = read_amqp_content(frame.payload);
    if (content.size > message_most) throw Unhealthy(fmt::format("a message of more than {} bytes", message_most));
    coming_->content_type = std::move(content.content_type);
    coming_->headers = std::move(content.headers);
    bytes_to_come_ = content.size;
  } else {
    if (frame.payload.size() > *bytes_to_come_) throw Unhealthy("no AMQP: a message is longer than its length");
    coming_->body += frame.payload;
    *bytes_to_come_ -= frame.payload.size();
  }
  if (*bytes_to_come_ == 0) end_coming();
  return true;
}

bool AmqpConnection::begin_coming(std::string_view method) {
  AmqpValues values(method);
  constexpr std::size_t id_size = 4;
  const auto id = static_cast<AmqpMethod>(values.number(id_size));
  if (id != AmqpMethod::basic_deliver && id != AmqpMethod::basic_return) return false;
  coming_.emplace();
  bytes_to_come_.reset();
  if (id == AmqpMethod::basic_return) coming_->refusal = read_amqp_refusal(method.substr(id_size));
  return true;
}

void AmqpConnection::end_coming() {
  inbox_.push_back(std::move(*coming_));
  coming_.reset();
  bytes_to_come_.reset();
}

/// True when that is what `heard` does; the refusal comes to the inbox.
bool AmqpConnection::closes_mailbox(const Method& heard) {
  if (heard.method != AmqpMethod::channel_close || heard.channel != mailbox_channel) return false;
  AmqpMessage refused;
  refused.refusal = read_amqp_refusal(heard.arguments);
  inbox_.push_back(std::move(refused));
  owed_ += amqp_method(mailbox_channel, AmqpMethod::channel_close_ok);
  return true;
}

Task<std::optional<AmqpMessage>> AmqpConnection::receive(ProbeContext& context, Duration limit) {
  const Duration end = context.remaining() - limit;
  for (;;) {
    if (!inbox_.empty()) {
      AmqpMessage message = std::move(inbox_.front());
      inbox_.pop_front();
      co_return message;
    }
    std::optional<AmqpFrame> frame = co_await next_frame();
    if (frame && file_away(*frame)) continue;
    if (frame) {
      const Method heard = co_await understand(std::move(*frame));
      if (heard.method == AmqpMethod::connection_blocked) refuse_answer(AmqpMethod::basic_deliver, heard);
      closes_mailbox(heard);
      continue;
    }
    const Duration left = context.remaining() - end;
    const bool came = left > Duration::zero() && co_await hear_more(context, left);
    if (!came) co_return std::nullopt;
  }
}

// ---- to end

bool AmqpConnection::reports_alarms() const {
  const auto reported = server_.find("capabilities.connection.blocked");
  return reported != server_.end() && reported->second == "1";
}

Task<std::string> AmqpConnection::leave() {
  if (reports_alarms() && !channel_is_open_) co_await open_channel();
  std::string words = std::exchange(owed_, std::string());
  if (reports_alarms()) words += amqp_begin_message(channel);
  words += amqp_goodbye();
  // In one go: the server reads the goodbye only if it goes on reading.
  co_await stream_.write(words);
  std::string alarm;
  for (bool answered = false; !answered;) {
    const Method heard = co_await hear();
    if (heard.method == AmqpMethod::connection_blocked) alarm = reason_of(heard.arguments);
    answered = heard.method == AmqpMethod::connection_close_ok || !alarm.empty();
  }
  stream_.shutdown_write();
  co_return alarm;
}

}  // namespace hale
