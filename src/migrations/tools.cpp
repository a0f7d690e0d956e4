#include <array>

#include "migrations/history.hpp"

namespace hale {

extern const MigrationTool dbmate_tool;
extern const MigrationTool efcore_tool;
extern const MigrationTool flyway_tool;
extern const MigrationTool liquibase_tool;
extern const MigrationTool sqlx_tool;

namespace {

constexpr std::array<const MigrationTool*, 5> tools{
    &flyway_tool, &liquibase_tool, &sqlx_tool, &efcore_tool, &dbmate_tool,
};

}  // namespace

std::span<const MigrationTool* const> migration_tools() { return tools; }

}  // namespace hale
