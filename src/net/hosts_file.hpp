#pragma once

#include <string_view>

namespace hale {

/// True when `text`, a hosts file (hosts(5)), has an address for `name`; letters count in any case.
bool has_host(std::string_view text, std::string_view name);

}  // namespace hale
