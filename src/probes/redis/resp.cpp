#include "probes/redis/resp.hpp"

#include <hiredis/hiredis.h>

#include <array>
#include <cstdlib>
#include <new>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {
namespace {

constexpr std::size_t max_reply_bytes = std::size_t{1} << 20;
constexpr int max_list_entries = 4096;

redisReplyObjectFunctions original_functions;

/// The server announces a list's length before it sends any entry, and hiredis allocates memory for all of them at
/// once:
/// "*2147483647" would cost 16 GiB. Refusing here makes hiredis report that it is out of memory. The type of the length
/// differs between hiredis 0.14 and 1.
template <typename Length>
void* create_limited_list(const redisReadTask* task, Length length) {
  return length > max_list_entries ? nullptr : original_functions.createArray(task, length);
}

/// hiredis' own functions, but for lists. They are shared by all readers and never change after the first call.
redisReplyObjectFunctions* limited_functions(const redisReader& reader) {
  static redisReplyObjectFunctions functions = [&] {
    original_functions = *reader.fn;
    redisReplyObjectFunctions limited = original_functions;
    limited.createArray = create_limited_list;
    return limited;
  }();
  return &functions;
}

RedisReply copy_reply(const redisReply& source) {
  RedisReply reply;
  using Type = RedisReply::Type;
  switch (source.type) {
    case REDIS_REPLY_STATUS: reply.type = Type::status; break;
    case REDIS_REPLY_ERROR: reply.type = Type::error; break;
    case REDIS_REPLY_STRING: reply.type = Type::text; break;
    case REDIS_REPLY_INTEGER: reply.type = Type::number; break;
    case REDIS_REPLY_ARRAY: reply.type = Type::list; break;
    default: break;
  }
  if (source.type == REDIS_REPLY_INTEGER) {
    reply.text = fmt::format("{}", source.integer);
  } else if (source.str != nullptr) {
    reply.text.assign(source.str, static_cast<std::size_t>(source.len));
  }
  for (std::size_t i = 0; i < source.elements; ++i) reply.items.push_back(copy_reply(*source.element[i]).text);
  return reply;
}

std::string wire_format(const RedisCommand& command) {
  std::vector<const char*> arguments;
  std::vector<std::size_t> lengths;
  for (const std::string& argument : command) {
    arguments.push_back(argument.data());
    lengths.push_back(argument.size());
  }
  char* buffer = nullptr;
  const int size =
      redisFormatCommandArgv(&buffer, static_cast<int>(arguments.size()), arguments.data(), lengths.data());
  if (size < 0) throw std::bad_alloc();
  std::string bytes(buffer, static_cast<std::size_t>(size));
  redisFreeCommand(buffer);
  return bytes;
}

}  // namespace

std::string describe_error(const RedisReply& reply) {
  struct Explanation {
    std::string_view code;
    std::string_view text;
  };
  // The codes are those of redis/src/server.c, createSharedObjects().
  constexpr auto explanations = std::to_array<Explanation>({
      {"NOAUTH", "a password is required"},
      {"WRONGPASS", "wrong user or password"},
      {"NOPERM", "permission denied"},
      {"LOADING", "still loading its data"},
      {"MASTERDOWN", "a replica that has lost its master"},
      {"BUSY", "busy running a script"},
      {"MISCONF", "cannot save its data and refuses writes"},
      {"READONLY", "read only"},
      {"DENIED", "connection denied"},
  });
  for (const Explanation& explanation : explanations) {
    if (reply.error_code() == explanation.code) return fmt::format("{} ({})", explanation.text, reply.text);
  }
  return reply.text;
}

std::string describe_reply(const RedisReply& reply) {
  if (reply.type == RedisReply::Type::list) return "a list";
  return reply.text.empty() ? "nothing" : truncate_bytes(reply.text, 60);
}

RedisCommand parse_command(std::string_view text) {
  const std::vector<std::string_view> arguments = split(text, ' ');
  return {arguments.begin(), arguments.end()};
}

RedisReader::RedisReader() : reader_(redisReaderCreate()) {
  if (!reader_) throw std::bad_alloc();
  reader_->fn = limited_functions(*reader_);
}

void RedisReader::Free::operator()(redisReader* reader) const { redisReaderFree(reader); }

void RedisReader::feed(std::string_view bytes) {
  pending_ += bytes.size();
  redisReaderFeed(reader_.get(), bytes.data(), bytes.size());
}

std::optional<RedisReply> RedisReader::next() {
  void* raw = nullptr;
  if (redisReaderGetReply(reader_.get(), &raw) != REDIS_OK) {
    // Out of memory is how create_limited_list() shows up here: see there.
    const bool long_list = reader_->err == REDIS_ERR_OOM;
    throw Unhealthy(
        fmt::format("not a Redis reply: {}",
                    long_list ? fmt::format("a list of more than {} entries", max_list_entries) : reader_->errstr));
  }
  if (raw != nullptr) {
    pending_ = 0;
    redisReply* const parsed = static_cast<redisReply*>(raw);
    RedisReply reply = copy_reply(*parsed);
    freeReplyObject(parsed);
    return reply;
  }
  if (pending_ > max_reply_bytes)
    throw Unhealthy(
        fmt::format("the answer is longer than {}", format_human(Quantity{double{max_reply_bytes}, Unit::bytes})));
  return std::nullopt;
}

Task<void> RedisClient::send(std::vector<RedisCommand> commands) {
  std::string bytes;
  for (const RedisCommand& command : commands) bytes += wire_format(command);
  co_await stream_.write(bytes);
}

Task<RedisReply> RedisClient::receive() {
  for (;;) {
    if (std::optional<RedisReply> reply = reader_.next()) co_return std::move(*reply);
    const std::string bytes = co_await stream_.read_some();
    reader_.feed(bytes);
  }
}

Task<RedisReply> RedisClient::call(RedisCommand command) {
  const std::string bytes = wire_format(command);
  co_await stream_.write(bytes);
  co_return co_await receive();
}

void RedisClient::shutdown_write() { stream_.shutdown_write(); }

std::string redis_library() { return fmt::format("hiredis {}.{}.{}", HIREDIS_MAJOR, HIREDIS_MINOR, HIREDIS_PATCH); }

}  // namespace hale
