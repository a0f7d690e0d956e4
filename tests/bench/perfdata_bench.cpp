// What a byte of a plugin's output costs, in a little of it and in much: see README.md.
#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "probes/exec/perfdata.hpp"

using namespace hale;

namespace {

constexpr int runs = 21;
constexpr std::size_t little = std::size_t{1} << 16;
constexpr std::size_t much = std::size_t{1} << 20;

std::string output_of(std::string_view piece, std::size_t bytes) {
  std::string text = "fine | a=1 ";
  while (text.size() < bytes) text += piece;
  return text;
}

/// The median of several runs, in nanoseconds a byte; of CPU time, for the machine may do something else meanwhile.
double cost(std::string_view piece, std::size_t bytes) {
  const std::string text = output_of(piece, bytes);
  std::vector<double> taken;
  for (int i = 0; i < runs; ++i) {
    const std::clock_t begin = std::clock();
    parse_plugin_output(text);
    taken.push_back(static_cast<double>(std::clock() - begin) * 1e9 / CLOCKS_PER_SEC);
  }
  std::sort(taken.begin(), taken.end());
  return taken[taken.size() / 2] / static_cast<double>(text.size());
}

}  // namespace

int main() {
  std::printf("%-14s %12s %12s %7s\n", "again and again", "64 KiB, ns/B", "1 MiB, ns/B", "ratio");
  for (const std::string_view piece : {"|", "'", "' ", "'a ", "a=", "a=;", "a=1 ", "a=1;;", "=", " ", "\n", "|\n",
                                       "'a'=1;@~:9", "9", "a=9", "\xff", ";"}) {
    const double before = cost(piece, little);
    const double after = cost(piece, much);
    std::printf("%-15s %12.2f %12.2f %7.2f\n", sanitize(piece).c_str(), before, after, after / before);
  }
  return 0;
}
