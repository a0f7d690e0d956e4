#include "probes/common/http/netrc.hpp"

#include "tests/fuzz/fuzz.hpp"

void hale::fuzz::fuzz_one(std::string_view text) {
  const std::size_t line_end = text.find('\n');
  const std::string_view host = text.substr(0, line_end);
  if (line_end != std::string_view::npos) text.remove_prefix(line_end + 1);
  if (const auto login = find_login(text, host)) {
    check(login->user.size() <= text.size());
    check(login->password.reveal().size() <= text.size());
    check(text.find("machine") != std::string_view::npos || text.find("default") != std::string_view::npos ||
          text.find('"') != std::string_view::npos);
  }
}
