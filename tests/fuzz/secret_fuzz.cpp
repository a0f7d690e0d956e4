#include "core/url.hpp"
#include "tests/fuzz/fuzz.hpp"

// A password is never shown, wherever in the URL the rest of the text lands, and no error repeats it.
void hale::fuzz::look_at(std::string_view text) {
  constexpr std::string_view canary = "QcanaryQ";
  if (text.find('Q') != std::string_view::npos) return;
  const std::size_t middle = text.size() / 2;
  const std::string typed = "http://user:" + std::string(canary) + std::string(text.substr(0, middle)) + "@host" +
                            std::string(text.substr(middle));
  try {
    const Url url = parse_url(typed, "http");
    if (url.password) hold(url.shown(80).find(canary) == std::string::npos);
  } catch (const UsageError& error) {
    hold(std::string_view(error.what()).find(canary) == std::string_view::npos);
  }
}
