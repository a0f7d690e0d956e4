#include "migrations/python/python.hpp"

#include <algorithm>
#include <array>

#include "migrations/python/literal.hpp"
#include "migrations/python/tokens.hpp"

namespace hale {
namespace {

using Kind = PythonToken::Kind;

/// Names that stand for names that stand for names.
constexpr std::size_t most_names_deep = 8;

/// Whether a statement is executed.
enum class Executed : std::uint8_t { never, perhaps, always };

struct Compound {
  std::string_view word;
  Executed block;
};

/// What begins a compound statement. A function's names are its own.
constexpr std::array<Compound, 11> compounds{{{"if", Executed::perhaps},
                                              {"elif", Executed::perhaps},
                                              {"else", Executed::perhaps},
                                              {"for", Executed::perhaps},
                                              {"while", Executed::perhaps},
                                              {"except", Executed::perhaps},
                                              {"try", Executed::always},
                                              {"finally", Executed::always},
                                              {"with", Executed::always},
                                              {"def", Executed::never},
                                              {"async", Executed::never}}};

const Compound* find_compound(std::string_view word) {
  const auto* const found =
      std::find_if(compounds.begin(), compounds.end(), [&](const Compound& one) { return one.word == word; });
  return found == compounds.end() ? nullptr : found;
}

/// "TYPE_CHECKING" or "typing.TYPE_CHECKING": true only for who reads the source.
bool is_for_type_checkers(std::string_view condition) {
  return condition.ends_with("TYPE_CHECKING") && condition.find_first_of(" \t(!=") == std::string_view::npos;
}

}  // namespace

/// Finds the statements of a module that assign to names. No recursion: blocks within blocks are on a stack.
class PythonModule::Outline {
 public:
  explicit Outline(PythonModule& module) : module_(module), tokens_(module.source_, module.where_) {}

  void read() {
    next();
    while (token_.kind != Kind::end) {
      if (token_.kind == Kind::indent) {
        blocks_.push_back(block_);
      } else if (token_.kind == Kind::dedent) {
        blocks_.pop_back();
      } else if (token_.kind != Kind::line_end) {
        line();
        continue;
      }
      next();
    }
  }

 private:
  struct Block {
    Executed executed = Executed::always;
    std::optional<std::size_t> of_class{};  ///< its index
  };

  void next() { token_ = tokens_.next(); }

  bool line_is_over() const { return token_.kind == Kind::line_end || token_.kind == Kind::end; }

  /// One logical line. What is indented below it would be block_.
  void line() {
    Block block = blocks_.back();
    block_ = {std::min(block.executed, Executed::perhaps), block.of_class};
    while (!line_is_over()) {
      if (token_.kind == Kind::word && block.executed != Executed::never) {
        statement(block);
      } else {
        skip_statement();
      }
      if (token_.is_sign(";")) next();
    }
  }

  /// A simple statement, or a compound one up to its colon: then `block` is what stands behind it.
  void statement(Block& block) {
    const PythonToken word = token_;
    next();
    if (word.text == "class" && token_.kind == Kind::word) {
      begin_class(block);
    } else if (const Compound* compound = find_compound(word.text)) {
      const std::size_t from = token_.offset;
      skip_to_colon();
      block.executed = std::min(block.executed, compound->block);
      if (word.text == "if" && is_for_type_checkers(slice(from))) block.executed = Executed::never;
      block_ = block;
      if (token_.is_sign(":")) next();
    } else {
      assignment(block, word);
    }
  }

  std::string_view slice(std::size_t from) const {
    return std::string_view(module_.source_).substr(from, token_.offset - from);
  }

  void begin_class(Block& block) {
    const std::string name(token_.text);
    skip_to_colon();
    // Classes within classes and classes that may not be there are nobody's.
    if (block.of_class || block.executed != Executed::always) {
      block.executed = Executed::never;
    } else {
      block.of_class = module_.classes_.size();
      module_.classes_.push_back({name});
    }
    block_ = block;
    if (token_.is_sign(":")) next();
  }

