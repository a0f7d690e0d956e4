#pragma once

#include <string>

namespace hale {

/// 16 random hexadecimal digits, for names that must not collide with those of other processes.
std::string random_name();

}  // namespace hale
