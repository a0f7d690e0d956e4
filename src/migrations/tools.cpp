#include <array>

#include "migrations/history.hpp"

// The migration tools, in the order of the manual. NAME_tool is defined in the tool's own file; a new tool needs that
// file and a row here.
#define HALE_MIGRATION_TOOLS \
  TOOL(django)               \
  TOOL(alembic)              \
  TOOL(rails)                \
  TOOL(flyway)               \
  TOOL(liquibase)            \
  TOOL(prisma)               \
  TOOL(golang_migrate)       \
  TOOL(goose)                \
  TOOL(sqlx)                 \
  TOOL(diesel)               \
  TOOL(efcore)               \
  TOOL(knex)                 \
  TOOL(typeorm)              \
  TOOL(ecto)                 \
  TOOL(dbmate)

namespace hale {

#define TOOL(name) extern const MigrationTool name##_tool;
HALE_MIGRATION_TOOLS
#undef TOOL

std::span<const MigrationTool* const> migration_tools() {
#define TOOL(name) &name##_tool,
  static constexpr std::array tools{HALE_MIGRATION_TOOLS};
#undef TOOL
  return tools;
}

}  // namespace hale
