#include "probes/amqp/connection.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "net/timed_result.hpp"

namespace hale {
namespace {

// inspect_queue() loses its channel whenever a queue does not exist. The reply queue must survive that, so it has a
// channel for itself.
constexpr std::uint16_t channel = 1;
constexpr std::uint16_t reply_channel = 2;
constexpr std::size_t max_message_size = std::size_t{1} << 20;
constexpr std::size_t max_inbox_size = std::size_t{32} << 20;
constexpr std::size_t method_id_size = 4;
constexpr std::string_view hung_up = "the peer hung up";

std::string alarm_reason(std::string_view arguments) {
  std::string reason = AmqpDecoder(arguments).short_string();
  return reason.empty() ? "no reason given" : reason;
}

}  // namespace

void AmqpConnection::throw_refusal(const AmqpRefusal& refusal) const {
  if (user_logging_in_.empty() || refusal.code != AmqpRefusal::access_refused) throw Unhealthy(refusal.reason);
  // RabbitMQ's loopback_users: guest may log in from localhost only, and the refusal does not say so.
  const std::string_view hint = user_logging_in_ == "guest" ? ", or guest from a remote host" : "";
  throw Unhealthy(fmt::format("wrong user or password{} ({})", hint, refusal.reason));
}

void AmqpConnection::throw_unexpected(AmqpMethod expected, const Method& method) {
  if (method.id == AmqpMethod::connection_blocked)
    throw Unhealthy(fmt::format("publishing is blocked: {}", alarm_reason(method.arguments)));
  throw Unhealthy(fmt::format("the server sent the method {} instead of {}", amqp_method_name(method.id),
                              amqp_method_name(expected)));
}

// ---- frames

void AmqpConnection::feed(const std::string& bytes) {
  // Servers without the capability authentication_failure_close refuse a login by hanging up (2.2.4).
  if (bytes.empty())
    throw Unhealthy(user_logging_in_.empty()
                        ? std::string(hung_up)
                        : fmt::format("{}, as some servers do for a wrong user or password", hung_up));
  reader_.feed(bytes);
}

/// False when nothing arrives within `limit`.
Task<bool> AmqpConnection::read_more(ProbeContext& context, Duration limit) {
  ProbeContext read_context = context.sub_context(limit);
  Task<std::string> reading = stream_.read();
  const TimedResult<std::string> bytes = co_await with_time_limit(read_context, limit, std::move(reading));
  if (!bytes.value && !bytes.timed_out) throw Unhealthy(bytes.error);
  if (bytes.value) feed(*bytes.value);
  co_return bytes.value.has_value();
}

/// The next frame among the bytes read so far. Answers and drops heartbeats.
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

/// Confirms connection.close and throws its reason.
Task<AmqpConnection::Method> AmqpConnection::parse_method(AmqpFrame frame) {
  if (frame.type != AmqpFrame::Type::method) throw Unhealthy("not AMQP: an unexpected message");
  const auto id = static_cast<std::uint32_t>(AmqpDecoder(frame.payload).number(method_id_size));
  Method method{static_cast<AmqpMethod>(id), frame.channel, frame.payload.substr(method_id_size)};
  if (method.id == AmqpMethod::connection_close) {
    const AmqpRefusal refusal = read_amqp_refusal(method.arguments);
    co_await stream_.write(amqp_method(0, AmqpMethod::connection_close_ok));
    stream_.shutdown_write();
    throw_refusal(refusal);
  }
  co_return method;
}

/// The next method. Messages on the reply channel go to the inbox.
Task<AmqpConnection::Method> AmqpConnection::receive_method() {
  for (;;) {
    AmqpFrame frame = co_await read_frame();
    if (collect_message(frame)) continue;
    Method method = co_await parse_method(std::move(frame));
    if (method.id != AmqpMethod::connection_unblocked) co_return method;
  }
}

/// The arguments of the next method; throws when it is not the expected one.
Task<std::string> AmqpConnection::receive_method(AmqpMethod expected) {
  Method method = co_await receive_method();
  if (method.id == AmqpMethod::channel_close) throw_refusal(read_amqp_refusal(method.arguments));
  if (method.id != expected) throw_unexpected(expected, method);
  co_return std::move(method.arguments);
}

Task<AmqpConnection::CallResult> AmqpConnection::call(std::string request, AmqpMethod expected) {
  // One write for both: after a small write of its own, Nagle's algorithm holds the request back until the server's
  // delayed ACK.
  request.insert(0, std::exchange(pending_output_, std::string()));
  co_await stream_.write(request);
  Method method = co_await receive_method();
  while (collect_channel_close(method)) method = co_await receive_method();
  CallResult result;
  if (method.id == expected) {
    result.arguments = std::move(method.arguments);
  } else if (method.id == AmqpMethod::channel_close) {
    result.refusal = read_amqp_refusal(method.arguments);
    channel_is_open_ = false;
    pending_output_ += amqp_method(channel, AmqpMethod::channel_close_ok);
  } else {
    throw_unexpected(expected, method);
  }
  co_return result;
}

// ---- opening the connection

Task<void> AmqpConnection::receive_start() {
  co_await stream_.write(amqp_protocol_header);
  const std::string start = co_await receive_method(AmqpMethod::connection_start);
  AmqpDecoder decoder(start);
  decoder.number(2);  // the version: a server without ours would have sent its protocol header instead
  server_ = decoder.table();
  const std::string mechanisms = decoder.long_string();
  const auto offered = split(mechanisms, ' ');
  if (std::find(offered.begin(), offered.end(), "PLAIN") == offered.end())
    throw Unhealthy(fmt::format("the server does not offer a login by user and password (PLAIN), but {}",
                                mechanisms.empty() ? "nothing" : truncate_bytes(mechanisms, 60)));
}

Task<void> AmqpConnection::authenticate(AmqpEndpoint endpoint) {
  user_logging_in_ = endpoint.user;
  co_await stream_.write(amqp_start_ok(endpoint.user, endpoint.password.reveal()));
  const std::string proposal = co_await receive_method(AmqpMethod::connection_tune);
  user_logging_in_.clear();
  const AmqpLimits limits = read_amqp_limits(proposal);
  max_frame_size_ = limits.frame_size;
  co_await stream_.write(amqp_tune_ok(limits) + amqp_open_connection(endpoint.virtual_host));
  co_await receive_method(AmqpMethod::connection_open_ok);
}

Task<void> AmqpConnection::open_channel() {
  const CallResult result = co_await call(amqp_open_channel(channel), AmqpMethod::channel_open_ok);
  if (result.refusal) throw_refusal(*result.refusal);
  channel_is_open_ = true;
}

Task<void> AmqpConnection::open(ProbeContext& context, AmqpEndpoint endpoint) {
  context.enter("login");
  co_await receive_start();
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

Task<AmqpQueue> AmqpConnection::inspect_queue(std::string queue) {
  if (!channel_is_open_) co_await open_channel();
  const CallResult result = co_await call(amqp_inspect_queue(channel, queue), AmqpMethod::queue_declare_ok);
  AmqpQueue counts;
  counts.name = std::move(queue);
  counts.refusal = result.refusal;
  if (!result.refusal) {
    AmqpDecoder decoder(result.arguments);
    decoder.short_string();  // the queue's name
    counts.messages = decoder.number(4);
    counts.consumers = decoder.number(4);
  }
  co_return counts;
}

// ---- the reply queue

Task<std::string> AmqpConnection::open_reply_queue() {
  co_await stream_.write(amqp_open_channel(reply_channel) + amqp_declare_reply_queue(reply_channel));
  co_await receive_method(AmqpMethod::channel_open_ok);
  const std::string declared = co_await receive_method(AmqpMethod::queue_declare_ok);
  std::string name = AmqpDecoder(declared).short_string();
  co_await stream_.write(amqp_consume(reply_channel, name));
  co_await receive_method(AmqpMethod::basic_consume_ok);
  co_return name;
}

Task<void> AmqpConnection::publish(std::string exchange, std::string content_type, std::string body) {
  co_await stream_.write(amqp_publish(reply_channel, exchange, content_type, body, max_frame_size_));
}

/// Takes a frame that is part of a message, delivered or returned, on the reply channel. False for any other frame.
bool AmqpConnection::collect_message(const AmqpFrame& frame) {
  if (frame.channel != reply_channel) return false;
  inbox_bytes_ += frame.payload.size() + sizeof(AmqpMessage);
  if (inbox_bytes_ > max_inbox_size) throw Unhealthy("the answers are longer than 32 MiB");
  if (frame.type == AmqpFrame::Type::method) return begin_message(frame.payload);
  if (!partial_message_ || missing_bytes_.has_value() != (frame.type == AmqpFrame::Type::body)) return false;
  if (frame.type == AmqpFrame::Type::header) {
    AmqpContent content = read_amqp_content(frame.payload);
    if (content.size > max_message_size)
      throw Unhealthy(fmt::format("a message of more than {} bytes", max_message_size));
    partial_message_->content_type = std::move(content.content_type);
    partial_message_->headers = std::move(content.headers);
    missing_bytes_ = content.size;
  } else {
    if (frame.payload.size() > *missing_bytes_) throw Unhealthy("not AMQP: a message exceeds its declared length");
    partial_message_->body += frame.payload;
    *missing_bytes_ -= frame.payload.size();
  }
  if (*missing_bytes_ == 0) finish_message();
  return true;
}

/// False when `method` does not begin a message.
bool AmqpConnection::begin_message(std::string_view method) {
  AmqpDecoder decoder(method);
  const auto id = static_cast<AmqpMethod>(decoder.number(method_id_size));
  if (id != AmqpMethod::basic_deliver && id != AmqpMethod::basic_return) return false;
  partial_message_.emplace();
  missing_bytes_.reset();
  if (id == AmqpMethod::basic_return) partial_message_->refusal = read_amqp_refusal(method.substr(method_id_size));
  return true;
}

void AmqpConnection::finish_message() {
  inbox_.push_back(std::move(*partial_message_));
  partial_message_.reset();
  missing_bytes_.reset();
}

/// True when `method` closes the reply channel; the refusal goes to the inbox.
bool AmqpConnection::collect_channel_close(const Method& method) {
  if (method.id != AmqpMethod::channel_close || method.channel != reply_channel) return false;
  AmqpMessage message;
  message.refusal = read_amqp_refusal(method.arguments);
  inbox_.push_back(std::move(message));
  pending_output_ += amqp_method(reply_channel, AmqpMethod::channel_close_ok);
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
    if (frame && collect_message(*frame)) continue;
    if (frame) {
      const Method method = co_await parse_method(std::move(*frame));
      if (method.id == AmqpMethod::connection_blocked) throw_unexpected(AmqpMethod::basic_deliver, method);
      collect_channel_close(method);
      continue;
    }
    const Duration left = context.remaining() - end;
    const bool received = left > Duration::zero() && co_await read_more(context, left);
    if (!received) co_return std::nullopt;
  }
}

// ---- closing the connection

bool AmqpConnection::reports_alarms() const {
  const auto capability = server_.find("capabilities.connection.blocked");
  return capability != server_.end() && capability->second == "1";
}

Task<std::string> AmqpConnection::close() {
  if (reports_alarms() && !channel_is_open_) co_await open_channel();
  std::string output = std::exchange(pending_output_, std::string());
  if (reports_alarms()) output += amqp_begin_message(channel);
  output += amqp_close();
  // One write: a server with an alarm stops reading at the message, so it answers either by connection.blocked or by
  // close-ok, and each of them settles whether there is an alarm.
  co_await stream_.write(output);
  std::string alarm;
  for (bool answered = false; !answered;) {
    const Method method = co_await receive_method();
    if (method.id == AmqpMethod::connection_blocked) alarm = alarm_reason(method.arguments);
    answered = method.id == AmqpMethod::connection_close_ok || !alarm.empty();
  }
  stream_.shutdown_write();
  co_return alarm;
}

}  // namespace hale
