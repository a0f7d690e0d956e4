#include <array>

#include "migrations/history.hpp"

namespace hale {

extern const MigrationTool dbmate_tool;

namespace {

constexpr std::array<const MigrationTool*, 1> tools{
    &dbmate_tool,
};

}  // namespace

std::span<const MigrationTool* const> migration_tools() { return tools; }

}  // namespace hale
