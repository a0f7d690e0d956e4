#pragma once

#include <cstdint>
#include <optional>

#include "core/output.hpp"
#include "core/quantity.hpp"

namespace hale {

/// A value of --color.
enum class ColorMode : std::uint8_t { automatic, always, never };

/// What the options of the run say. The plan combines it with the environment.
struct RunOptions {
  const Caller* caller = nullptr;  ///< null without --for
  std::optional<Format> format{};
  ColorMode color = ColorMode::automatic;
  bool verbose = false;
  bool quiet = false;
  std::optional<Duration> deadline{};
};

}  // namespace hale
