// Times whole processes against each other, from before exec to after the exit: all commands in turn, in a new order
// each round, so that what else the machine does falls on all of them.
//
//   hale_bench_race ROUNDS <LIST
//
// A line of LIST is a group, a name and the words of the command, split by tabs. Prints for each group the medians, and
// the ratio of each to the group's first. A command that fails ends the race: what went wrong is not to be timed.
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
  std::vector<std::string> words;
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
    for (std::string word; std::getline(fields, word, '\t');) runner.words.push_back(word);
    if (!runner.words.empty()) runners.push_back(runner);
  }
  return runners;
}

double milliseconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
}

/// Runs the command once and notes what it took.
void run(Runner& runner, const posix_spawn_file_actions_t& actions) {
  std::vector<char*> words;
  for (std::string& word : runner.words) words.push_back(word.data());
  words.push_back(nullptr);
  pid_t child = 0;
  int status = 0;
  rusage usage{};
  const auto begin = std::chrono::steady_clock::now();
  const int error = posix_spawnp(&child, words[0], &actions, nullptr, words.data(), environ);
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

int main(int count, char** words) {
  const int rounds = count == 2 ? std::atoi(words[1]) : 0;
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
