#include "migrations/alembic_graph.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

namespace hale {
namespace {

class AlembicGraph {
 public:
  explicit AlembicGraph(const std::vector<AlembicRevision>& revisions);

  MigrationFindings compare(const std::vector<MigrationRow>& rows);

 private:
  using Number = std::size_t;
  struct Node {
    std::string_view id{};
    std::vector<Number> parents{};   ///< by down_revision and depends_on
    std::vector<Number> children{};  ///< by down_revision
  };

  void name(const std::vector<AlembicRevision>& revisions);
  void connect(const AlembicRevision& revision);
  void order();
  std::vector<bool> before(Number row) const;
  std::vector<bool> after(const std::vector<Number>& rows) const;

  std::vector<Node> nodes_;
  std::unordered_map<std::string_view, Number> numbers_;
  std::map<std::string_view, std::string_view> labels_;  ///< the revision that declares each
  std::vector<Number> order_;                            ///< parents before children; without those in a circle
  std::vector<std::string> errors_;
};

AlembicGraph::AlembicGraph(const std::vector<AlembicRevision>& revisions) {
  name(revisions);
  for (const AlembicRevision& one : revisions) connect(one);
  order();
}

void AlembicGraph::name(const std::vector<AlembicRevision>& revisions) {
  std::map<std::string_view, std::string_view> sources;
  for (const AlembicRevision& one : revisions) {
    if (numbers_.emplace(one.id, nodes_.size()).second) {
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

void AlembicGraph::connect(const AlembicRevision& revision) {
  const Number child = numbers_.at(revision.id);
  for (const std::string& id : revision.down) {
    const auto parent = numbers_.find(id);
    if (parent == numbers_.end()) {
      errors_.push_back(fmt::format("{} follows {}, which is missing", revision.id, id));
      continue;
    }
    nodes_[child].parents.push_back(parent->second);
    nodes_[parent->second].children.push_back(child);
  }
  for (const std::string& id : revision.depends_on) {
    auto parent = numbers_.find(id);
    if (const auto label = labels_.find(id); parent == numbers_.end() && label != labels_.end())
      parent = numbers_.find(label->second);
    if (parent == numbers_.end()) {
      errors_.push_back(fmt::format("{} depends on {}, which is missing", revision.id, id));
    } else {
      nodes_[child].parents.push_back(parent->second);
    }
  }
}

/// Finds circles, too.
void AlembicGraph::order() {
  std::vector<std::vector<Number>> children(nodes_.size());
  std::vector<std::size_t> waiting(nodes_.size());
  std::set<std::pair<std::string_view, Number>> free;
  for (Number i = 0; i < nodes_.size(); ++i) {
    for (const Number parent : nodes_[i].parents) children[parent].push_back(i);
    waiting[i] = nodes_[i].parents.size();
    if (waiting[i] == 0) free.emplace(nodes_[i].id, i);
  }
  while (!free.empty()) {
    const Number one = free.begin()->second;
    free.erase(free.begin());
    order_.push_back(one);
    for (const Number child : children[one]) {
      if (--waiting[child] == 0) free.emplace(nodes_[child].id, child);
    }
  }
  std::vector<std::string> left;
  for (Number i = 0; i < nodes_.size(); ++i) {
    if (waiting[i] > 0) left.emplace_back(nodes_[i].id);
  }
  std::sort(left.begin(), left.end());
  if (!left.empty()) errors_.push_back(fmt::format("revisions follow each other in a circle: {}", first_ids(left)));
}

/// The revision and all that it descends from.
std::vector<bool> AlembicGraph::before(Number row) const {
  std::vector<bool> seen(nodes_.size());
  std::vector<Number> waiting{row};
  while (!waiting.empty()) {
    const Number one = waiting.back();
    waiting.pop_back();
    if (seen[one]) continue;
    seen[one] = true;
    waiting.insert(waiting.end(), nodes_[one].parents.begin(), nodes_[one].parents.end());
  }
  return seen;
}

/// What descends from the rows by down_revision, themselves not.
std::vector<bool> AlembicGraph::after(const std::vector<Number>& rows) const {
  std::vector<bool> seen(nodes_.size());
  std::vector<Number> waiting = rows;
  while (!waiting.empty()) {
    const Number one = waiting.back();
    waiting.pop_back();
    for (const Number child : nodes_[one].children) {
      if (seen[child]) continue;
      seen[child] = true;
      waiting.push_back(child);
    }
  }
  return seen;
}

MigrationFindings AlembicGraph::compare(const std::vector<MigrationRow>& rows) {
  MigrationFindings findings;
  std::vector<Number> known;
  std::set<std::string> ids;
  for (const MigrationRow& row : rows) {
    const std::string id = row.at(0).value_or("");
    if (!ids.insert(id).second) continue;
    if (const auto number = numbers_.find(id); number != numbers_.end()) {
      known.push_back(number->second);
    } else {
      findings.ahead.push_back(id);
    }
  }
  std::vector<bool> done(nodes_.size());
  findings.errors = errors_;
  for (const Number row : known) {
    const std::vector<bool> ancestors = before(row);
    for (Number i = 0; i < nodes_.size(); ++i) done[i] = done[i] || ancestors[i];
    const auto other =
        std::find_if(known.begin(), known.end(), [&](Number one) { return one != row && ancestors[one]; });
    if (other != known.end()) {
      findings.errors.push_back(
          fmt::format("the table has {0} and {1}, which {0} comes after", nodes_[row].id, nodes_[*other].id));
    }
  }
  const std::vector<bool> surely_pending = after(known);
  for (const Number one : order_) {
    if (done[one]) {
      ++findings.applied;
    } else if (findings.ahead.empty() || surely_pending[one]) {
      findings.pending.emplace_back(nodes_[one].id);
    }
  }
  std::vector<std::string> heads;
  for (const Node& node : nodes_) {
    if (node.children.empty()) heads.emplace_back(node.id);
  }
  std::sort(heads.begin(), heads.end());
  if (heads.size() > 1) findings.remarks.push_back(fmt::format("{} heads: {}", heads.size(), first_ids(heads)));
  return findings;
}

}  // namespace

MigrationFindings AlembicRevisions::compare(const std::vector<MigrationRow>& rows) const {
  return AlembicGraph(revisions_).compare(rows);
}

}  // namespace hale
