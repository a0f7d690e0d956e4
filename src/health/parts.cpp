#include "health/parts.hpp"

#include <utility>

#include "base/text.hpp"

namespace hale::health {
namespace {

constexpr std::size_t longest_path = 200;
constexpr std::size_t longest_name = 100;
constexpr std::size_t longest_word = 40;
constexpr std::size_t longest_message = 200;

}  // namespace

void Parts::add(Part part) {
  const auto [position, is_new] = positions_.try_emplace(part.name, all_.size());
  if (is_new) {
    all_.push_back(std::move(part));
    return;
  }
  Part& known = all_[position->second];
  if (part.state > known.state) {
    known = std::move(part);
  } else if (known.message.empty() && part.state != State::ok) {
    known.message = std::move(part.message);
  }
}

std::string below(std::string_view path, std::string_view name) {
  const std::string last = name.empty() ? "\"\"" : truncate_bytes(name, longest_name);
  return path.empty() ? last : truncate_bytes(path, longest_path) + "/" + last;
}

std::string told_word(std::string_view text) { return lower(truncate_bytes(first_line(text), longest_word)); }

std::string told_message(std::string_view text) { return truncate_bytes(first_line(text), longest_message); }

}  // namespace hale::health
