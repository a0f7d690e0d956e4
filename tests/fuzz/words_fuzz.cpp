#include "base/text.hpp"
#include "tests/fuzz/fuzz.hpp"

void hale::fuzz::fuzz_one(std::string_view text) {
  // Quoting and splitting a word returns the word.
  const std::vector<std::string> quoted = split_shell_words(shell_quote(text));
  check(quoted.size() == 1 && quoted[0] == text);
  std::size_t letters = 0;
  for (const std::string& word : split_shell_words(text)) letters += word.size();
  check(letters <= text.size());
}
