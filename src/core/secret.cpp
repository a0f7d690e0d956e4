#include "core/secret.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace hale {
namespace {

constexpr std::size_t min_length = 4;
constexpr std::string_view mask = "***";
constexpr std::string_view ellipsis = "…";

void redact_whole(std::string& text, std::string_view secret) {
  for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at + mask.size()))
    text.replace(at, secret.size(), mask);
}

/// A quotation may have been truncated in the middle of the secret: redacts a beginning of it before an ellipsis.
void redact_truncated(std::string& text, std::string_view secret) {
  for (std::size_t end = text.find(ellipsis); end != std::string::npos; end = text.find(ellipsis, end + 1)) {
    const std::string_view before = std::string_view(text).substr(0, end);
    std::size_t length = std::min(secret.size() - 1, before.size());
    while (length >= min_length && !before.ends_with(secret.substr(0, length))) --length;
    if (length < min_length) continue;
    text.replace(end - length, length, mask);
    end = end - length + mask.size();
  }
}

}  // namespace

std::string redact(std::string text, std::span<const Secret> secrets) {
  std::vector<std::string_view> texts;
  for (const Secret& secret : secrets) {
    if (secret.reveal().size() >= min_length) texts.push_back(secret.reveal());
  }
  // The longest first: one secret may be the beginning of another.
  std::sort(texts.begin(), texts.end(), [](auto a, auto b) { return a.size() > b.size(); });
  for (const std::string_view secret : texts) redact_whole(text, secret);
  for (const std::string_view secret : texts) redact_truncated(text, secret);
  return text;
}

}  // namespace hale
