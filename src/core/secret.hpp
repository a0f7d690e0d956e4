#pragma once

#include <span>
#include <string>
#include <utility>

namespace hale {

/// A text that must never be shown. It has no printer; reveal() is for the wire alone.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}

  const std::string& reveal() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};

/// `text` with every one of `secrets` struck out as "***", also where an ellipsis cuts it short. Secrets shorter than
/// four characters would strike out ordinary words and are let stand.
std::string redact(std::string text, std::span<const Secret> secrets);

}  // namespace hale
