#pragma once

#include <string>
#include <vector>

#include "core/environment.hpp"
#include "core/result.hpp"

namespace hale::testing {

/// Runs hale in this process with the command line `words`, up to the judged results.
Outcome probe(const std::vector<std::string>& words, const Environment& environment = {});

/// The same for a run with exactly one result.
Result probe_one(const std::vector<std::string>& words, const Environment& environment = {});

/// The message of the UsageError that such a run throws before it begins.
std::string refusal_of(const std::vector<std::string>& words);

}  // namespace hale::testing
