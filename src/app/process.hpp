#pragma once

#include <span>
#include <string>

#include "core/environment.hpp"

namespace hale {

/// Makes the process safe to run in. Opens /dev/null for those of the descriptors 0 to 2 that are closed, so that no
/// socket becomes stdout; ignores SIGPIPE; restricts name look-ups in a static build to files and DNS. Call it first.
void prepare_process();

/// Reads the environment; `program` is argv[0], and may be null.
Environment read_environment(const char* program);

/// The name of this machine or container.
std::string host_name();

/// Overwrites the arguments with zeros, so that `ps` shows no secret.
void wipe(std::span<char* const> arguments);

}  // namespace hale
