#include "probes/celery/pickle.hpp"

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace hale {
namespace {

using Json = nlohmann::json;

/// Thrown and caught within read_pickle().
struct NoPlainData {};

/// A stack machine, as pickles are made for, with the instructions that make data and no other.
class Machine {
 public:
  explicit Machine(std::string_view pickle) : rest_(pickle) {}

  Json run() {
    for (;;) {
      const char instruction = take(1).front();
      if (instruction == '.') return pop();
      if (!do_scalar(instruction) && !do_text(instruction) && !do_memory(instruction) && !do_container(instruction))
        throw NoPlainData();
    }
  }

 private:
  // What is nested deeper than this, or copied more often, is not for a peer to have.
  static constexpr std::size_t most_values = 4096;
  static constexpr std::size_t most_copied = std::size_t{4} << 20;

  std::string_view take(std::size_t size) {
    if (rest_.size() < size) throw NoPlainData();
    const std::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }

  /// `size` bytes, the least first.
  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    const std::string_view bytes = take(size);
    for (std::size_t i = size; i > 0; --i) value = value << 8U | static_cast<unsigned char>(bytes[i - 1]);
    return value;
  }

  void push(Json value) {
    if (values_.size() >= most_values) throw NoPlainData();
    values_.push_back(std::move(value));
  }

  Json pop() {
    if (values_.size() <= (marks_.empty() ? 0 : marks_.back())) throw NoPlainData();
    Json value = std::move(values_.back());
    values_.pop_back();
    return value;
  }

  /// What was pushed since the last mark.
  std::vector<Json> pop_to_mark() {
    if (marks_.empty()) throw NoPlainData();
    const auto begin = values_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    std::vector<Json> popped(std::make_move_iterator(begin), std::make_move_iterator(values_.end()));
    values_.erase(begin, values_.end());
    marks_.pop_back();
    return popped;
  }

  Json& top() {
    if (values_.size() <= (marks_.empty() ? 0 : marks_.back())) throw NoPlainData();
    return values_.back();
  }

  bool do_scalar(char instruction) {
    switch (instruction) {
      case '\x80': take(1); return true;  // PROTO
      case '\x95': take(8); return true;  // FRAME
      case 'N': push(nullptr); return true;
      case '\x88': push(true); return true;
      case '\x89': push(false); return true;
      case 'K': push(number(1)); return true;
      case 'M': push(number(2)); return true;
      case 'J': push(static_cast<std::int32_t>(number(4))); return true;
      case '\x8a': take(number(1)), push(nullptr); return true;  // LONG1
      case 'G': take(8), push(nullptr); return true;             // BINFLOAT
      case 'C': take(number(1)), push(nullptr); return true;     // SHORT_BINBYTES
      case 'B': take(number(4)), push(nullptr); return true;     // BINBYTES
      default: return false;
    }
  }

  bool do_text(char instruction) {
    switch (instruction) {
      case '\x8c': push(std::string(take(number(1)))); return true;
      case 'X': push(std::string(take(number(4)))); return true;
      case '\x8d': push(std::string(take(number(8)))); return true;
      default: return false;
    }
  }

  bool do_memory(char instruction) {
    switch (instruction) {
      case '\x94': remember(memory_.size()); return true;
      case 'q': remember(number(1)); return true;
      case 'r': remember(number(4)); return true;
      case 'h': recall(number(1)); return true;
      case 'j': recall(number(4)); return true;
      default: return false;
    }
  }

  void remember(std::size_t endpoint) {
    if (endpoint > memory_.size()) throw NoPlainData();
    if (endpoint == memory_.size()) memory_.emplace_back();
    memory_[endpoint] = top().is_string() ? copy(top()) : Json();
  }

  void recall(std::size_t endpoint) {
    if (endpoint >= memory_.size()) throw NoPlainData();
    push(copy(memory_[endpoint]));
  }

  Json copy(const Json& value) {
    copied_ += value.is_string() ? value.get_ref<const std::string&>().size() : 0;
    if (copied_ > most_copied) throw NoPlainData();
    return value;
  }

  bool do_container(char instruction) {
    switch (instruction) {
      case '(': marks_.push_back(values_.size()); return true;
      case ']': push(Json::array()); return true;
      case '}': push(Json::object()); return true;
      case ')': push(nullptr); return true;  // EMPTY_TUPLE
      case 't': pop_to_mark(), push(nullptr); return true;
      case '\x85': pop(), push(nullptr); return true;
      case '\x86': pop(), pop(), push(nullptr); return true;
      case '\x87': pop(), pop(), pop(), push(nullptr); return true;
      case 'a': append(one(pop())); return true;
      case 'e': append(pop_to_mark()); return true;
      case 's': {
        Json value = pop();
        std::vector<Json> pair = one(pop());
        pair.push_back(std::move(value));
        set(std::move(pair));
        return true;
      }
      case 'u': set(pop_to_mark()); return true;
      default: return false;
    }
  }

  static std::vector<Json> one(Json value) {
    std::vector<Json> list;
    list.push_back(std::move(value));
    return list;
  }

  void append(std::vector<Json> values) {
    if (!top().is_array()) throw NoPlainData();
    for (Json& value : values) top().push_back(std::move(value));
  }

  /// Keys and values in turn.
  void set(std::vector<Json> pairs) {
    if (!top().is_object() || pairs.size() % 2 != 0) throw NoPlainData();
    for (std::size_t i = 0; i < pairs.size(); i += 2) {
      if (pairs[i].is_string()) top()[pairs[i].get<std::string>()] = std::move(pairs[i + 1]);
    }
  }

  std::string_view rest_;
  std::vector<Json> values_;
  std::vector<std::size_t> marks_;  ///< how many values there were
  std::vector<Json> memory_;
  std::size_t copied_ = 0;
};

}  // namespace

Json read_pickle(std::string_view pickle) {
  try {
    return Machine(pickle).run();
  } catch (const NoPlainData&) {
    return Json(Json::value_t::discarded);
  }
}

}  // namespace hale
