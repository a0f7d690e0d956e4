#include "migrations/alembic/graph.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

namespace hale {
namespace {

/// The revisions as a directed acyclic graph, as described in Alembic's documentation, "Working with Branches"
/// (https://alembic.sqlalchemy.org/en/latest/branches.html).
///
/// - An edge leads from a revision to each parent in down_revision. Two children of one parent start two branches; a
///   revision with two parents is a merge. depends_on is an edge too: the revision needs the other one, but stays on
///   its own branch. It may name a branch label, which stands for the revision that declares it.
/// - alembic_version is not a log. It has one row for each head of the database, and upgrading a branch replaces the
///   row of the parent with that of the child. So a revision is applied if it is in the table or an ancestor of one
///   that is. A row and an ancestor of it at the same time contradict this, and are an error.
/// - A branch without a row has not been started: all of its revisions are pending.
/// - A revision without children is a head of the code. Several heads are legal, but "alembic upgrade head" refuses to
///   choose between them, so they are a remark.
/// - A row with an id that no file has was written by a newer or different release. It has replaced the rows of
///   ancestors that cannot be known, so a revision without a row may be one of them. Then only the descendants of known
///   rows are certainly pending; nothing is reported about the others.
class AlembicGraph {
 public:
  explicit AlembicGraph(const std::vector<AlembicRevision>& revisions);

  MigrationFindings compare(const std::vector<MigrationRow>& rows);

 private:
  using Index = std::size_t;  ///< into nodes_
  struct Node {
    std::string_view id{};
    std::vector<Index> parents{};   ///< by down_revision and depends_on
    std::vector<Index> children{};  ///< by down_revision
  };

  void add_nodes(const std::vector<AlembicRevision>& revisions);
  void add_edges(const AlembicRevision& revision);
  void sort_topologically();
  std::vector<Index> find_rows(const std::vector<MigrationRow>& rows, MigrationFindings& findings) const;
  std::vector<bool> find_applied(const std::vector<Index>& rows, MigrationFindings& findings) const;
  std::vector<bool> ancestors_and_self(Index node) const;
  std::vector<bool> descendants(const std::vector<Index>& nodes) const;
  std::vector<std::string> heads() const;

