#pragma once

#include <string>
#include <string_view>

namespace hale::health {

/// R3's tolerance, for a parser that has none: the JSON text `text` with what breaks UTF-8 within strings (bytes, lone
/// surrogates) as U+FFFD, with NaN, Infinity and -Infinity as 0, and with numbers cut to a size that fits a double.
/// What is no JSON otherwise stays none: mending never makes a broken text whole.
std::string mend(std::string_view text);

}  // namespace hale::health