  /// Behind `word`: "= value", ": type = value", "+= value", or something else.
  void assignment(const Block& block, const PythonToken& word) {
    if (token_.is_sign(":")) skip_to_equals();
    const bool computes = token_.kind == Kind::sign && token_.text.size() > 1 && token_.text.ends_with("=");
    const bool compares = token_.is_sign("==") || token_.is_sign("!=") || token_.is_sign("<=") || token_.is_sign(">=");
    if (!token_.is_sign("=") && (!computes || compares)) return skip_statement();
    Assignment one{std::string(word.text), 0, 0, token_.is_sign("+="), block.executed != Executed::always};
    one.perhaps = one.perhaps || (computes && !one.adds);
    std::vector<std::string> names{one.name};
    std::string_view between;
    const auto value_begins = [&] {
      next();
      one.offset = token_.offset;
      one.line = token_.line;
      between = token_.kind == Kind::word && token_.text != "lambda" ? token_.text : std::string_view();
    };
    value_begins();
    while (!line_is_over() && !(token_.is_sign(";") && tokens_.depth() == 0)) {
      if (token_.is_word("lambda")) return finish(block, one, names);
      if (token_.is_sign("=") && tokens_.depth() == 0) {
        // a = b = value
        if (!between.empty() && slice(one.offset).substr(between.size()).find_first_not_of(" \t") == std::string::npos)
          names.emplace_back(between);
        value_begins();
      } else {
        next();
      }
    }
    finish(block, one, names);
  }

  void finish(const Block& block, Assignment one, const std::vector<std::string>& names) {
    Scope& scope = block.of_class ? module_.classes_[*block.of_class] : module_.module_;
    for (const std::string& name : names) {
      one.name = name;
      scope.assignments.push_back(one);
    }
    skip_statement();
  }

  void skip_statement() {
    while (!line_is_over() && !(token_.is_sign(";") && tokens_.depth() == 0)) next();
  }

  void skip_to_colon() {
    while (!line_is_over() && !(token_.is_sign(":") && tokens_.depth() == 0)) next();
  }

  void skip_to_equals() {
    while (!line_is_over() && !((token_.is_sign("=") || token_.is_sign(";")) && tokens_.depth() == 0)) next();
  }

  PythonModule& module_;
  PythonTokens tokens_;
  PythonToken token_{};
  Block block_{};
  std::vector<Block> blocks_{Block{}};
};

PythonModule::PythonModule(std::string source, std::string where)
    : source_(std::move(source)), where_(std::move(where)) {
  Outline(*this).read();
}

const PythonModule::Scope* PythonModule::find_class(std::string_view name) const {
  // The later one takes the name.
  const auto found =
      std::find_if(classes_.rbegin(), classes_.rend(), [&](const Scope& scope) { return scope.name == name; });
  return found == classes_.rend() ? nullptr : &*found;
}

bool PythonModule::has_class(std::string_view name) const { return find_class(name) != nullptr; }

std::optional<PythonValue> PythonModule::assigned(const Scope& scope, std::string_view name) const {
  std::optional<PythonValue> value;
  for (const Assignment& one : scope.assignments) {
    if (one.name != name) continue;
    if (one.perhaps) {
      if (!value || !value->is_sequence()) value = PythonValue{PythonValue::Kind::other, {}, {}, false, one.line};
      value->open = true;
      continue;
    }
    PythonValue next = read_python_value(PythonTokens(source_, where_, one.offset, one.line), source_);
    if (one.adds && value) {
      value = joined(std::move(*value), std::move(next));
    } else {
      value = std::move(next);
    }
  }
  return value;
}

std::optional<PythonValue> PythonModule::value(std::string_view name) const {
  std::optional<PythonValue> found = assigned(module_, name);
  for (std::size_t i = 0; found && found->kind == PythonValue::Kind::name && i < most_names_deep; ++i) {
    auto meant = assigned(module_, found->text);
    if (!meant) break;
    found = std::move(meant);
  }
  return found;
}

std::optional<PythonValue> PythonModule::value(std::string_view class_name, std::string_view name) const {
  const Scope* scope = find_class(class_name);
  if (scope == nullptr) return std::nullopt;
  std::optional<PythonValue> found = assigned(*scope, name);
  if (found && found->kind == PythonValue::Kind::name) {
    if (auto meant = value(found->text)) return meant;
  }
  return found;
}

}  // namespace hale
