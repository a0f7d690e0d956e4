#include "probes/common/http/netrc.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace hale {
namespace {

/// Splits a .netrc file into tokens.
class Tokens {
 public:
  explicit Tokens(std::string_view text) : text_(text) {}

  /// The next token without its quotes; nothing at the end.
  std::optional<std::string> next() {
    skip_blanks();
    if (text_.empty()) return std::nullopt;
    return text_.front() == '"' ? next_quoted() : next_plain();
  }

  /// The next token where a keyword is expected. Only there does # begin a comment: a password may begin with it.
  std::optional<std::string> next_keyword() {
    skip_blanks();
    while (text_.starts_with('#')) {
      drop(text_.find('\n'));
      skip_blanks();
    }
    return next();
  }

  /// Skips to the next empty line, which ends a macro.
  void skip_macro() {
    while (!text_.empty()) {
      drop_line();
      if (text_.starts_with('\n') || text_.starts_with("\r\n")) return;
    }
  }

 private:
  void drop(std::size_t count) { text_.remove_prefix(std::min(count, text_.size())); }

  void skip_blanks() { drop(text_.find_first_not_of(" \t\r\n")); }

  void drop_line() {
    drop(text_.find('\n'));
    drop(1);
  }

  std::string next_plain() {
    const std::size_t end = std::min(text_.find_first_of(" \t\r\n"), text_.size());
    std::string token(text_.substr(0, end));
    drop(end);
    return token;
  }

  std::string next_quoted() {
    std::string token;
    for (drop(1); !text_.empty() && text_.front() != '"'; drop(1)) {
      if (text_.front() == '\\' && text_.size() > 1) drop(1);
      token += text_.front();
    }
    drop(1);
    return token;
  }

  std::string_view text_;
};

}  // namespace

std::optional<NetrcLogin> find_login(std::string_view text, std::string_view host) {
  Tokens tokens(text);
  std::optional<NetrcLogin> machine;
  std::optional<NetrcLogin> default_login;
  NetrcLogin ignored;
  NetrcLogin* entry = &ignored;
  while (const auto keyword = tokens.next_keyword()) {
    if (*keyword == "machine") {
      const bool is_match = !machine && lower(tokens.next().value_or("")) == lower(host);
      entry = is_match ? &machine.emplace() : &ignored;
    } else if (*keyword == "default") {
      entry = default_login ? &ignored : &default_login.emplace();
    } else if (*keyword == "login") {
      entry->user = tokens.next().value_or("");
    } else if (*keyword == "password") {
      entry->password = Secret(tokens.next().value_or(""));
    } else if (*keyword == "account") {
      tokens.next();
    } else if (*keyword == "macdef") {
      tokens.skip_macro();
    }
  }
  return machine ? machine : default_login;
}

}  // namespace hale
