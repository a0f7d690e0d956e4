#pragma once

#include <string>

#include "health/body_report.hpp"

namespace hale::health {

/// `report` in one line: "pass", "failed: No active listener", "degraded: broker/us2 down, db fail",
/// "pass, but db down: connection refused". Empty when the body reports no health.
std::string summarize(const BodyReport& report);

}  // namespace hale::health
