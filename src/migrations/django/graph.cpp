#include "migrations/django/graph.hpp"

#include <algorithm>

#include <fmt/format.h>

// How Django decides what to apply (docs.djangoproject.com/en/stable/topics/migrations, "Squashing migrations", and
// MigrationLoader.build_graph() in django/db/migrations/loader.py):
//
// - Nodes are the migration files; an edge leads from a migration to each of its dependencies, and from each migration
//   in run_before to this one. __first__ and __latest__ stand for the first root and the first leaf of an application.
// - A squashed migration lists in `replaces` what it stands for. On a database where none of it is applied, only the
//   squashed migration runs; where all of it is applied, the squashed migration counts as applied, with or without a
//   row of its own. In both cases it takes the place of the others in the graph, so that their files may be deleted.
//   Where a part is applied, running the squashed migration would repeat that part: Django drops it from the graph and
//   goes on with the replaced ones, whose files must still exist then.
// - A squashed migration that replaces squashed ones is resolved after them, because whether they count as applied
//   follows from what they replace in turn.
// - An application must have one leaf, its newest migration. Two leaves arise when two branches of the code were
// merged:
//   Django refuses to migrate until a merge migration joins them.
// - A row for a migration whose dependency has no row means that the history was edited, or that the dependency was
// added
//   later: Django refuses that too (check_consistent_history()).
namespace hale {
namespace {

constexpr std::string_view first_name = "__first__";
constexpr std::string_view latest_name = "__latest__";
constexpr std::size_t max_squash_depth = 100;

}  // namespace

DjangoGraph::DjangoGraph(const std::vector<DjangoMigration>& migrations,
                         std::set<std::string> labels_without_dependencies)
    : labels_without_dependencies_(std::move(labels_without_dependencies)) {
  for (const DjangoMigration& one : migrations) {
    ids_.push_back(one.id);
    labels_.insert(one.id.label);
    for (const auto* more : {&one.dependencies, &one.run_before, &one.replaces})
      ids_.insert(ids_.end(), more->begin(), more->end());
  }
  std::sort(ids_.begin(), ids_.end());
  ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
  nodes_.resize(ids_.size());
  resolutions_.resize(ids_.size());
  shares_.resize(ids_.size());
  for (const DjangoMigration& one : migrations) {
    Node& node = nodes_[index_of(one.id)];
    if (node.in_graph) errors_.push_back(fmt::format("there are two migrations {}", one.id.to_string()));
    node.in_graph = true;
    node.migration = &one;
  }
  // Edges within an application come first: they determine its __first__ and __latest__ migration.
  for (Index i = 0; i < nodes_.size(); ++i) connect_within_application(i);
  for (Index i = 0; i < nodes_.size(); ++i) connect_across_applications(i);
}

DjangoGraph::Index DjangoGraph::index_of(const DjangoId& id) const {
  return static_cast<Index>(std::lower_bound(ids_.begin(), ids_.end(), id) - ids_.begin());
}

std::string DjangoGraph::format_nodes(const std::vector<Index>& nodes) const {
  std::vector<std::string> ids;
  for (const Index node : nodes) ids.push_back(format_id(node));
  return format_ids(ids);
}

void DjangoGraph::connect(Index child, Index parent) {
  for (const Index node : {child, parent}) {
    if (!nodes_[node].in_graph) nodes_[node].missing = true;
    nodes_[node].in_graph = true;
  }
  nodes_[child].parents.insert(parent);
  nodes_[parent].children.insert(child);
}

void DjangoGraph::connect_within_application(Index node) {
  const DjangoMigration* migration = nodes_[node].migration;
  if (migration == nullptr) return;
  for (const DjangoId& parent : migration->dependencies) {
    // Django ignores a dependency on the __first__ migration of the same application.
    if (parent.label == label(node) && parent.name != first_name) connect(node, index_of(parent));
  }
}

void DjangoGraph::connect_across_applications(Index node) {
  const DjangoMigration* migration = nodes_[node].migration;
  if (migration == nullptr) return;
  for (const DjangoId& parent : migration->dependencies) {
    if (parent.label == label(node)) continue;
    if (const auto found = find_reference(parent)) connect(node, *found);
  }
  for (const DjangoId& child : migration->run_before) {
    if (child.label == label(node) && (child.name == first_name || child.name == latest_name)) continue;
    if (const auto found = find_reference(child)) connect(*found, node);
  }
}

/// The node that a reference stands for; nullopt when its application was not read.
std::optional<DjangoGraph::Index> DjangoGraph::find_reference(const DjangoId& id) const {
  if (!labels_.contains(id.label)) return std::nullopt;
  if (id.name != first_name && id.name != latest_name) return index_of(id);
  const auto ends = find_ends(id.label, id.name == first_name ? &Node::parents : &Node::children);
  return ends.empty() ? std::nullopt : std::optional(ends.front());
}

/// True when `next` leads to no node of the same application.
bool DjangoGraph::is_end(Index node, std::set<Index> Node::*next) const {
  const auto& others = nodes_[node].*next;
  return nodes_[node].in_graph &&
         std::none_of(others.begin(), others.end(), [&](Index other) { return label(other) == label(node); });
}

/// The roots of an application with &Node::parents as `next`, its leaves with &Node::children.
std::vector<DjangoGraph::Index> DjangoGraph::find_ends(const std::string& label, std::set<Index> Node::*next) const {
  std::vector<Index> ends;
  for (Index i = index_of({label, ""}); i < ids_.size() && this->label(i) == label; ++i) {
    if (is_end(i, next)) ends.push_back(i);
  }
  return ends;
}

void DjangoGraph::apply(const std::vector<MigrationRow>& rows) {
  for (const MigrationRow& row : rows) {
    const DjangoId id{row.at(0).value_or(""), row.at(1).value_or("")};
    const Index node = index_of(id);
    if (node < ids_.size() && ids_[node] == id) nodes_[node].has_row = nodes_[node].applied = true;
  }
}

void DjangoGraph::resolve_squashes() {
  for (Index i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].migration != nullptr && !nodes_[i].migration->replaces.empty()) resolve_squash(i, 0);
  }
}

