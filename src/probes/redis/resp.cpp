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

constexpr std::size_t reply_cap = std::size_t{1} << 20;
constexpr int list_cap = 4096;

redisReplyObjectFunctions original_functions;

/// A list's length is the peer's word alone: hiredis would set aside memory for two billion entries. The length's type
/// differs between hiredis 0.14 and 1.
template <typename Length>
void* create_short_list(const redisReadTask* task, Length length) {
  return length > list_cap ? nullptr : original_functions.createArray(task, length);
}

redisReplyObjectFunctions* careful_functions(const redisReader& reader) {
  static redisReplyObjectFunctions functions = [&] {
    original_functions = *reader.fn;
    redisReplyObjectFunctions careful = original_functions;
    careful.createArray = create_short_list;
    return careful;
  }();
  return &functions;
}

RedisReply read(const redisReply* reply) {
  RedisReply taken;
  using Type = RedisReply::Type;
  switch (reply->type) {
    case REDIS_REPLY_STATUS: taken.type = Type::status; break;
    case REDIS_REPLY_ERROR: taken.type = Type::error; break;
    case REDIS_REPLY_STRING: taken.type = Type::text; break;
    case REDIS_REPLY_INTEGER: taken.type = Type::number; break;
    case REDIS_REPLY_ARRAY: taken.type = Type::list; break;
    default: break;
  }
  if (reply->type == REDIS_REPLY_INTEGER) {
    taken.text = fmt::format("{}", reply->integer);
  } else if (reply->str != nullptr) {
    taken.text.assign(reply->str, static_cast<std::size_t>(reply->len));
  }
  for (std::size_t i = 0; i < reply->elements; ++i) taken.items.push_back(read(reply->element[i]).text);
  return taken;
}

RedisReply take(void* raw) {
  redisReply* reply = static_cast<redisReply*>(raw);
  RedisReply taken = read(reply);
  freeReplyObject(reply);
  return taken;
}

std::string wire_form(const RedisCommand& words) {
  std::vector<const char*> texts;
  std::vector<std::size_t> lengths;
  for (const std::string& word : words) {
    texts.push_back(word.data());
    lengths.push_back(word.size());
  }
  char* command = nullptr;
  const int size = redisFormatCommandArgv(&command, static_cast<int>(words.size()), texts.data(), lengths.data());
  if (size < 0) throw std::bad_alloc();
  std::string bytes(command, static_cast<std::size_t>(size));
  redisFreeCommand(command);
  return bytes;
}

}  // namespace

std::string explain(const RedisReply& reply) {
  // The codes are Redis' own (redis/src/server.c, shared objects).
  struct Meaning {
    std::string_view code;
    std::string_view words;
  };
  constexpr std::array<Meaning, 9> meanings{{{"NOAUTH", "a password is required"},
                                             {"WRONGPASS", "wrong user or password"},
                                             {"NOPERM", "this user may not"},
                                             {"LOADING", "still loading its data"},
                                             {"MASTERDOWN", "a replica that has lost its master"},
                                             {"BUSY", "busy with a script"},
                                             {"MISCONF", "cannot save its data and refuses writes"},
                                             {"READONLY", "read only"},
                                             {"DENIED", "refuses us"}}};
  for (const Meaning& meaning : meanings) {
    if (reply.error_code() == meaning.code) return fmt::format("{} ({})", meaning.words, reply.text);
  }
  return reply.text;
}

std::string describe_reply(const RedisReply& reply) {
  if (reply.type == RedisReply::Type::list) return "a list";
  return reply.text.empty() ? "nothing" : truncate_bytes(reply.text, 60);
}

RedisCommand parse_command(std::string_view words) {
  const std::vector<std::string_view> pieces = split(words, ' ');
  return {pieces.begin(), pieces.end()};
}

RedisReader::RedisReader() : reader_(redisReaderCreate()) {
  if (!reader_) throw std::bad_alloc();
  reader_->fn = careful_functions(*reader_);
}

void RedisReader::Free::operator()(redisReader* reader) const { redisReaderFree(reader); }

void RedisReader::feed(std::string_view bytes) {
  unread_ += bytes.size();
  redisReaderFeed(reader_.get(), bytes.data(), bytes.size());
}

std::optional<RedisReply> RedisReader::next() {
  void* reply = nullptr;
  if (redisReaderGetReply(reader_.get(), &reply) != REDIS_OK) {
    // Memory is what hiredis takes for missing when create_short_list refuses.
    const bool long_list = reader_->err == REDIS_ERR_OOM;
    throw Unhealthy(fmt::format("no Redis answer: {}",
                                long_list ? fmt::format("a list of more than {} entries", list_cap) : reader_->errstr));
  }
  if (reply != nullptr) {
    unread_ = 0;
    return take(reply);
  }
  if (unread_ > reply_cap)
    throw Unhealthy(
        fmt::format("the answer is longer than {}", format_human(Quantity{double{reply_cap}, Unit::bytes})));
  return std::nullopt;
}

Task<void> RedisConversation::say(std::vector<RedisCommand> commands) {
  std::string bytes;
  for (const RedisCommand& command : commands) bytes += wire_form(command);
  co_await stream_.write(bytes);
}

Task<RedisReply> RedisConversation::ask(RedisCommand command) {
  const std::string bytes = wire_form(command);
  co_await stream_.write(bytes);
  co_return co_await hear();
}

Task<RedisReply> RedisConversation::hear() {
  for (;;) {
    if (std::optional<RedisReply> reply = reader_.next()) co_return std::move(*reply);
    const std::string bytes = co_await stream_.read_some();
    reader_.feed(bytes);
  }
}

void RedisConversation::finish() { stream_.shutdown_write(); }

std::string redis_library() { return fmt::format("hiredis {}.{}.{}", HIREDIS_MAJOR, HIREDIS_MINOR, HIREDIS_PATCH); }

}  // namespace hale
