#include "migrations/python/python.hpp"

#include "migrations/python/tokens.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

using namespace hale;

/// No value holds more than was written, escapes made longer aside, and none is deeper than brackets may be.
void hold_true(const PythonValue& value, std::size_t bytes, std::size_t depth) {
  fuzz::hold(depth <= 201 && value.text.size() <= 4 * bytes && value.items.size() <= bytes);
  fuzz::hold(value.is_sequence() || value.kind == PythonValue::Kind::call || value.items.empty());
  for (const PythonValue& item : value.items) hold_true(item, bytes, depth + 1);
}

}  // namespace

void hale::fuzz::look_at(std::string_view text) {
  const PythonModule module(std::string(text), "x.py");
  std::size_t blocks = 0;
  std::size_t offset = 0;
  PythonTokens tokens(text, "x.py");
  for (PythonToken token = tokens.next(); token.kind != PythonToken::Kind::end; token = tokens.next()) {
    hold(token.offset >= offset && token.offset + token.text.size() <= text.size());
    offset = token.offset + token.text.size();
    if (token.kind == PythonToken::Kind::indent) ++blocks;
    if (token.kind == PythonToken::Kind::dedent) hold(blocks-- > 0);
  }
  hold(blocks == 0);
  // Whatever a module calls what it assigns to, its names are words of it.
  PythonTokens words(text, "x.py");
  for (PythonToken token = words.next(); token.kind != PythonToken::Kind::end; token = words.next()) {
    if (token.kind != PythonToken::Kind::word) continue;
    if (const auto value = module.value(token.text)) hold_true(*value, text.size(), 0);
    if (const auto value = module.value("Migration", token.text)) hold_true(*value, text.size(), 0);
  }
}
