#pragma once

#include <span>
#include <string>
#include <utility>

namespace hale {

/// A text that must never be shown. It cannot be formatted; reveal() is only for the wire.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}

  const std::string& reveal() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};

/// `text` with "***" for each of `secrets`, also where an ellipsis truncates it. Secrets shorter than four characters
/// are kept: replacing them would hit ordinary words.
std::string redact(std::string text, std::span<const Secret> secrets);

}  // namespace hale
