#pragma once

#include <compare>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "migrations/tool.hpp"

namespace hale {

struct DjangoId {
  std::string label;  ///< of the application
  std::string name;   ///< of the file, without .py

  auto operator<=>(const DjangoId&) const = default;  // NOLINT(modernize-use-nullptr): clang-tidy 14 sees its own 0

  /// "shop.0001_initial", as Django shows it.
  std::string shown() const { return label + "." + name; }
};

/// What a migration says of others. Those of applications that hale was not told of may be among them; a name may be
/// __first__ or __latest__.
struct DjangoMigration {
  DjangoId id;
  std::vector<DjangoId> dependencies{};
  std::vector<DjangoId> run_before{};
  std::vector<DjangoId> replaces{};  ///< those that it squashes
};

/// The graph that Django's own loader makes (django/db/migrations/loader.py), step by step. Dependencies on
/// applications that hale was not told of are not in it.
class DjangoGraph {
 public:
  /// `migrations` must outlive the graph. `listed`: labels whose migrations came without their dependencies.
  DjangoGraph(const std::vector<DjangoMigration>& migrations, std::set<std::string> listed);

  /// Marks what has a row.
  void apply(const std::vector<MigrationRow>& rows);

  /// Makes squashes stand for what they replace, or takes out those of which only a part is applied. A squash of
  /// squashes is taken as since Django 6.
  void replace();

  // Each adds to errors(), in the order in which Django looks.

  void find_missing();
  void find_circles();
  void find_inconsistencies();  ///< what is applied before that on which it depends
  void find_conflicts();        ///< applications with several leaves, those in `listed` aside

  /// The ids that are not applied, in the order in which Django would apply them.
  std::vector<std::string> plan() const;

  /// How many are applied.
  std::size_t applied() const;
  const std::vector<std::string>& errors() const { return errors_; }

 private:
  using Number = std::size_t;  ///< of a node: its id's place among all ids, in their order
  struct Node {
    bool known = false;    ///< it is in the graph
    bool missing = false;  ///< it is there only because another one names it
    bool has_row = false;
    bool applied = false;  ///< has a row, or is a squash of which all is applied
    const DjangoMigration* migration = nullptr;
    std::set<Number> parents{};
    std::set<Number> children{};
  };
  enum class Squash : unsigned char { untouched, begun, done };
  struct Share {
    bool all = true;
    bool any = false;
  };

  Number number_of(const DjangoId& id) const;
  const std::string& label(Number number) const { return ids_[number].label; }
  std::string shown(Number number) const { return ids_[number].shown(); }
  std::string shown(const std::vector<Number>& numbers) const;
  void connect(Number child, Number parent);
  void connect_within(Number number);
  void connect_across(Number number);
  std::optional<Number> meant(const DjangoId& id) const;
  std::vector<Number> ends_of(const std::string& label, std::set<Number> Node::*next) const;
  bool is_end(Number number, std::set<Number> Node::*next) const;
  Share replace(Number number, std::size_t depth);
  void replace_with_squash(Number squash, const std::set<Number>& replaced);
  void drop_squash(Number squash, const std::set<Number>& replaced);

  std::vector<DjangoId> ids_;
  std::set<std::string> labels_;
  std::set<std::string> listed_;
  std::vector<Node> nodes_;
  std::vector<Squash> squashes_;
  std::vector<Share> shares_;
  std::set<Number> lost_;  ///< replaced, not applied, and without a file, while the squash cannot stand in
  bool circular_ = false;
  std::vector<std::string> errors_;
};

}  // namespace hale
