"use strict";
// The verdict of TypeORM.
const { DataSource, MigrationExecutor } = require("typeorm");
const { server, answerAll } = require("./cases.js");

answerAll(async (aCase, sql) => {
  const source = new DataSource({
    type: "postgres",
    host: server.host,
    port: server.port,
    username: server.user,
    database: server.database,
    schema: aCase.schema,
    migrationsTableName: aCase.table,
    migrations: aCase.folders.map((folder) => `${folder}/*.js`),
  });
  await source.initialize();
  try {
    const executor = new MigrationExecutor(source);
    if (aCase.rows) {
      const runner = source.createQueryRunner();
      await executor.createMigrationsTableIfNotExist(runner);
      await runner.release();
    }
    for (const name of aCase.rows || [])
      await sql(`INSERT INTO ${aCase.schema}.${aCase.table} (timestamp, name) VALUES ($1, $2)`, [name.slice(-13), name]);
    const all = executor.getMigrations().map((migration) => migration.name);
    const executed = (await executor.getExecutedMigrations()).map((migration) => migration.name);
    const pending = (await executor.getPendingMigrations()).map((migration) => migration.name);
    // Some versions make the table when they look for it.
    if (!aCase.rows) await sql(`DROP TABLE IF EXISTS ${aCase.schema}.${aCase.table}`);
    return { expected: all.length, pending, ahead: executed.filter((name) => !all.includes(name)).reverse() };
  } finally {
    await source.destroy();
  }
});
