#include "cli/layout.hpp"

#include "base/text.hpp"

namespace hale {
namespace {

constexpr std::size_t page = 80;

}  // namespace

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  for (const std::string_view word : split(text, ' ')) {
    if (word.empty()) continue;
    if (lines.empty() || display_width(lines.back()) + 1 + display_width(word) > width) {
      lines.emplace_back(word);
    } else {
      lines.back().append(" ").append(word);
    }
  }
  return lines;
}

std::string paragraph(std::string_view text, std::size_t indent) {
  std::string result;
  for (const std::string& line : wrap(text, page - indent)) result += std::string(indent, ' ') + line + "\n";
  return result;
}

std::string hanging(std::string_view lead, std::string_view text) {
  std::string result(lead);
  for (const std::string& line : wrap(text, page - lead.size())) {
    if (result.size() > lead.size()) result.append("\n").append(lead.size(), ' ');
    result += line;
  }
  return result;
}

std::string two_columns(std::string_view left, std::string_view right, std::size_t column) {
  const std::string below = paragraph(right, column);
  if (below.empty()) return std::string(left) + "\n";
  if (left.size() + 2 > column) return std::string(left) + "\n" + below;
  return std::string(left) + below.substr(left.size());
}

}  // namespace hale
