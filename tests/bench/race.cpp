// Compares the run times of whole processes, from before exec to after the exit. Runs all commands in each round, in a
// random order, so that other load on the machine affects all of them.
//
//   hale_bench_race ROUNDS <LIST
//
// A line of LIST has a group, a name and the arguments of a command, separated by tabs. Prints the medians of each
// command, and the ratio to the first command of its group. Exits with an error if a command fails.
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace {

struct Runner {
  std::string group;
  std::string name;
  std::vector<std::string> arguments;
  std::vector<double> wall{};  ///< milliseconds
  std::vector<double> cpu{};   ///< milliseconds, user and system
  long peak = 0;               ///< KiB
};

std::vector<Runner> read_list() {
  std::vector<Runner> runners;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream fields(line);
    Runner runner;
    std::getline(fields, runner.group, '\t');
    std::getline(fields, runner.name, '\t');
    for (std::string argument; std::getline(fields, argument, '\t');) runner.arguments.push_back(argument);
    if (!runner.arguments.empty()) runners.push_back(runner);
  }
  return runners;
}

double milliseconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
}

/// Runs the command once and records its times and peak memory.
void run(Runner& runner, const posix_spawn_file_actions_t& actions) {
  std::vector<char*> arguments;
  for (std::string& argument : runner.arguments) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  int status = 0;
  rusage usage{};
  const auto begin = std::chrono::steady_clock::now();
  const int error = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  if (error == 0) wait4(child, &status, 0, &usage);
  const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - begin;
  if (error != 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    std::fprintf(stderr, "%s, %s: failed\n", runner.group.c_str(), runner.name.c_str());
    std::exit(1);
  }
  runner.wall.push_back(wall.count());
  runner.cpu.push_back(milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime));
  runner.peak = std::max(runner.peak, usage.ru_maxrss);
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

void print(const std::vector<Runner>& runners) {
  std::printf("%-10s %-22s %9s %7s %9s %9s\n", "group", "command", "wall ms", "ratio", "CPU ms", "peak KiB");
  const Runner* first = nullptr;
  for (const Runner& runner : runners) {
    if (first == nullptr || first->group != runner.group) first = &runner;
    std::printf("%-10s %-22s %9.3f %7.2f %9.3f %9ld\n", runner.group.c_str(), runner.name.c_str(), median(runner.wall),
                median(runner.wall) / median(first->wall), median(runner.cpu), runner.peak);
  }
}

}  // namespace

int main(int count, char** arguments) {
  const int rounds = count == 2 ? std::atoi(arguments[1]) : 0;
  std::vector<Runner> runners = read_list();
  if (rounds < 1 || runners.empty()) {
    std::fprintf(stderr, "usage: hale_bench_race ROUNDS <LIST\n");
    return 2;
  }
  posix_spawn_file_actions_t actions{};
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  std::vector<Runner*> order;
  for (Runner& runner : runners) order.push_back(&runner);
  std::mt19937 random(1);
  for (int round = 0; round < rounds; ++round) {
    std::shuffle(order.begin(), order.end(), random);
    for (Runner* runner : order) run(*runner, actions);
  }
  print(runners);
  return 0;
}
