#include "core/secret.hpp"

namespace hale {

std::string strike_out(std::string text, std::span<const Secret> secrets) {
  constexpr std::string_view struck = "***";
  for (const Secret& secret : secrets) {
    const std::string& word = secret.reveal();
    if (word.size() < 4) continue;
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + struck.size())) {
      text.replace(at, word.size(), struck);
    }
  }
  return text;
}

}  // namespace hale
