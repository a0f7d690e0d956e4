#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hale::health {

/// A value of a JSON document. Its members or elements follow it in memory; iterate with `for (const Node& child :
/// node)`.
struct Node {
  enum class Kind : std::uint8_t { null, boolean, number, text, array, object };

  Kind kind = Kind::null;
  bool boolean = false;     ///< the value of a boolean
  std::int32_t number = 0;  ///< the value of an integer that fits; 0 for any other number
  std::uint32_t size = 1;   ///< the number of nodes in this value, itself included
  std::string_view key{};   ///< the key of a member; empty for elements and the root
  std::string_view text{};  ///< the value of a text, decoded

  bool is_container() const { return kind == Kind::array || kind == Kind::object; }

  class Iterator {
   public:
    explicit Iterator(const Node* node) : node_(node) {}
    const Node& operator*() const { return *node_; }
    Iterator& operator++() {
      node_ += node_->size;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const Node* node_;
  };
  Iterator begin() const { return Iterator(this + 1); }
  Iterator end() const { return Iterator(this + size); }
};

/// A JSON document that keeps duplicate keys. Its nodes are one vector in document order, so memory grows with the size
/// of the text alone and destruction does not recurse.
class Document {
 public:
  /// Parses `json` as R3 requires: accepts invalid UTF-8 and NaN; rejects trailing data, trailing commas, truncated
  /// text and more than 64 levels. Does not keep `json`.
  explicit Document(std::string_view json);
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  /// Why the text is not a valid document; empty when it is. An invalid document has no nodes.
  const std::string& error() const { return error_; }
  const Node& root() const { return nodes_.front(); }
  /// In document order: every value follows the one that contains it.
  std::span<const Node> nodes() const { return nodes_; }
  std::size_t index(const Node& node) const { return static_cast<std::size_t>(&node - nodes_.data()); }

 private:
  std::vector<char> characters_;  ///< the storage of keys and texts
  std::vector<Node> nodes_;
  std::string error_;
};

}  // namespace hale::health
