#include "base/text.hpp"

#include "tests/fuzz/fuzz.hpp"

namespace {

/// No byte that a terminal, a log or a perfdata line would act on.
bool is_one_quiet_line(std::string_view text) {
  for (const char byte : text) {
    if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f) return false;
  }
  return true;
}

}  // namespace

void hale::fuzz::look_at(std::string_view text) {
  const std::string safe = sanitize(text);
  hold(is_utf8(safe));
  hold(is_one_quiet_line(safe));
  hold(sanitize(safe) == safe);
  for (const std::size_t room : {0U, 1U, 2U, 3U, 7U, 40U}) {
    const std::string cut = truncate_bytes(safe, room);
    hold(cut.size() <= room);
    hold(is_utf8(cut));
    hold(safe.size() > room || cut == safe);
    const std::string fitted = fit(safe, room);
    hold(display_width(fitted) <= room);
    hold(is_utf8(fitted));
    hold(display_width(safe) > room || fitted == safe);
    hold(truncate_bytes(text, room).size() <= room);
  }
  hold(trim(trim(text)) == trim(text));
  hold(first_line(text).find('\n') == std::string_view::npos);
}
