#include "probes/resp.hpp"

#include <hiredis/hiredis.h>

#include <cstdlib>
#include <new>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/text.hpp"

namespace hale {
namespace {

constexpr std::size_t reply_cap = std::size_t{1} << 20;
constexpr int list_cap = 4096;

using ReaderFunctions = redisReplyObjectFunctions;
ReaderFunctions original_functions;

/// A list's length is the peer's word alone: hiredis would set aside memory for two billion entries.
/// Its type differs between hiredis 0.14 and 1.
template <typename Length>
void* create_short_list(const redisReadTask* task, Length length) {
  return length > list_cap ? nullptr : original_functions.createArray(task, length);
}

RedisReply take(void* raw) {
  redisReply* reply = static_cast<redisReply*>(raw);
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
  freeReplyObject(reply);
  return taken;
}

}  // namespace

struct RedisConversation::Reader {
  Reader() : reader(redisReaderCreate()) {
    if (reader == nullptr) throw std::bad_alloc();
    original_functions = *reader->fn;
    functions = original_functions;
    functions.createArray = create_short_list;
    reader->fn = &functions;
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { redisReaderFree(reader); }

  ReaderFunctions functions{};
  redisReader* reader;
};

RedisConversation::RedisConversation(Stream stream) : stream_(std::move(stream)), reader_(std::make_unique<Reader>()) {}
RedisConversation::RedisConversation(RedisConversation&&) noexcept = default;
RedisConversation::~RedisConversation() = default;

Task<void> RedisConversation::say(std::vector<std::string> words) {
  std::vector<const char*> texts;
  std::vector<std::size_t> lengths;
  for (const std::string& word : words) {
    texts.push_back(word.data());
    lengths.push_back(word.size());
  }
  char* command = nullptr;
  const int size = redisFormatCommandArgv(&command, static_cast<int>(words.size()), texts.data(), lengths.data());
  if (size < 0) throw std::bad_alloc();
  const std::string bytes(command, static_cast<std::size_t>(size));
  redisFreeCommand(command);
  co_await stream_.write(bytes);
}

Task<RedisReply> RedisConversation::hear() {
  for (std::size_t heard = 0;;) {
    void* reply = nullptr;
    if (redisReaderGetReply(reader_->reader, &reply) != REDIS_OK) {
      // Memory is what hiredis takes for missing when create_short_list refuses.
      const bool long_list = reader_->reader->err == REDIS_ERR_OOM;
      throw Unhealthy(fmt::format("no Redis answer: {}", long_list
                                                             ? fmt::format("a list of more than {} entries", list_cap)
                                                             : reader_->reader->errstr));
    }
    if (reply != nullptr) co_return take(reply);
    if (heard > reply_cap)
      throw Unhealthy(
          fmt::format("the answer is longer than {}", for_person(Quantity{double{reply_cap}, Unit::bytes})));
    const std::string bytes = co_await stream_.read_some();
    heard += bytes.size();
    redisReaderFeed(reader_->reader, bytes.data(), bytes.size());
  }
}

void RedisConversation::finish() { stream_.finish_sending(); }

std::string redis_library() { return fmt::format("hiredis {}.{}.{}", HIREDIS_MAJOR, HIREDIS_MINOR, HIREDIS_PATCH); }

}  // namespace hale
