#include "base/text.hpp"
#include "tests/fuzz/fuzz.hpp"

void hale::fuzz::look_at(std::string_view text) {
  // Quoted by hale, split by hale: the same word.
  const std::vector<std::string> quoted = split_shell_words(shell_quote(text));
  hold(quoted.size() == 1 && quoted[0] == text);
  std::size_t letters = 0;
  for (const std::string& word : split_shell_words(text)) letters += word.size();
  hold(letters <= text.size());
}
