#include "migrations/python/python.hpp"

#include <array>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/core/refusal.hpp"

using namespace hale;

namespace {

using Kind = PythonValue::Kind;

/// The kind of a value and its content.
std::string describe(const PythonValue& value) {
  constexpr std::array<std::string_view, 11> kinds{"none",  "boolean", "number", "text", "bytes", "list",
                                                   "tuple", "set",     "name",   "call", "other"};
  std::string text(kinds.at(static_cast<std::size_t>(value.kind)));
  if (value.is_sequence() || value.kind == Kind::call) {
    text += value.kind == Kind::call ? " " + value.text : "";
    text += "(";
    for (std::size_t i = 0; i < value.items.size(); ++i) text += (i == 0 ? "" : ", ") + describe(value.items[i]);
    return text + (value.incomplete ? ", ...)" : ")");
  }
  return value.kind == Kind::none ? text : text + " " + value.text;
}

std::string read(const std::string& source, std::string_view name = "a") {
  const auto value = PythonModule(source, "x.py").value(name);
  return value ? describe(*value) : "nothing";
}

std::string read_class(const std::string& source, std::string_view name = "a") {
  const PythonModule module(source, "x.py");
  const auto value = module.value("Migration", name);
  return value ? describe(*value) : module.has_class("Migration") ? "nothing" : "no class";
}

std::string read_error(const std::string& source) {
  return refusal([&] { read(source); });
}

}  // namespace

