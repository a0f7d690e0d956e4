#pragma once

#include <set>
#include <string>
#include <vector>

#include "migrations/django_graph.hpp"

namespace hale {

/// Adds what the lines of the manifest `path` say, each "shop.0003_c after shop.0002_b before blog.0001_initial
/// replaces shop.0001_a": of the words none or some, in any order, and behind each of them no id or more. To `listed`
/// come the labels of which no line has "after". Throws UsageError for a line of another kind.
void add_django_manifest(const std::vector<std::string>& lines, const std::string& path,
                         std::vector<DjangoMigration>& migrations, std::set<std::string>& listed);

}  // namespace hale
