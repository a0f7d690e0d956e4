#include <array>

#include "migrations/history.hpp"

namespace hale {

extern const MigrationTool django_tool;
extern const MigrationTool alembic_tool;
extern const MigrationTool rails_tool;
extern const MigrationTool flyway_tool;
extern const MigrationTool liquibase_tool;
extern const MigrationTool prisma_tool;
extern const MigrationTool golang_migrate_tool;
extern const MigrationTool goose_tool;
extern const MigrationTool sqlx_tool;
extern const MigrationTool diesel_tool;
extern const MigrationTool efcore_tool;
extern const MigrationTool knex_tool;
extern const MigrationTool typeorm_tool;
extern const MigrationTool ecto_tool;
extern const MigrationTool dbmate_tool;

namespace {

constexpr std::array tools{
    &django_tool, &alembic_tool,        &rails_tool,   &flyway_tool, &liquibase_tool,
    &prisma_tool, &golang_migrate_tool, &goose_tool,   &sqlx_tool,   &diesel_tool,
    &efcore_tool, &knex_tool,           &typeorm_tool, &ecto_tool,   &dbmate_tool,
};

}  // namespace

std::span<const MigrationTool* const> migration_tools() { return tools; }

}  // namespace hale
