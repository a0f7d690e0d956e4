#pragma once

#include <string>

#include "health/statement.hpp"

namespace hale::health {

/// `statement` in a few words: "pass", "failed: No active listener", "degraded: broker/us2 down, db fail",
/// "pass, but db down: connection refused". Empty when nothing is said.
std::string tell(const Statement& statement);

}  // namespace hale::health
