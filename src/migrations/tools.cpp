#include <array>

#include "migrations/history.hpp"

namespace hale {

extern const MigrationTool alembic_tool;
extern const MigrationTool dbmate_tool;
extern const MigrationTool django_tool;

namespace {

constexpr std::array<const MigrationTool*, 3> tools{
    &django_tool,
    &alembic_tool,
    &dbmate_tool,
};

}  // namespace

std::span<const MigrationTool* const> migration_tools() { return tools; }

}  // namespace hale
