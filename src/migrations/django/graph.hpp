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

  /// "shop.0001_initial", as Django prints it.
  std::string to_string() const { return label + "." + name; }
};

/// A migration and its references to others. They may be in applications that were not read, and a name may be
/// __first__ or __latest__.
struct DjangoMigration {
  DjangoId id;
  std::vector<DjangoId> dependencies{};
  std::vector<DjangoId> run_before{};
  std::vector<DjangoId> replaces{};  ///< for a squashed migration: what it stands for
};

/// The graph that Django's MigrationLoader builds (django/db/migrations/loader.py), step by step: construct it, then
/// apply() the rows, resolve_squashes(), call the find functions and read the results. Dependencies on applications
/// that were not read are not part of it. See graph.cpp for the rules.
class DjangoGraph {
 public:
  /// `migrations` must outlive the graph. `labels_without_dependencies`: the applications of manifests that list ids
  /// without their dependencies; several leaves mean nothing there.
  DjangoGraph(const std::vector<DjangoMigration>& migrations, std::set<std::string> labels_without_dependencies);

  /// Marks the migrations that have a row.
  void apply(const std::vector<MigrationRow>& rows);

  /// Replaces migrations with their squashed migration, or drops the squashed one. A squashed migration may replace
  /// squashed migrations, as since Django 6.0.
  void resolve_squashes();

  // The checks, in the order of Django. Each appends to errors().

  void find_missing();
  void find_cycles();
  void find_inconsistencies();  ///< a migration is applied before its dependency
  void find_conflicts();        ///< an application has several leaves

  /// The ids that are not applied, in the order in which Django would apply them.
  std::vector<std::string> plan() const;

  /// How many migrations are applied.
  std::size_t applied() const;
  const std::vector<std::string>& errors() const { return errors_; }

 private:
  using Index = std::size_t;  ///< into ids_ and nodes_
  struct Node {
    bool in_graph = false;
    bool missing = false;  ///< in the graph only because another migration refers to it
    bool has_row = false;
    bool applied = false;  ///< has a row, or is a squashed migration whose replaced migrations are all applied
    const DjangoMigration* migration = nullptr;
    std::set<Index> parents{};
    std::set<Index> children{};
  };
  enum class Resolution : unsigned char { not_started, started, done };
  /// Of the migrations that a squashed one replaces.
  struct AppliedShare {
    bool all = true;
    bool any = false;
  };

  Index index_of(const DjangoId& id) const;
  const std::string& label(Index node) const { return ids_[node].label; }
  std::string format_id(Index node) const { return ids_[node].to_string(); }
  std::string format_nodes(const std::vector<Index>& nodes) const;
  void connect(Index child, Index parent);
  void connect_within_application(Index node);
  void connect_across_applications(Index node);
  std::optional<Index> find_reference(const DjangoId& id) const;
  std::vector<Index> find_ends(const std::string& label, std::set<Index> Node::*next) const;
  bool is_end(Index node, std::set<Index> Node::*next) const;
  AppliedShare resolve_squash(Index squash, std::size_t depth);
  void replace_with_squash(Index squash, const std::set<Index>& replaced);
  void drop_squash(Index squash, const std::set<Index>& replaced);
  void remove_from_graph(Index node);

  std::vector<DjangoId> ids_;  ///< sorted
  std::set<std::string> labels_;
  std::set<std::string> labels_without_dependencies_;
  std::vector<Node> nodes_;
  std::vector<Resolution> resolutions_;
  std::vector<AppliedShare> shares_;
  std::set<Index> unavailable_;  ///< replaced, not applied and without a file, although the squash had to be dropped
  bool has_cycle_ = false;
  std::vector<std::string> errors_;
};

}  // namespace hale
