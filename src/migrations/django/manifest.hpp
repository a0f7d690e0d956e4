#pragma once

#include <set>
#include <string>
#include <vector>

#include "migrations/django/graph.hpp"

namespace hale {

/// Appends the migrations on the `lines` of the manifest `path`. A line is an id, optionally followed by "after",
/// "before" and "replaces" in any order, each with any number of ids: "shop.0003_c after shop.0002_b before
/// blog.0001_initial replaces shop.0001_a". Adds to `labels_without_dependencies` the labels without an "after" on any
/// line. Throws UsageError for other lines.
void add_django_manifest(const std::vector<std::string>& lines, const std::string& path,
                         std::vector<DjangoMigration>& migrations, std::set<std::string>& labels_without_dependencies);

}  // namespace hale
