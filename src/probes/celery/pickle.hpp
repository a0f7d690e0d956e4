#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

namespace hale {

/// The value in a pickle of texts, numbers, truth values, None, lists and dicts (Python's Lib/pickletools.py, protocols
/// 2 to 5); a discarded value for anything else, calls of functions above all. Bytes, tuples and what is told by
/// reference, unless it is a text, become null.
nlohmann::json read_pickle(std::string_view pickle);

}  // namespace hale
