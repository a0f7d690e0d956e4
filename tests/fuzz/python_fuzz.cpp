#include "migrations/python/python.hpp"

#include "migrations/python/tokens.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

using namespace hale;

/// No value is larger than the source, except for expanded escapes, or nested deeper than the limit for brackets.
void check_value(const PythonValue& value, std::size_t bytes, std::size_t depth) {
  fuzz::check(depth <= 201 && value.text.size() <= 4 * bytes && value.items.size() <= bytes);
  fuzz::check(value.is_sequence() || value.kind == PythonValue::Kind::call || value.items.empty());
  for (const PythonValue& item : value.items) check_value(item, bytes, depth + 1);
}

}  // namespace

void hale::fuzz::fuzz_one(std::string_view text) {
  const PythonModule module(std::string(text), "x.py");
  std::size_t blocks = 0;
  std::size_t offset = 0;
  PythonTokens tokens(text, "x.py");
  for (PythonToken token = tokens.next(); token.kind != PythonToken::Kind::end; token = tokens.next()) {
    check(token.offset >= offset && token.offset + token.text.size() <= text.size());
    offset = token.offset + token.text.size();
    if (token.kind == PythonToken::Kind::indent) ++blocks;
    if (token.kind == PythonToken::Kind::dedent) check(blocks-- > 0);
  }
  check(blocks == 0);
  // Looks up every word of the module as a variable.
  PythonTokens words(text, "x.py");
  for (PythonToken token = words.next(); token.kind != PythonToken::Kind::end; token = words.next()) {
    if (token.kind != PythonToken::Kind::name) continue;
    if (const auto value = module.value(token.text)) check_value(*value, text.size(), 0);
    if (const auto value = module.value("Migration", token.text)) check_value(*value, text.size(), 0);
  }
}
