#include "migrations/django/manifest.hpp"

#include <string_view>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {
namespace {

DjangoId parse_manifest_id(std::string_view word, const std::string& path) {
  const std::size_t dot = word.find('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == word.size()) {
    throw UsageError(fmt::format("{}: \"{}\" is not a migration; use LABEL.NAME, such as shop.0001_initial",
                                 sanitize(path), sanitize(truncate_bytes(word, 60))));
  }
  return {std::string(word.substr(0, dot)), std::string(word.substr(dot + 1))};
}

}  // namespace

void add_django_manifest(const std::vector<std::string>& lines, const std::string& path,
                         std::vector<DjangoMigration>& migrations, std::set<std::string>& labels_without_dependencies) {
  std::set<std::string> labels_with_dependencies;
  for (const std::string& line : lines) {
    std::vector<DjangoId> line_ids;
    DjangoMigration one;
    std::vector<DjangoId>* ids = &line_ids;
    for (const std::string_view word : split(line, ' ')) {
      if (trim(word).empty()) continue;
      if (word == "after") {
        ids = &one.dependencies;
        labels_with_dependencies.insert(line_ids.empty() ? "" : line_ids[0].label);
      } else if (word == "before") {
        ids = &one.run_before;
      } else if (word == "replaces") {
        ids = &one.replaces;
      } else {
        ids->push_back(parse_manifest_id(trim(word), path));
      }
    }
    if (line_ids.size() != 1) {
      throw UsageError(fmt::format(
          "{}: \"{}\": expected one migration per line, optionally followed by after, before or replaces and other ids",
          sanitize(path), sanitize(truncate_bytes(line, 60))));
    }
    one.id = line_ids[0];
    labels_without_dependencies.insert(one.id.label);
    migrations.push_back(std::move(one));
  }
  for (const std::string& label : labels_with_dependencies) labels_without_dependencies.erase(label);
}

}  // namespace hale
