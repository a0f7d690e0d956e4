#include "migrations/python/python.hpp"

#include <algorithm>
#include <array>

#include "migrations/python/literal.hpp"
#include "migrations/python/tokens.hpp"

namespace hale {
namespace {

using Kind = PythonToken::Kind;

/// A name may stand for a name, and so on.
constexpr std::size_t max_name_depth = 8;

/// Whether a statement is executed.
enum class Executed : std::uint8_t { never, maybe, always };

struct Compound {
  std::string_view keyword;
  Executed block;
};

/// The keywords of compound statements. Assignments in a function are local to it.
constexpr auto compounds = std::to_array<Compound>({{"if", Executed::maybe},
                                                    {"elif", Executed::maybe},
                                                    {"else", Executed::maybe},
                                                    {"for", Executed::maybe},
                                                    {"while", Executed::maybe},
                                                    {"except", Executed::maybe},
                                                    {"try", Executed::always},
                                                    {"finally", Executed::always},
                                                    {"with", Executed::always},
                                                    {"def", Executed::never},
                                                    {"async", Executed::never}});

const Compound* find_compound(std::string_view keyword) {
  const auto* const found =
      std::find_if(compounds.begin(), compounds.end(), [&](const Compound& one) { return one.keyword == keyword; });
  return found == compounds.end() ? nullptr : found;
}

/// "TYPE_CHECKING" or "typing.TYPE_CHECKING", which is false when the module runs.
bool is_for_type_checkers(std::string_view condition) {
  return condition.ends_with("TYPE_CHECKING") && condition.find_first_of(" \t(!=") == std::string_view::npos;
}

}  // namespace

/// Finds the assignments of a module without parsing whole statements: it needs only the block structure, the first
/// name of each statement and the position of the value. A value is parsed when it is asked for. Not recursive: nested
/// blocks are on a stack.
class PythonModule::AssignmentReader {
 public:
  explicit AssignmentReader(PythonModule& module) : module_(module), tokens_(module.source_, module.where_) {}

  void read() {
    next();
    while (token_.kind != Kind::end) {
      if (token_.kind == Kind::indent) {
        blocks_.push_back(indented_block_);
      } else if (token_.kind == Kind::dedent) {
        blocks_.pop_back();
      } else if (token_.kind != Kind::newline) {
        read_line();
        continue;
      }
      next();
    }
  }

 private:
  struct Block {
    Executed executed = Executed::always;
    std::optional<std::size_t> class_index{};  ///< in classes_
  };

  void next() { token_ = tokens_.next(); }

  bool at_line_end() const { return token_.kind == Kind::newline || token_.kind == Kind::end; }

  /// Reads one logical line. If an indented block follows, it is indented_block_.
  void read_line() {
    Block block = blocks_.back();
    indented_block_ = {std::min(block.executed, Executed::maybe), block.class_index};
    while (!at_line_end()) {
      if (token_.kind == Kind::name && block.executed != Executed::never) {
        read_statement(block);
      } else {
        skip_statement();
      }
      if (token_.is_op(";")) next();
    }
  }

  /// Reads a simple statement, or a compound one up to its colon; then `block` is the one after the colon.
  void read_statement(Block& block) {
    const PythonToken first = token_;
    next();
    if (first.text == "class" && token_.kind == Kind::name) {
      read_class_head(block);
    } else if (const Compound* compound = find_compound(first.text)) {
      const std::size_t from = token_.offset;
      skip_to_colon();
      block.executed = std::min(block.executed, compound->block);
      if (first.text == "if" && is_for_type_checkers(source_from(from))) block.executed = Executed::never;
      indented_block_ = block;
      if (token_.is_op(":")) next();
    } else {
      read_assignment(block, first);
    }
  }

  std::string_view source_from(std::size_t from) const {
    return std::string_view(module_.source_).substr(from, token_.offset - from);
  }

  void read_class_head(Block& block) {
    const std::string name(token_.text);
    skip_to_colon();
    // Nested and conditional classes are ignored.
    if (block.class_index || block.executed != Executed::always) {
      block.executed = Executed::never;
    } else {
      block.class_index = module_.classes_.size();
      module_.classes_.push_back({name});
    }
    indented_block_ = block;
    if (token_.is_op(":")) next();
  }

