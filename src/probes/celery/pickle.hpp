#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

namespace hale {

/// Reads a pickle of strings, integers, booleans, None, lists and dicts (Python's Lib/pickletools.py, protocols 2 to
/// 5). Bytes, floats, tuples, and references to anything but a string become null. Returns a discarded value for
/// everything else, above all for calls of functions, and for values that are too large. Never throws.
nlohmann::json read_pickle(std::string_view pickle);

}  // namespace hale
