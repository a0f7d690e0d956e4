#include "migrations/django_manifest.hpp"

#include <string_view>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {
namespace {

DjangoId manifest_id(std::string_view word, const std::string& path) {
  const std::size_t dot = word.find('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == word.size()) {
    throw UsageError(fmt::format("{}: \"{}\" is no migration; write LABEL.NAME, as in shop.0001_initial",
                                 sanitize(path), sanitize(truncate_bytes(word, 60))));
  }
  return {std::string(word.substr(0, dot)), std::string(word.substr(dot + 1))};
}

}  // namespace

void add_django_manifest(const std::vector<std::string>& lines, const std::string& path,
                         std::vector<DjangoMigration>& migrations, std::set<std::string>& listed) {
  std::set<std::string> linked;
  for (const std::string& line : lines) {
    std::vector<DjangoId> heads;
    DjangoMigration one;
    std::vector<DjangoId>* ids = &heads;
    for (const std::string_view word : split(line, ' ')) {
      if (trim(word).empty()) continue;
      if (word == "after") {
        ids = &one.dependencies;
        linked.insert(heads.empty() ? "" : heads[0].label);
      } else if (word == "before") {
        ids = &one.run_before;
      } else if (word == "replaces") {
        ids = &one.replaces;
      } else {
        ids->push_back(manifest_id(trim(word), path));
      }
    }
    if (heads.size() != 1) {
      throw UsageError(
          fmt::format("{}: \"{}\": one migration a line; behind it may stand after, before or replaces "
                      "and others",
                      sanitize(path), sanitize(truncate_bytes(line, 60))));
    }
    one.id = heads[0];
    listed.insert(one.id.label);
    migrations.push_back(std::move(one));
  }
  for (const std::string& label : linked) listed.erase(label);
}

}  // namespace hale
