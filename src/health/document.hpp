#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hale::health {

/// A value of a JSON document. Its members or elements follow it in memory: `for (const Node& child : node)`.
struct Node {
  enum class Kind : std::uint8_t { null, boolean, number, text, array, object };

  Kind kind = Kind::null;
  bool truth = false;       ///< of a boolean
  std::int32_t number = 0;  ///< of a whole number that fits; else 0
  std::uint32_t size = 1;   ///< nodes of the value, itself included
  std::string_view key{};   ///< of a member; empty for elements and the root
  std::string_view text{};  ///< of a text

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

/// A JSON document that keeps duplicate keys. Its nodes are one vector, so that nothing is freed or walked deeper than
/// the document's depth, which has a limit.
class Document {
 public:
  /// R3: refuses trailing data, trailing commas, truncation and more than 64 levels; bears broken UTF-8 and NaN.
  explicit Document(std::string_view json);
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  /// Why the text is no document, else empty. Then there are no nodes.
  const std::string& trouble() const { return trouble_; }
  const Node& root() const { return nodes_.front(); }
  /// In the order written: every value after the one it belongs to.
  std::span<const Node> nodes() const { return nodes_; }
  std::size_t index(const Node& node) const { return static_cast<std::size_t>(&node - nodes_.data()); }

 private:
  std::vector<char> characters_;  ///< what keys and texts are views of
  std::vector<Node> nodes_;
  std::string trouble_;
};

}  // namespace hale::health