/// Resolves the squashed migrations that it replaces, then `squash`. Returns how much of what it replaces is applied.
DjangoGraph::AppliedShare DjangoGraph::resolve_squash(Index squash, std::size_t depth) {
  if (resolutions_[squash] == Resolution::done) return shares_[squash];
  if (resolutions_[squash] == Resolution::started || depth == max_squash_depth) {
    errors_.push_back(fmt::format("{} replaces itself, through other squashed migrations", format_id(squash)));
    return {};
  }
  resolutions_[squash] = Resolution::started;
  AppliedShare share;
  std::set<Index> replaced;
  for (const DjangoId& id : nodes_[squash].migration->replaces) {
    const Index one = index_of(id);
    replaced.insert(one);
    const DjangoMigration* migration = nodes_[one].migration;
    const bool nested = migration != nullptr && !migration->replaces.empty();
    const AppliedShare part =
        nested ? resolve_squash(one, depth + 1) : AppliedShare{nodes_[one].has_row, nodes_[one].has_row};
    share = {share.all && part.all, share.any || part.any};
  }
  nodes_[squash].applied = share.all;
  if (share.all || !share.any) {
    replace_with_squash(squash, replaced);
  } else {
    drop_squash(squash, replaced);
  }
  resolutions_[squash] = Resolution::done;
  return shares_[squash] = share;
}

void DjangoGraph::remove_from_graph(Index node) {
  nodes_[node].in_graph = nodes_[node].missing = false;
  nodes_[node].parents.clear();
  nodes_[node].children.clear();
}

/// MigrationGraph.remove_replaced_nodes(): edges to and from the replaced migrations become edges of the squash.
void DjangoGraph::replace_with_squash(Index squash, const std::set<Index>& replaced) {
  for (const Index one : replaced) {
    if (!nodes_[one].in_graph || one == squash) continue;
    for (const Index child : nodes_[one].children) {
      nodes_[child].parents.erase(one);
      if (!replaced.contains(child) && child != squash) connect(child, squash);
    }
    for (const Index parent : nodes_[one].parents) {
      nodes_[parent].children.erase(one);
      if (!replaced.contains(parent) && parent != squash) connect(squash, parent);
    }
    remove_from_graph(one);
  }
}

/// MigrationGraph.remove_replacement_node(): what depends on the squash now depends on the last migrations that it
/// replaces.
void DjangoGraph::drop_squash(Index squash, const std::set<Index>& replaced) {
  std::set<Index> last;
  std::vector<Index> unavailable;
  for (const Index one : replaced) {
    if (nodes_[one].in_graph) last.insert(one);
    if (nodes_[one].migration == nullptr && !nodes_[one].has_row) unavailable.push_back(one);
  }
  unavailable_.insert(unavailable.begin(), unavailable.end());
  if (!unavailable.empty())
    errors_.push_back(fmt::format("{} is only partly applied, and {}, which it replaces, is missing", format_id(squash),
                                  format_nodes(unavailable)));
  for (const Index one : replaced) {
    for (const Index parent : nodes_[one].parents) last.erase(parent);
  }
  for (const Index child : nodes_[squash].children) {
    nodes_[child].parents.erase(squash);
    for (const Index one : last) connect(child, one);
  }
  for (const Index parent : nodes_[squash].parents) nodes_[parent].children.erase(squash);
  remove_from_graph(squash);
}

