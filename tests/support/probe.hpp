#pragma once

#include <string>
#include <vector>

#include "core/environment.hpp"
#include "core/result.hpp"

namespace hale::testing {

/// Runs hale in this process as if `words` had been typed, from the command line to the judged results.
Outcome probe(const std::vector<std::string>& words, const Environment& environment = {});

/// The only result of such a run.
Result probe_one(const std::vector<std::string>& words, const Environment& environment = {});

/// What such a run is refused with before it begins.
std::string refusal_of(const std::vector<std::string>& words);

}  // namespace hale::testing
