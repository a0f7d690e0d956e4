#include "probes/common/http/netrc.hpp"

#include "tests/fuzz/fuzz.hpp"

void hale::fuzz::look_at(std::string_view text) {
  const std::size_t line_end = text.find('\n');
  const std::string_view host = text.substr(0, line_end);
  if (line_end != std::string_view::npos) text.remove_prefix(line_end + 1);
  if (const auto login = find_login(text, host)) {
    hold(login->user.size() <= text.size());
    hold(login->password.reveal().size() <= text.size());
    hold(text.find("machine") != std::string_view::npos || text.find("default") != std::string_view::npos ||
         text.find('"') != std::string_view::npos);
  }
}
