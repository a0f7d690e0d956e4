// Measures the cost per byte of parsing the output of a plugin, for a short and a long output: see README.md.
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
constexpr std::size_t small_size = std::size_t{1} << 16;
constexpr std::size_t large_size = std::size_t{1} << 20;

std::string output_of(std::string_view piece, std::size_t bytes) {
  std::string text = "fine | a=1 ";
  while (text.size() < bytes) text += piece;
  return text;
}

/// The median CPU time of several runs, in nanoseconds per byte. The wall time would depend on the load of the machine.
double cost(std::string_view piece, std::size_t bytes) {
  const std::string text = output_of(piece, bytes);
  std::vector<double> times;
  for (int i = 0; i < runs; ++i) {
    const std::clock_t begin = std::clock();
    parse_plugin_output(text);
    times.push_back(static_cast<double>(std::clock() - begin) * 1e9 / CLOCKS_PER_SEC);
  }
  std::sort(times.begin(), times.end());
  return times[times.size() / 2] / static_cast<double>(text.size());
}

}  // namespace

int main() {
  std::printf("%-15s %12s %12s %7s\n", "repeated text", "64 KiB, ns/B", "1 MiB, ns/B", "ratio");
  for (const std::string_view piece : {"|", "'", "' ", "'a ", "a=", "a=;", "a=1 ", "a=1;;", "=", " ", "\n", "|\n",
                                       "'a'=1;@~:9", "9", "a=9", "\xff", ";"}) {
    const double small_cost = cost(piece, small_size);
    const double large_cost = cost(piece, large_size);
    std::printf("%-15s %12.2f %12.2f %7.2f\n", sanitize(piece).c_str(), small_cost, large_cost,
                large_cost / small_cost);
  }
  return 0;
}
