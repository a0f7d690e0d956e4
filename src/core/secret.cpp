#include "core/secret.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace hale {
namespace {

constexpr std::size_t shortest = 4;
constexpr std::string_view struck = "***";
constexpr std::string_view ellipsis = "…";

void strike_whole(std::string& text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + struck.size()))
    text.replace(at, word.size(), struck);
}

/// A quotation may have been cut in the middle of the word.
void strike_cut(std::string& text, std::string_view word) {
  for (std::size_t end = text.find(ellipsis); end != std::string::npos; end = text.find(ellipsis, end + 1)) {
    const std::string_view before = std::string_view(text).substr(0, end);
    std::size_t length = std::min(word.size() - 1, before.size());
    while (length >= shortest && !before.ends_with(word.substr(0, length))) --length;
    if (length < shortest) continue;
    text.replace(end - length, length, struck);
    end = end - length + struck.size();
  }
}

}  // namespace

std::string redact(std::string text, std::span<const Secret> secrets) {
  std::vector<std::string_view> words;
  for (const Secret& secret : secrets) {
    if (secret.reveal().size() >= shortest) words.push_back(secret.reveal());
  }
  // The longest first: one may be the beginning of another.
  std::sort(words.begin(), words.end(), [](auto a, auto b) { return a.size() > b.size(); });
  for (const std::string_view word : words) strike_whole(text, word);
  for (const std::string_view word : words) strike_cut(text, word);
  return text;
}

}  // namespace hale