  /// Reads the statement after its first name: "= value", ": type = value", "+= value", or something else.
  void read_assignment(const Block& block, const PythonToken& first) {
    if (token_.is_op(":")) skip_to_equals();
    const bool is_augmented = token_.kind == Kind::op && token_.text.size() > 1 && token_.text.ends_with("=");
    const bool is_comparison = token_.is_op("==") || token_.is_op("!=") || token_.is_op("<=") || token_.is_op(">=");
    if (!token_.is_op("=") && (!is_augmented || is_comparison)) return skip_statement();
    Assignment one{std::string(first.text), 0, 0, token_.is_op("+="), block.executed != Executed::always};
    one.maybe = one.maybe || (is_augmented && !one.adds);
    std::vector<std::string> names{one.name};
    std::string_view target;
    const auto begin_value = [&] {
      next();
      one.offset = token_.offset;
      one.line = token_.line;
      target = token_.kind == Kind::name && token_.text != "lambda" ? token_.text : std::string_view();
    };
    begin_value();
    while (!at_line_end() && !(token_.is_op(";") && tokens_.depth() == 0)) {
      if (token_.is_name("lambda")) return finish(block, one, names);
      if (token_.is_op("=") && tokens_.depth() == 0) {
        // a = b = value
        if (!target.empty() &&
            source_from(one.offset).substr(target.size()).find_first_not_of(" \t") == std::string::npos)
          names.emplace_back(target);
        begin_value();
      } else {
        next();
      }
    }
    finish(block, one, names);
  }

  void finish(const Block& block, Assignment one, const std::vector<std::string>& names) {
    Scope& scope = block.class_index ? module_.classes_[*block.class_index] : module_.module_;
    for (const std::string& name : names) {
      one.name = name;
      scope.assignments.push_back(one);
    }
    skip_statement();
  }

  void skip_statement() {
    while (!at_line_end() && !(token_.is_op(";") && tokens_.depth() == 0)) next();
  }

  void skip_to_colon() {
    while (!at_line_end() && !(token_.is_op(":") && tokens_.depth() == 0)) next();
  }

  void skip_to_equals() {
    while (!at_line_end() && !((token_.is_op("=") || token_.is_op(";")) && tokens_.depth() == 0)) next();
  }

  PythonModule& module_;
  PythonTokens tokens_;
  PythonToken token_{};
  Block indented_block_{};
  std::vector<Block> blocks_{Block{}};
};

PythonModule::PythonModule(std::string source, std::string where)
    : source_(std::move(source)), where_(std::move(where)) {
  AssignmentReader(*this).read();
}

const PythonModule::Scope* PythonModule::find_class(std::string_view name) const {
  // A later definition replaces an earlier one.
  const auto found =
      std::find_if(classes_.rbegin(), classes_.rend(), [&](const Scope& scope) { return scope.name == name; });
  return found == classes_.rend() ? nullptr : &*found;
}

bool PythonModule::has_class(std::string_view name) const { return find_class(name) != nullptr; }

std::optional<PythonValue> PythonModule::assigned(const Scope& scope, std::string_view name) const {
  std::optional<PythonValue> value;
  for (const Assignment& one : scope.assignments) {
    if (one.name != name) continue;
    if (one.maybe) {
      if (!value || !value->is_sequence()) value = PythonValue{.kind = PythonValue::Kind::other, .line = one.line};
      value->incomplete = true;
      continue;
    }
    PythonValue next = read_python_value(PythonTokens(source_, where_, one.offset, one.line), source_);
    if (one.adds && value) {
      value = concatenate(std::move(*value), std::move(next));
    } else {
      value = std::move(next);
    }
  }
  return value;
}

std::optional<PythonValue> PythonModule::value(std::string_view name) const {
  std::optional<PythonValue> found = assigned(module_, name);
  for (std::size_t i = 0; found && found->kind == PythonValue::Kind::name && i < max_name_depth; ++i) {
    auto resolved = assigned(module_, found->text);
    if (!resolved) break;
    found = std::move(resolved);
  }
  return found;
}

std::optional<PythonValue> PythonModule::value(std::string_view class_name, std::string_view name) const {
  const Scope* scope = find_class(class_name);
  if (scope == nullptr) return std::nullopt;
  std::optional<PythonValue> found = assigned(*scope, name);
  if (found && found->kind == PythonValue::Kind::name) {
    if (auto resolved = value(found->text)) return resolved;
  }
  return found;
}

}  // namespace hale
