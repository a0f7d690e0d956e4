#pragma once

#include <span>
#include <string>

#include "core/environment.hpp"

namespace hale {

/// Makes the process safe to run in: descriptors 0 to 2 are open, so that no socket becomes stdout; SIGPIPE is ignored;
/// a static build asks files and DNS alone for names.
void prepare_process();

/// What hale stands in, called by the name `program`.
Environment look_around(const char* program);

/// What this machine or container is called.
std::string host_name();

/// Overwrites the arguments, so that `ps` shows no secret.
void wipe(std::span<char* const> arguments);

}  // namespace hale
