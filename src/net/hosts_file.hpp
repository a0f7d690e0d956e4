#pragma once

#include <string_view>

namespace hale {

/// True when the hosts file `text` (hosts(5)) has an address for `name`. Ignores the case of letters.
bool has_host(std::string_view text, std::string_view name);

}  // namespace hale