  std::vector<Node> nodes_;
  std::unordered_map<std::string_view, Index> index_;
  std::map<std::string_view, std::string_view> labels_;  ///< the id of the revision that declares each
  std::vector<Index> order_;                             ///< parents before children, without nodes in cycles
  std::vector<std::string> errors_;
};

AlembicGraph::AlembicGraph(const std::vector<AlembicRevision>& revisions) {
  add_nodes(revisions);
  for (const AlembicRevision& one : revisions) add_edges(one);
  sort_topologically();
}

void AlembicGraph::add_nodes(const std::vector<AlembicRevision>& revisions) {
  std::map<std::string_view, std::string_view> sources;
  for (const AlembicRevision& one : revisions) {
    if (index_.emplace(one.id, nodes_.size()).second) {
      nodes_.push_back({one.id});
      sources[one.id] = one.source;
    } else {
      errors_.push_back(fmt::format("there are two revisions {}: {}, {}", one.id, sources[one.id], one.source));
    }
    for (const std::string& label : one.branch_labels) {
      const auto [other, is_new] = labels_.emplace(label, one.id);
      if (!is_new && other->second != one.id)
        errors_.push_back(fmt::format("{} and {} have the same branch label {}", other->second, one.id, label));
    }
  }
}

void AlembicGraph::add_edges(const AlembicRevision& revision) {
  const Index child = index_.at(revision.id);
  for (const std::string& id : revision.down) {
    const auto parent = index_.find(id);
    if (parent == index_.end()) {
      errors_.push_back(fmt::format("{} follows {}, which is missing", revision.id, id));
      continue;
    }
    nodes_[child].parents.push_back(parent->second);
    nodes_[parent->second].children.push_back(child);
  }
  for (const std::string& id : revision.depends_on) {
    auto parent = index_.find(id);
    if (const auto label = labels_.find(id); parent == index_.end() && label != labels_.end())
      parent = index_.find(label->second);
    if (parent == index_.end()) {
      errors_.push_back(fmt::format("{} depends on {}, which is missing", revision.id, id));
    } else {
      nodes_[child].parents.push_back(parent->second);
    }
  }
}

/// Kahn's algorithm. Of the revisions whose parents are all placed the smallest id comes next, so that the order does
/// not depend on the order of the files. What is never placed is in a cycle or behind one.
void AlembicGraph::sort_topologically() {
  std::vector<std::vector<Index>> children(nodes_.size());
  std::vector<std::size_t> open_parents(nodes_.size());
  std::set<std::pair<std::string_view, Index>> ready;
  for (Index i = 0; i < nodes_.size(); ++i) {
    for (const Index parent : nodes_[i].parents) children[parent].push_back(i);
    open_parents[i] = nodes_[i].parents.size();
    if (open_parents[i] == 0) ready.emplace(nodes_[i].id, i);
  }
  while (!ready.empty()) {
    const Index node = ready.begin()->second;
    ready.erase(ready.begin());
    order_.push_back(node);
    for (const Index child : children[node]) {
      if (--open_parents[child] == 0) ready.emplace(nodes_[child].id, child);
    }
  }
  std::vector<std::string> in_cycle;
  for (Index i = 0; i < nodes_.size(); ++i) {
    if (open_parents[i] > 0) in_cycle.emplace_back(nodes_[i].id);
  }
  std::sort(in_cycle.begin(), in_cycle.end());
  if (!in_cycle.empty()) errors_.push_back(fmt::format("the revisions form a cycle: {}", format_ids(in_cycle)));
}

std::vector<bool> AlembicGraph::ancestors_and_self(Index node) const {
  std::vector<bool> visited(nodes_.size());
  std::vector<Index> stack{node};
  while (!stack.empty()) {
    const Index current = stack.back();
    stack.pop_back();
    if (visited[current]) continue;
    visited[current] = true;
    stack.insert(stack.end(), nodes_[current].parents.begin(), nodes_[current].parents.end());
  }
  return visited;
}

/// The descendants by down_revision, without `nodes` themselves.
std::vector<bool> AlembicGraph::descendants(const std::vector<Index>& nodes) const {
  std::vector<bool> visited(nodes_.size());
  std::vector<Index> stack = nodes;
  while (!stack.empty()) {
    const Index current = stack.back();
    stack.pop_back();
    for (const Index child : nodes_[current].children) {
      if (visited[child]) continue;
      visited[child] = true;
      stack.push_back(child);
    }
  }
  return visited;
}

/// The nodes of the rows. Rows without a node are ahead.
std::vector<AlembicGraph::Index> AlembicGraph::find_rows(const std::vector<MigrationRow>& rows,
                                                         MigrationFindings& findings) const {
  std::vector<Index> nodes;
  std::set<std::string> ids;
  for (const MigrationRow& row : rows) {
    const std::string id = row.at(0).value_or("");
    if (!ids.insert(id).second) continue;
    if (const auto node = index_.find(id); node != index_.end()) {
      nodes.push_back(node->second);
    } else {
      findings.ahead.push_back(id);
    }
  }
  return nodes;
}

std::vector<bool> AlembicGraph::find_applied(const std::vector<Index>& rows, MigrationFindings& findings) const {
  std::vector<bool> applied(nodes_.size());
  for (const Index row : rows) {
    const std::vector<bool> ancestors = ancestors_and_self(row);
    for (Index i = 0; i < nodes_.size(); ++i) applied[i] = applied[i] || ancestors[i];
    const auto other = std::find_if(rows.begin(), rows.end(), [&](Index one) { return one != row && ancestors[one]; });
    if (other != rows.end()) {
      findings.errors.push_back(
          fmt::format("the table has both {0} and its ancestor {1}", nodes_[row].id, nodes_[*other].id));
    }
  }
  return applied;
}

std::vector<std::string> AlembicGraph::heads() const {
  std::vector<std::string> heads;
  for (const Node& node : nodes_) {
    if (node.children.empty()) heads.emplace_back(node.id);
  }
  std::sort(heads.begin(), heads.end());
  return heads;
}

MigrationFindings AlembicGraph::compare(const std::vector<MigrationRow>& rows) {
  MigrationFindings findings;
  findings.errors = errors_;
  const std::vector<Index> row_nodes = find_rows(rows, findings);
  const std::vector<bool> applied = find_applied(row_nodes, findings);
  const std::vector<bool> certainly_pending = descendants(row_nodes);
  for (const Index node : order_) {
    if (applied[node]) {
      ++findings.applied;
    } else if (findings.ahead.empty() || certainly_pending[node]) {
      findings.pending.emplace_back(nodes_[node].id);
    }
  }
  const std::vector<std::string> all_heads = heads();
  if (all_heads.size() > 1)
    findings.remarks.push_back(fmt::format("{} heads: {}", all_heads.size(), format_ids(all_heads)));
  return findings;
}

}  // namespace

MigrationFindings AlembicRevisions::compare(const std::vector<MigrationRow>& rows) const {
  return AlembicGraph(revisions_).compare(rows);
}

}  // namespace hale
