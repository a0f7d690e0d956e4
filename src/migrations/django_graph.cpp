#include "migrations/django_graph.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hale {
namespace {

constexpr std::string_view first_name = "__first__";
constexpr std::string_view latest_name = "__latest__";
constexpr std::size_t most_squashes_deep = 100;

}  // namespace

DjangoGraph::DjangoGraph(const std::vector<DjangoMigration>& migrations, std::set<std::string> listed)
    : listed_(std::move(listed)) {
  for (const DjangoMigration& one : migrations) {
    ids_.push_back(one.id);
    labels_.insert(one.id.label);
    for (const auto* more : {&one.dependencies, &one.run_before, &one.replaces})
      ids_.insert(ids_.end(), more->begin(), more->end());
  }
  std::sort(ids_.begin(), ids_.end());
  ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
  nodes_.resize(ids_.size());
  squashes_.resize(ids_.size());
  shares_.resize(ids_.size());
  for (const DjangoMigration& one : migrations) {
    Node& node = nodes_[number_of(one.id)];
    if (node.known) errors_.push_back(fmt::format("there are two migrations {}", one.id.shown()));
    node.known = true;
    node.migration = &one;
  }
  // Those within an application first, so that it is known which one is __first__ and which __latest__.
  for (Number i = 0; i < nodes_.size(); ++i) connect_within(i);
  for (Number i = 0; i < nodes_.size(); ++i) connect_across(i);
}

DjangoGraph::Number DjangoGraph::number_of(const DjangoId& id) const {
  return static_cast<Number>(std::lower_bound(ids_.begin(), ids_.end(), id) - ids_.begin());
}

std::string DjangoGraph::shown(const std::vector<Number>& numbers) const {
  std::vector<std::string> ids;
  for (const Number number : numbers) ids.push_back(shown(number));
  return first_ids(ids);
}

void DjangoGraph::connect(Number child, Number parent) {
  for (const Number number : {child, parent}) {
    if (!nodes_[number].known) nodes_[number].missing = true;
    nodes_[number].known = true;
  }
  nodes_[child].parents.insert(parent);
  nodes_[parent].children.insert(child);
}

void DjangoGraph::connect_within(Number number) {
  const DjangoMigration* migration = nodes_[number].migration;
  if (migration == nullptr) return;
  for (const DjangoId& parent : migration->dependencies) {
    // What an application's own __first__ may mean, nobody asks.
    if (parent.label == label(number) && parent.name != first_name) connect(number, number_of(parent));
  }
}

void DjangoGraph::connect_across(Number number) {
  const DjangoMigration* migration = nodes_[number].migration;
  if (migration == nullptr) return;
  for (const DjangoId& parent : migration->dependencies) {
    if (parent.label == label(number)) continue;
    if (const auto node = meant(parent)) connect(number, *node);
  }
  for (const DjangoId& child : migration->run_before) {
    if (child.label == label(number) && (child.name == first_name || child.name == latest_name)) continue;
    if (const auto node = meant(child)) connect(*node, number);
  }
}

/// Nothing for a migration of an application that hale was not told of.
std::optional<DjangoGraph::Number> DjangoGraph::meant(const DjangoId& id) const {
  if (!labels_.contains(id.label)) return std::nullopt;
  if (id.name != first_name && id.name != latest_name) return number_of(id);
  const auto ends = ends_of(id.label, id.name == first_name ? &Node::parents : &Node::children);
  return ends.empty() ? std::nullopt : std::optional(ends.front());
}

/// True when no node of the same application comes next.
bool DjangoGraph::is_end(Number number, std::set<Number> Node::*next) const {
  const auto& others = nodes_[number].*next;
  return nodes_[number].known &&
         std::none_of(others.begin(), others.end(), [&](Number other) { return label(other) == label(number); });
}

/// The application's roots by &Node::parents, its leaves by &Node::children.
std::vector<DjangoGraph::Number> DjangoGraph::ends_of(const std::string& label, std::set<Number> Node::*next) const {
  std::vector<Number> ends;
  for (Number i = number_of({label, ""}); i < ids_.size() && this->label(i) == label; ++i) {
    if (is_end(i, next)) ends.push_back(i);
  }
  return ends;
}

void DjangoGraph::apply(const std::vector<MigrationRow>& rows) {
  for (const MigrationRow& row : rows) {
    const DjangoId id{row.at(0).value_or(""), row.at(1).value_or("")};
    const Number number = number_of(id);
    if (number < ids_.size() && ids_[number] == id) nodes_[number].has_row = nodes_[number].applied = true;
  }
}

void DjangoGraph::replace() {
  for (Number i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].migration != nullptr && !nodes_[i].migration->replaces.empty()) replace(i, 0);
  }
}

/// Squashes that it replaces come first. Returns how much of all that it replaces is applied.
DjangoGraph::Share DjangoGraph::replace(Number number, std::size_t depth) {
  if (squashes_[number] == Squash::done) return shares_[number];
  if (squashes_[number] == Squash::begun || depth == most_squashes_deep) {
    errors_.push_back(fmt::format("{} replaces itself, by way of others", shown(number)));
    return {};
  }
  squashes_[number] = Squash::begun;
  Share share;
  std::set<Number> replaced;
  for (const DjangoId& id : nodes_[number].migration->replaces) {
    const Number one = number_of(id);
    replaced.insert(one);
    const DjangoMigration* migration = nodes_[one].migration;
    const bool nested = migration != nullptr && !migration->replaces.empty();
    const Share part = nested ? replace(one, depth + 1) : Share{nodes_[one].has_row, nodes_[one].has_row};
    share = {share.all && part.all, share.any || part.any};
  }
  nodes_[number].applied = share.all;
  if (share.all || !share.any) {
    replace_with_squash(number, replaced);
  } else {
    drop_squash(number, replaced);
  }
  squashes_[number] = Squash::done;
  return shares_[number] = share;
}

