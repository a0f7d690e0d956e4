#include "base/text.hpp"

#include "tests/fuzz/fuzz.hpp"

namespace {

/// True without control characters, which a terminal, a log or a perfdata line would interpret.
bool is_printable_line(std::string_view text) {
  for (const char byte : text) {
    if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f) return false;
  }
  return true;
}

}  // namespace

void hale::fuzz::fuzz_one(std::string_view text) {
  const std::string safe = sanitize(text);
  check(is_utf8(safe));
  check(is_printable_line(safe));
  check(sanitize(safe) == safe);
  for (const std::size_t room : {0U, 1U, 2U, 3U, 7U, 40U}) {
    const std::string cut = truncate_bytes(safe, room);
    check(cut.size() <= room);
    check(is_utf8(cut));
    check(safe.size() > room || cut == safe);
    const std::string fitted = truncate_columns(safe, room);
    check(display_width(fitted) <= room);
    check(is_utf8(fitted));
    check(display_width(safe) > room || fitted == safe);
    check(truncate_bytes(text, room).size() <= room);
  }
  check(trim(trim(text)) == trim(text));
  check(first_line(text).find('\n') == std::string_view::npos);
}
