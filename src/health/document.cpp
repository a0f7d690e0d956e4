#include "health/document.hpp"

#include <limits>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "health/sanitize_json.hpp"

namespace hale::health {
namespace {

using Json = nlohmann::json;

constexpr std::size_t max_depth = 64;

/// The handler of nlohmann's SAX parser, which stops when any function returns false.
class NodeBuilder {
 public:
  NodeBuilder(std::vector<char>& characters, std::vector<Node>& nodes, std::string& error)
      : characters_(characters), nodes_(nodes), error_(error) {}

  bool null() {
    add(Node::Kind::null);
    return true;
  }
  bool boolean(bool value) {
    add(Node::Kind::boolean).boolean = value;
    return true;
  }
  bool number_integer(std::int64_t) {  // negative: all others arrive as unsigned
    add(Node::Kind::number);
    return true;
  }
  bool number_unsigned(std::uint64_t number) {
    constexpr std::uint64_t max = std::numeric_limits<std::int32_t>::max();
    add(Node::Kind::number).number = number <= max ? static_cast<std::int32_t>(number) : 0;
    return true;
  }
  bool number_float(double, const std::string&) {
    add(Node::Kind::number);
    return true;
  }
  bool string(std::string& text) {
    add(Node::Kind::text).text = stored(text);
    return true;
  }
  bool binary(Json::binary_t&) { return false; }
  bool start_object(std::size_t) { return open(Node::Kind::object); }
  bool start_array(std::size_t) { return open(Node::Kind::array); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& key) {
    key_ = stored(key);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) {
    error_ = "the body is not valid JSON";
    return false;
  }

 private:
  Node& add(Node::Kind kind) {
    Node& node = nodes_.emplace_back();
    node.kind = kind;
    node.key = std::exchange(key_, {});
    return node;
  }

  bool open(Node::Kind kind) {
    if (open_.size() == max_depth) {
      error_ = fmt::format("the JSON body is nested deeper than {} levels", max_depth);
      return false;
    }
    open_.push_back(nodes_.size());
    add(kind);
    return true;
  }

  bool close() {
    nodes_[open_.back()].size = static_cast<std::uint32_t>(nodes_.size() - open_.back());
    open_.pop_back();
    return true;
  }

  /// A text is never longer decoded than in the document, so `characters_` never reallocates and the views stay valid.
  std::string_view stored(const std::string& text) {
    const std::size_t start = characters_.size();
    characters_.insert(characters_.end(), text.begin(), text.end());
    return {characters_.data() + start, text.size()};
  }

  std::vector<char>& characters_;
  std::vector<Node>& nodes_;
  std::string& error_;
  std::vector<std::size_t> open_;
  std::string_view key_;
};

}  // namespace

Document::Document(std::string_view json) {
  const std::string sanitized = sanitize_json(json);
  characters_.reserve(sanitized.size());
  NodeBuilder builder(characters_, nodes_, error_);
  if (!Json::sax_parse(sanitized, &builder)) nodes_.clear();
}

}  // namespace hale::health