/// The loader's remove_replaced_nodes().
void DjangoGraph::replace_with_squash(Number squash, const std::set<Number>& replaced) {
  for (const Number one : replaced) {
    Node& node = nodes_[one];
    if (!node.known || one == squash) continue;
    for (const Number child : node.children) {
      nodes_[child].parents.erase(one);
      if (!replaced.contains(child) && child != squash) connect(child, squash);
    }
    for (const Number parent : node.parents) {
      nodes_[parent].children.erase(one);
      if (!replaced.contains(parent) && parent != squash) connect(squash, parent);
    }
    node.known = node.missing = false;
    node.parents.clear();
    node.children.clear();
  }
}

/// The loader's remove_replacement_node(): who depends on the squash depends on the last of what it replaces.
void DjangoGraph::drop_squash(Number squash, const std::set<Number>& replaced) {
  std::set<Number> last;
  std::vector<Number> lost;
  for (const Number one : replaced) {
    if (nodes_[one].known) last.insert(one);
    if (nodes_[one].migration == nullptr && !nodes_[one].has_row) lost.push_back(one);
  }
  lost_.insert(lost.begin(), lost.end());
  if (!lost.empty())
    errors_.push_back(
        fmt::format("{} is applied only in part, and of what it replaces {} is missing", shown(squash), shown(lost)));
  for (const Number one : replaced) {
    for (const Number parent : nodes_[one].parents) last.erase(parent);
  }
  Node& node = nodes_[squash];
  for (const Number child : node.children) {
    nodes_[child].parents.erase(squash);
    for (const Number one : last) connect(child, one);
  }
  for (const Number parent : node.parents) nodes_[parent].children.erase(squash);
  node.known = false;
  node.parents.clear();
  node.children.clear();
}

void DjangoGraph::find_missing() {
  for (Number i = 0; i < nodes_.size(); ++i) {
    if (!nodes_[i].known || !nodes_[i].missing) continue;
    if (nodes_[i].children.empty()) {
      errors_.push_back(
          fmt::format("{} is to run before {}, which is missing", shown(*nodes_[i].parents.begin()), shown(i)));
      continue;
    }
    if (!lost_.contains(i))
      errors_.push_back(
          fmt::format("{} depends on {}, which is missing", shown(*nodes_[i].children.begin()), shown(i)));
  }
}

void DjangoGraph::find_circles() {
  // Takes away again and again what depends on nothing that is left.
  std::vector<std::size_t> waiting(nodes_.size());
  std::vector<Number> free;
  for (Number i = 0; i < nodes_.size(); ++i) {
    waiting[i] = nodes_[i].parents.size();
    if (waiting[i] == 0) free.push_back(i);
  }
  while (!free.empty()) {
    const Number one = free.back();
    free.pop_back();
    for (const Number child : nodes_[one].children) {
      if (--waiting[child] == 0) free.push_back(child);
    }
  }
  std::vector<Number> left;
  for (Number i = 0; i < nodes_.size(); ++i) {
    if (waiting[i] > 0) left.push_back(i);
  }
  circular_ = !left.empty();
  if (circular_) errors_.push_back(fmt::format("migrations depend on each other in a circle: {}", shown(left)));
}

void DjangoGraph::find_inconsistencies() {
  for (Number i = 0; i < nodes_.size(); ++i) {
    if (!nodes_[i].known || !nodes_[i].has_row) continue;
    for (const Number parent : nodes_[i].parents) {
      if (!nodes_[parent].missing && !nodes_[parent].has_row && !nodes_[parent].applied)
        errors_.push_back(fmt::format("{} is applied before its dependency {}", shown(i), shown(parent)));
    }
  }
}

void DjangoGraph::find_conflicts() {
  for (const std::string& label : labels_) {
    if (listed_.contains(label)) continue;
    const std::vector<Number> leaves = ends_of(label, &Node::children);
    if (leaves.size() < 2) continue;
    std::vector<std::string> names;
    for (const Number leaf : leaves) names.push_back(ids_[leaf].name);
    errors_.push_back(fmt::format("{} has {} leaves: {}", label, leaves.size(), first_ids(names)));
  }
}

std::vector<std::string> DjangoGraph::plan() const {
  std::vector<std::string> plan;
  std::vector<bool> seen(nodes_.size());
  std::vector<std::pair<Number, bool>> stack;
  const auto visit = [&](Number number) {
    if (seen[number]) return;
    seen[number] = true;
    if (!nodes_[number].missing && !nodes_[number].applied) plan.push_back(shown(number));
  };
  for (Number i = 0; i < nodes_.size(); ++i) {
    if (!nodes_[i].known) continue;
    if (circular_) {
      visit(i);
      continue;
    }
    // Before a leaf that is applied Django looks for nothing.
    if (is_end(i, &Node::children) && !nodes_[i].applied) stack.emplace_back(i, false);
    while (!stack.empty()) {
      const auto [number, parents_are_seen] = stack.back();
      stack.pop_back();
      if (seen[number]) continue;
      if (parents_are_seen) {
        visit(number);
      } else {
        stack.emplace_back(number, true);
        for (const Number parent : nodes_[number].parents) stack.emplace_back(parent, false);
      }
    }
  }
  return plan;
}

std::size_t DjangoGraph::applied() const {
  return static_cast<std::size_t>(std::count_if(
      nodes_.begin(), nodes_.end(), [](const Node& node) { return node.known && !node.missing && node.applied; }));
}

}  // namespace hale
