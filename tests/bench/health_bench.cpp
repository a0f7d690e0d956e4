// Compares the time to read a large health document with that of nlohmann's parser for the same text: see README.md.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "health/health.hpp"

using namespace hale;

namespace {

constexpr int runs = 21;
constexpr int components = 10'000;
constexpr std::size_t bytes = max_health_body;

/// A Spring health document of exactly 1 MiB. Each component has some details; every hundredth is down.
std::string large_document() {
  std::string text = R"({"status":"DOWN","components":{)";
  for (int i = 0; i < components; ++i) {
    text += fmt::format(R"({}"service-{}":{{"status":"{}","details":{{"took":{}.5,"note":"{}"}}}})", i > 0 ? "," : "",
                        i, i % 100 == 0 ? "DOWN" : "UP", i, std::string(24, 'x'));
  }
  text += R"(},"padding":")";
  text += std::string(bytes - text.size() - 2, 'x');
  return text + "\"}";
}

/// The median of several runs, in milliseconds.
double median_of(const std::function<bool()>& work) {
  std::vector<double> times;
  for (int i = 0; i < runs; ++i) {
    const auto start = std::chrono::steady_clock::now();
    if (!work()) std::abort();
    times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

}  // namespace

int main() {
  const std::string document = large_document();
  const double ours = median_of([&] {
    const HealthVerdict verdict = read_health(503, "application/json", document, false, HealthMode::automatic);
    return verdict.body_state == State::critical && verdict.components.size() == components;
  });
  const double parse = median_of([&] { return nlohmann::json::parse(document).size() == 3; });
  std::printf(
      "%zu bytes, %d components, median of %d runs: read_health %.2f ms per MiB, nlohmann::json::parse %.2f ms, "
      "ratio %.2f\n",
      document.size(), components, runs, ours, parse, ours / parse);
  return 0;
}
