#include "probes/common/random_name.hpp"

#include <random>

#include <fmt/format.h>

namespace hale {

std::string random_name() {
  std::random_device device;
  return fmt::format("{:08x}{:08x}", device(), device());
}

}  // namespace hale
