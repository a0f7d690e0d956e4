"use strict";
// The verdict of Knex.
const knex = require("knex");
const { server, answerAll } = require("./cases.js");

const silent = { warn() {}, error() {}, debug() {}, deprecate() {} };

// The missing migrations without which Knex refuses to continue.
async function missing(framework, settings) {
  try {
    await framework.migrate.list(settings);
    return [];
  } catch (error) {
    const names = /the following files are missing: (.*)$/.exec(error.message);
    if (!names) throw error;
    return names[1].split(", ");
  }
}

answerAll(async (aCase, sql) => {
  const framework = knex({ client: "pg", connection: server, pool: { min: 0, max: 2 }, log: silent });
  const table = `${aCase.schema}.${aCase.table}`;
  const settings = { directory: aCase.folders, schemaName: aCase.schema, tableName: aCase.table };
  try {
    // It makes its tables when it looks for them.
    await framework.migrate.list(settings);
    for (const name of aCase.rows || [])
      await sql(`INSERT INTO ${table} (name, batch, migration_time) VALUES ($1, 1, now())`, [name]);
    if (aCase.locked) {
      await sql(`UPDATE ${table}_lock SET is_locked = 1`);
      await framework.migrate.latest(settings);
    }
    const ahead = await missing(framework, settings);
    const [completed, pending] = await framework.migrate.list({ ...settings, disableMigrationsListValidation: true });
    if (!aCase.rows) await sql(`DROP TABLE ${table}, ${table}_lock`);
    return {
      expected: completed.length - ahead.length + pending.length,
      pending: pending.map((migration) => migration.file),
      ahead,
    };
  } finally {
    await framework.destroy();
  }
});
