#include "health/component_set.hpp"

#include <utility>

#include "base/text.hpp"

namespace hale::health {
namespace {

constexpr std::size_t max_path = 200;
constexpr std::size_t max_name = 100;
constexpr std::size_t max_word = 40;
constexpr std::size_t max_message = 200;

}  // namespace

void ComponentSet::add(ReportedComponent component) {
  const auto [position, is_new] = positions_.try_emplace(component.name, all_.size());
  if (is_new) {
    all_.push_back(std::move(component));
    return;
  }
  ReportedComponent& existing = all_[position->second];
  if (component.state > existing.state) {
    existing = std::move(component);
  } else if (existing.message.empty() && component.state != State::ok) {
    existing.message = std::move(component.message);
  }
}

std::string join_path(std::string_view path, std::string_view name) {
  const std::string last = name.empty() ? "\"\"" : truncate_bytes(name, max_name);
  return path.empty() ? last : truncate_bytes(path, max_path) + "/" + last;
}

std::string abbreviate_word(std::string_view text) { return lower(truncate_bytes(first_line(text), max_word)); }

std::string abbreviate_message(std::string_view text) { return truncate_bytes(first_line(text), max_message); }

}  // namespace hale::health