TEST_SUITE("Python literals") {
  TEST_CASE("Values") {
    CHECK(read("a = None") == "none");
    CHECK(read("a = True") == "boolean True");
    CHECK(read("a = 0x1F") == "number 0x1F");
    CHECK(read("a = -1_000.5") == "number -1_000.5");
    CHECK(read("a = 1.5e-8") == "number 1.5e-8");
    CHECK(read("a = 0xe-8") == "other 0xe-8");
    CHECK(read("a = 'x'") == "text x");
    CHECK(read("a = b'x'") == "bytes x");
    CHECK(read("a = []") == "list()");
    CHECK(read("a = ['x', \"y\",]") == "list(text x, text y)");
    CHECK(read("a = ()") == "tuple()");
    CHECK(read("a = ('x',)") == "tuple(text x)");
    CHECK(read("a = ('x')") == "text x");
    CHECK(read("a = (('x'))") == "text x");
    CHECK(read("a = 'x',") == "tuple(text x)");
    CHECK(read("a = 'x', ('y', 1)") == "tuple(text x, tuple(text y, number 1))");
    CHECK(read("a = {'x', 'y'}") == "set(text x, text y)");
    CHECK(read("a = b.c . d") == "name b.c.d");
    CHECK(read("a = b.c(d, 'x', [1], key='y', **more)") == "call b.c(name d, text x, list(number 1), other **more)");
  }

  TEST_CASE("Computed expressions are not literals") {
    CHECK(read("a = 1 - 2") == "other 1 - 2");
    CHECK(read("a = 'x' if y else 'z'") == "other 'x' if y else 'z'");
    CHECK(read("a = 'x%s' % 1 ; b = 2") == "other 'x%s' % 1");
    CHECK(read("a = 'x'.upper()") == "other 'x'.upper()");
    CHECK(read("a = b[1:2]") == "other b[1:2]");
    CHECK(read("a = b()['c']") == "other b()['c']");
    CHECK(read("a = not b") == "other not b");
    CHECK(read("a = lambda b, c=1: 'x'") == "other lambda b, c=1: 'x'");
    CHECK(read("a = {}") == "other {}");
    CHECK(read("a = {'x': 'y', 'z': ['w']}") == "other {'x': 'y', 'z': ['w']}");
    CHECK(read("a = [lambda b, c=1: c, 'x']") == "list(other lambda b, c=1: c, text x)");
    CHECK(read("a = [b for b in ('x', 'y')]") == "list(other b for b in ('x', 'y'))");
    CHECK(read("a = ('x' for b in c)") == "other ('x' for b in c)");
    CHECK(read("a = ['x', *b, f(1)[0], 'y']") == "list(text x, other *b, other f(1)[0], text y)");
    CHECK(read("a = ['x', b if c else d, 'y']") == "list(text x, other b if c else d, text y)");
    CHECK(read("a = ...") == "other ...");
  }

  TEST_CASE("Strings") {
    CHECK(read("a = 'x' \"y\" 'z'") == "text xyz");
    CHECK(read("a = ('x'\n  # why\n  'y')") == "text xy");
    CHECK(read("a = 'x' + 'y'") == "text xy");
    CHECK(read("a = b'x' b\"y\"") == "bytes xy");
    CHECK(read("a = r'\\x' u'y' R'''z'''") == "text \\xyz");
    CHECK(read("a = rb'\\d'") == "bytes \\d");
    CHECK(read("a = '\\x41\\u00e4\\U0001F600\\101\\0\\q\\'\\\"\\\\'") ==
          std::string("text A\u00e4\U0001F600A\0\\q'\"\\", 19));
    CHECK(read("a = 'one\\\n two'") == "text one two");
    CHECK(read("a = '''one\n'two' \"three\" '''") == "text one\n'two' \"three\" ");
    CHECK(read("a = \"\"\"\\\"\"\" \"\"\"") == "text \"\"\" ");
    CHECK(read("a = ''") == "text ");
    CHECK(read("a = \"\"\"\"\"\"") == "text ");
    CHECK(read("a = '#' # comment") == "text #");
    CHECK(read("a = '\\ud800'") == "text \uFFFD");
  }

  TEST_CASE("f-strings without expressions are texts") {
    CHECK(read("a = f'x'") == "text x");
    CHECK(read("a = f'x{y}'") == "other f'x{y}'");
    CHECK(read("a = f'x{y['z']}' 'w'; b = 1").starts_with("other"));
    CHECK(read("b = f\"{x[\"y\"]:{z!r:>{w}}}\"; a = 1") == "number 1");
    CHECK(read("b = f'{x:\"^9}'; a = 1") == "number 1");
    CHECK(read("b = f'{{\"'; a = 1") == "number 1");
    CHECK(read("b = f'''{\nx\n} ' '''; a = 1") == "number 1");
    CHECK(read("b = rf'{x}\\'; a = 2'; a = 1") == "number 1");
  }

  TEST_CASE("Concatenated lists") {
    CHECK(read("a = ['x'] + ['y']") == "list(text x, text y)");
    CHECK(read("a = ['x'] + more()") == "list(text x, ...)");
    CHECK(read("a = more + ['x'] + ['y']") == "list(text x, text y, ...)");
    CHECK(read("a = ['x'] + (['y'] if b else [])") == "list(text x, ...)");
    CHECK(read("a = ['x']\na += ['y']") == "list(text x, text y)");
    CHECK(read("a = ['x']\na += more") == "list(text x, ...)");
    CHECK(read("a = ['x']\nif b:\n    a += ['y']") == "list(text x, ...)");
    CHECK(read("a = 'x' + b") == "other 'x' + b");
    CHECK(read("a = ['x'] * 2") == "other ['x'] * 2");
  }

  TEST_CASE("Assignments") {
    CHECK(read("a: str = 'x'") == "text x");
    CHECK(read("a: Union[str, Sequence[str], None] = ('x', 'y')") == "tuple(text x, text y)");
    CHECK(read("a: str; b = 1") == "nothing");
    CHECK(read("b = a = c = 'x'") == "text x");
    CHECK(read("b = a == 'y'") == "nothing");
    CHECK(read("a = 'x'\na = 'y'") == "text y");
    CHECK(read("b = 1; a = 'x'; c = 2") == "text x");
    CHECK(read("a = \\\n  'x'") == "text x");
    CHECK(read("a, b = 'x', 'y'") == "nothing");
    CHECK(read("x.a = 1\na.b = 2\na['c'] = 3") == "nothing");
    CHECK(read("f(a=1)\na == 2") == "nothing");
    CHECK(read("a -= 1").starts_with("other"));
    CHECK(read("first = 'x'\nlater = first\na = later") == "text x");
    CHECK(read("a = b\nb = a") == "name b");
    CHECK(read("\xEF\xBB\xBF"
               "a = 'x'\r\n") == "text x");
    CHECK(read("") == "nothing");
  }

  TEST_CASE("Docstrings, strings and functions contain no assignments") {
    CHECK(read("\"\"\"Values\n\na = 'y'\n\"\"\"\na = 'x'\nsql = '''\na = 'z'\n'''\ndef f():\n    a = 'w'\n") ==
          "text x");
    CHECK(read("def f(): a = 1\nasync def g():\n    a = 2\n    if a:\n        a = 3\n") == "nothing");
    CHECK(read("class C:\n    a = 1\n") == "nothing");
    CHECK(read("f(\n'''\na = 1\n''',\n)\n") == "nothing");
  }

  TEST_CASE("Blocks") {
    CHECK(read("if TYPE_CHECKING:\n    a = 1\nif typing.TYPE_CHECKING: a = 2") == "nothing");
    CHECK(read("if not TYPE_CHECKING:\n    a = 1") == "other ");
    CHECK(read("try:\n    a = 1\nexcept ImportError:\n    pass\nfinally:\n    b = 1") == "number 1");
    CHECK(read("try:\n    pass\nexcept ImportError:\n    a = 1").starts_with("other"));
    CHECK(read("a = 1\nif b: a = 2\n").starts_with("other"));
    CHECK(read("with b:\n\ta = 1\n") == "number 1");
    CHECK(read("match b:\n    case 1:\n        a = 1\n").starts_with("other"));
    CHECK(read("match = 1\na = 2") == "number 2");
    CHECK(read("while b:\n    if c:\n        pass\n    a = 1\n").starts_with("other"));
  }

  TEST_CASE("Classes") {
    CHECK(read_class("class Migration(migrations.Migration):\n"
                     "    \"\"\"a = 2\"\"\"\n\n"
                     "# a comment\n"
                     "    a = [('x', 'y')]  # another\n"
                     "    def f(self):\n        a = 3\n") == "list(tuple(text x, text y))");
    CHECK(read_class("class Migration: a = 1") == "number 1");
    CHECK(read_class("class Migration(Base):\n    pass\na = 1") == "nothing");
    CHECK(read_class("before = ['x']\nclass Migration:\n    a = before\n") == "list(text x)");
    CHECK(read_class("class Migration:\n    class Meta:\n        a = 1\n    b = 2\n") == "nothing");
    CHECK(read_class("class Other:\n    a = 1\n") == "no class");
    CHECK(read_class("if b:\n    class Migration:\n        a = 1\n") == "no class");
    CHECK(read_class("def f():\n    class Migration:\n        a = 1\n") == "no class");
    CHECK(read_class("class Migration:\n    a = 1\nclass Migration:\n    a = 2\n") == "number 2");
    CHECK(read_class("class Migration:\n    a = [1]\n    if b:\n        a += [2]\n") == "list(number 1, ...)");
  }

  TEST_CASE("Syntax errors name the line") {
    CHECK(read_error("a = 1\n\nb = 'x\n") == "x.py:3: unterminated string");
    CHECK(read_error("'''\n\n") == "x.py:1: unterminated string");
    CHECK(read_error("f'{x'") == "x.py:1: unterminated string");
    CHECK(read_error("f'{x:'") == "x.py:1: unterminated string");
    CHECK(read_error("\na = [1,\n(2\n") == "x.py:3: '(' was never closed");
    CHECK(read_error("a = [1)\n") == "x.py:1: unmatched ')'");
    CHECK(read_error("a = 1\n}\n") == "x.py:2: unmatched '}'");
    CHECK(read_error("if a:\n        b\n    c\n") == "x.py:3: unindent does not match any outer indentation level");
    CHECK(read_error(std::string(201, '[')) == "x.py:1: brackets are nested too deeply");
    CHECK(read_error("a = " + std::string(200, '(') + std::string(200, ')')) == "accepted");
    std::string many = "a = [\n";
    for (std::size_t i = 0; i < 50'000; ++i) many += "1,";
    CHECK(read_error(many + "]") == "x.py:2: too many values");
    CHECK(read_error("b" + many + "]") == "accepted");
    std::string blocks;
    for (std::size_t i = 0; i < 102; ++i) blocks += std::string(i, ' ') + "if a:\n";
    CHECK(read_error(blocks) == "x.py:102: blocks are nested too deeply");
    std::string braces;
    for (std::size_t i = 0; i < 40; ++i) braces += "f'{";
    CHECK(read_error(braces) == "x.py:1: strings are nested too deeply");
  }

  TEST_CASE("Line numbers after multi-line tokens") {
    const PythonModule module("'''\n\n'''\nf(1,\n\n2) ; \\\nb = [\n 1]\na = 1\n", "x.py");
    CHECK(module.value("a")->line == 9);
  }
}
