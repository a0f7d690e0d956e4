#include "core/url.hpp"
#include "tests/fuzz/fuzz.hpp"

/// Neither a URL nor an error shows the password, wherever the text is inserted.
void hale::fuzz::fuzz_one(std::string_view text) {
  constexpr std::string_view canary = "QcanaryQ";
  if (text.find('Q') != std::string_view::npos) return;
  const std::size_t middle = text.size() / 2;
  const std::string typed = "http://user:" + std::string(canary) + std::string(text.substr(0, middle)) + "@host" +
                            std::string(text.substr(middle));
  try {
    const Url url = parse_url(typed, "http");
    if (url.password) check(url.shown(80).find(canary) == std::string::npos);
  } catch (const UsageError& error) {
    check(std::string_view(error.what()).find(canary) == std::string_view::npos);
  }
}
