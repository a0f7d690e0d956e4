#include "core/version.hpp"

namespace hale {

std::string_view version() { return HALE_VERSION; }

}  // namespace hale
