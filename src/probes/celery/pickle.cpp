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
struct UnsupportedPickle {};

/// A pickle is a program for a stack machine. This machine only has the instructions that build plain data, so a pickle
/// from the network cannot call anything.
class PickleMachine {
 public:
  explicit PickleMachine(std::string_view pickle) : rest_(pickle) {}

  Json run() {
    for (;;) {
      const char instruction = take(1).front();
      if (instruction == '.') return pop();
      if (!do_scalar(instruction) && !do_text(instruction) && !do_memo(instruction) && !do_container(instruction))
        throw UnsupportedPickle();
    }
  }

 private:
  // Limits on hostile input: the depth of the stack, which is also that of nesting, and the bytes that references copy.
  static constexpr std::size_t max_values = 4096;
  static constexpr std::size_t max_copied_bytes = std::size_t{4} << 20;

  std::string_view take(std::size_t size) {
    if (rest_.size() < size) throw UnsupportedPickle();
    const std::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }

  /// An unsigned integer of `size` bytes, little-endian.
  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    const std::string_view bytes = take(size);
    for (std::size_t i = size; i > 0; --i) value = value << 8U | static_cast<unsigned char>(bytes[i - 1]);
    return value;
  }

  void push(Json value) {
    if (values_.size() >= max_values) throw UnsupportedPickle();
    values_.push_back(std::move(value));
  }

  Json pop() {
    if (values_.size() <= (marks_.empty() ? 0 : marks_.back())) throw UnsupportedPickle();
    Json value = std::move(values_.back());
    values_.pop_back();
    return value;
  }

  /// The values above the last mark.
  std::vector<Json> pop_to_mark() {
    if (marks_.empty()) throw UnsupportedPickle();
    const auto begin = values_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    std::vector<Json> popped(std::make_move_iterator(begin), std::make_move_iterator(values_.end()));
    values_.erase(begin, values_.end());
    marks_.pop_back();
    return popped;
  }

  Json& top() {
    if (values_.size() <= (marks_.empty() ? 0 : marks_.back())) throw UnsupportedPickle();
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

  bool do_memo(char instruction) {
    switch (instruction) {
      case '\x94': remember(memory_.size()); return true;
      case 'q': remember(number(1)); return true;
      case 'r': remember(number(4)); return true;
      case 'h': recall(number(1)); return true;
      case 'j': recall(number(4)); return true;
      default: return false;
    }
  }

  void remember(std::size_t index) {
    if (index > memory_.size()) throw UnsupportedPickle();
    if (index == memory_.size()) memory_.emplace_back();
    memory_[index] = top().is_string() ? copy(top()) : Json();
  }

  void recall(std::size_t index) {
    if (index >= memory_.size()) throw UnsupportedPickle();
    push(copy(memory_[index]));
  }

  Json copy(const Json& value) {
    copied_bytes_ += value.is_string() ? value.get_ref<const std::string&>().size() : 0;
    if (copied_bytes_ > max_copied_bytes) throw UnsupportedPickle();
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
      case 'a': append(single(pop())); return true;
      case 'e': append(pop_to_mark()); return true;
      case 's': {
        Json value = pop();
        std::vector<Json> pair = single(pop());
        pair.push_back(std::move(value));
        set(std::move(pair));
        return true;
      }
      case 'u': set(pop_to_mark()); return true;
      default: return false;
    }
  }

  static std::vector<Json> single(Json value) {
    std::vector<Json> list;
    list.push_back(std::move(value));
    return list;
  }

  void append(std::vector<Json> values) {
    if (!top().is_array()) throw UnsupportedPickle();
    for (Json& value : values) top().push_back(std::move(value));
  }

  /// Sets the members of the dict on top of the stack from alternating keys and values.
  void set(std::vector<Json> pairs) {
    if (!top().is_object() || pairs.size() % 2 != 0) throw UnsupportedPickle();
    for (std::size_t i = 0; i < pairs.size(); i += 2) {
      if (pairs[i].is_string()) top()[pairs[i].get<std::string>()] = std::move(pairs[i + 1]);
    }
  }

  std::string_view rest_;
  std::vector<Json> values_;
  std::vector<std::size_t> marks_;  ///< sizes of the stack at the open MARKs
  std::vector<Json> memory_;
  std::size_t copied_bytes_ = 0;
};

}  // namespace

Json read_pickle(std::string_view pickle) {
  try {
    return PickleMachine(pickle).run();
  } catch (const UnsupportedPickle&) {
    return Json(Json::value_t::discarded);
  }
}

}  // namespace hale
