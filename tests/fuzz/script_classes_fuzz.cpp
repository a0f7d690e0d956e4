#include "migrations/script/classes.hpp"

#include "migrations/script/tokens.hpp"

#include "tests/fuzz/fuzz.hpp"

void hale::fuzz::fuzz_one(std::string_view text) {
  std::size_t taken = 0;
  ScriptTokens tokens(text);
  for (ScriptToken token = tokens.next(); token.kind != ScriptToken::Kind::end; token = tokens.next()) {
    check(token.text.empty() || (token.text.data() >= text.data() && token.text.end() <= text.end()));
    check(++taken <= text.size());
  }
  for (const std::string& name : migration_classes(text)) check(text.find(name) != std::string_view::npos);
}
