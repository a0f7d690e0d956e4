#include "probes/common/http/netrc.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace hale {
namespace {

/// The words of a .netrc file, one after the other.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}

  /// The next word, out of its quotes; nothing at the end.
  std::optional<std::string> next() {
    skip_blanks();
    if (text_.empty()) return std::nullopt;
    return text_.front() == '"' ? quoted() : plain();
  }

  /// The next word where a keyword stands: there # begins a comment.
  std::optional<std::string> next_keyword() {
    skip_blanks();
    while (text_.starts_with('#')) {
      drop(text_.find('\n'));
      skip_blanks();
    }
    return next();
  }

  /// Goes behind the next empty line, which ends a macro.
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

  std::string plain() {
    const std::size_t end = std::min(text_.find_first_of(" \t\r\n"), text_.size());
    std::string word(text_.substr(0, end));
    drop(end);
    return word;
  }

  std::string quoted() {
    std::string word;
    for (drop(1); !text_.empty() && text_.front() != '"'; drop(1)) {
      if (text_.front() == '\\' && text_.size() > 1) drop(1);
      word += text_.front();
    }
    drop(1);
    return word;
  }

  std::string_view text_;
};

}  // namespace

std::optional<NetrcLogin> find_login(std::string_view text, std::string_view host) {
  Words words(text);
  std::optional<NetrcLogin> machine;
  std::optional<NetrcLogin> otherwise;
  NetrcLogin ignored;
  NetrcLogin* entry = &ignored;
  while (const auto keyword = words.next_keyword()) {
    if (*keyword == "machine") {
      const bool wanted = !machine && lower(words.next().value_or("")) == lower(host);
      entry = wanted ? &machine.emplace() : &ignored;
    } else if (*keyword == "default") {
      entry = otherwise ? &ignored : &otherwise.emplace();
    } else if (*keyword == "login") {
      entry->user = words.next().value_or("");
    } else if (*keyword == "password") {
      entry->password = Secret(words.next().value_or(""));
    } else if (*keyword == "account") {
      words.next();
    } else if (*keyword == "macdef") {
      words.skip_macro();
    }
  }
  return machine ? machine : otherwise;
}

}  // namespace hale