void DjangoGraph::find_missing() {
  for (Index i = 0; i < nodes_.size(); ++i) {
    if (!nodes_[i].in_graph || !nodes_[i].missing) continue;
    if (nodes_[i].children.empty()) {
      errors_.push_back(
          fmt::format("{} must run before {}, which is missing", format_id(*nodes_[i].parents.begin()), format_id(i)));
      continue;
    }
    if (!unavailable_.contains(i))
      errors_.push_back(
          fmt::format("{} depends on {}, which is missing", format_id(*nodes_[i].children.begin()), format_id(i)));
  }
}

void DjangoGraph::find_cycles() {
  // Kahn's algorithm: remove nodes without open parents until none is ready. What remains is in a cycle or behind one.
  std::vector<std::size_t> open_parents(nodes_.size());
  std::vector<Index> ready;
  for (Index i = 0; i < nodes_.size(); ++i) {
    open_parents[i] = nodes_[i].parents.size();
    if (open_parents[i] == 0) ready.push_back(i);
  }
  while (!ready.empty()) {
    const Index one = ready.back();
    ready.pop_back();
    for (const Index child : nodes_[one].children) {
      if (--open_parents[child] == 0) ready.push_back(child);
    }
  }
  std::vector<Index> in_cycle;
  for (Index i = 0; i < nodes_.size(); ++i) {
    if (open_parents[i] > 0) in_cycle.push_back(i);
  }
  has_cycle_ = !in_cycle.empty();
  if (has_cycle_) errors_.push_back(fmt::format("the migrations form a cycle: {}", format_nodes(in_cycle)));
}

void DjangoGraph::find_inconsistencies() {
  for (Index i = 0; i < nodes_.size(); ++i) {
    if (!nodes_[i].in_graph || !nodes_[i].has_row) continue;
    for (const Index parent : nodes_[i].parents) {
      if (!nodes_[parent].missing && !nodes_[parent].has_row && !nodes_[parent].applied)
        errors_.push_back(fmt::format("{} is applied before its dependency {}", format_id(i), format_id(parent)));
    }
  }
}

void DjangoGraph::find_conflicts() {
  for (const std::string& label : labels_) {
    if (labels_without_dependencies_.contains(label)) continue;
    const std::vector<Index> leaves = find_ends(label, &Node::children);
    if (leaves.size() < 2) continue;
    std::vector<std::string> names;
    for (const Index leaf : leaves) names.push_back(ids_[leaf].name);
    errors_.push_back(fmt::format("{} has {} leaves: {}", label, leaves.size(), format_ids(names)));
  }
}

/// MigrationExecutor.migration_plan() for all leaves: a depth-first search that appends each migration after its
/// parents. The search starts at leaves that are not applied, as in Django, so what is missing below an applied leaf is
/// not in the plan. This happens to the dependencies of a squashed migration that counts as applied without a row: the
/// consistency check looks only at rows. Iterative, because a chain of thousands of migrations would exhaust the stack.
std::vector<std::string> DjangoGraph::plan() const {
  std::vector<std::string> plan;
  std::vector<bool> visited(nodes_.size());
  std::vector<std::pair<Index, bool>> stack;
  const auto visit = [&](Index node) {
    if (visited[node]) return;
    visited[node] = true;
    if (!nodes_[node].missing && !nodes_[node].applied) plan.push_back(format_id(node));
  };
  for (Index i = 0; i < nodes_.size(); ++i) {
    if (!nodes_[i].in_graph) continue;
    // A cycle has no order and may have no leaf.
    if (has_cycle_) {
      visit(i);
      continue;
    }
    if (is_end(i, &Node::children) && !nodes_[i].applied) stack.emplace_back(i, false);
    while (!stack.empty()) {
      const auto [node, parents_are_visited] = stack.back();
      stack.pop_back();
      if (visited[node]) continue;
      if (parents_are_visited) {
        visit(node);
      } else {
        stack.emplace_back(node, true);
        for (const Index parent : nodes_[node].parents) stack.emplace_back(parent, false);
      }
    }
  }
  return plan;
}

std::size_t DjangoGraph::applied() const {
  return static_cast<std::size_t>(std::count_if(
      nodes_.begin(), nodes_.end(), [](const Node& node) { return node.in_graph && !node.missing && node.applied; }));
}

}  // namespace hale
