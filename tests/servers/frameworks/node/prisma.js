"use strict";
// The verdict of Prisma's engine, which is what `prisma migrate status` prints.
const fs = require("fs");
const path = require("path");
const { pathToFileURL } = require("url");
const { PrismaPg } = require("@prisma/adapter-pg");
const { bindMigrationAwareSqlAdapterFactory } = require("@prisma/driver-adapter-utils");
const { server, answerAll } = require("./cases.js");

// Node 18 does not define it globally.
globalThis.crypto ??= require("crypto").webcrypto;

async function load() {
  const script = require.resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const bindings = await import(pathToFileURL(script));
  const code = fs.readFileSync(path.join(path.dirname(script), "schema_engine_bg.wasm"));
  const { instance } = await WebAssembly.instantiate(code, { "./schema_engine_bg.js": bindings });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return bindings.SchemaEngine;
}

// As the command reads them.
function migrationsIn(folder) {
  const names = fs.readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return {
    baseDir: folder,
    lockfile: { path: "migration_lock.toml", content: 'provider = "postgresql"' },
    shadowDbInitScript: "",
    migrationDirectories: names.map(({ name }) => ({
      path: name,
      migrationFile: {
        path: "migration.sql",
        content: { tag: "ok", value: fs.readFileSync(path.join(folder, name, "migration.sql"), "utf8") },
      },
    })),
  };
}

const schema = `datasource db {\n  provider = "postgresql"\n  url = "postgresql://localhost/app"\n}\n`;

// As the engine makes it (schema-engine, postgres flavour); through this adapter it cannot itself.
const columns = `id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0`;

// A row is NAME, NAME failed or NAME rolled_back.
async function insert(sql, table, row) {
  const [name, how = "finished"] = row.split(" ");
  await sql(
    `INSERT INTO ${table} (id, checksum, migration_name, finished_at, rolled_back_at)
     VALUES (gen_random_uuid(), '', $1, CASE $2 WHEN 'finished' THEN now() END, CASE $2 WHEN 'rolled_back' THEN now() END)`,
    [name, how],
  );
}

async function answer(SchemaEngine, aCase, sql) {
  const table = `${aCase.schema}.${aCase.table}`;
  if (aCase.rows) await sql(`CREATE TABLE ${table} (${columns})`);
  for (const row of aCase.rows || []) await insert(sql, table, row);
  const migrationsList = migrationsIn(aCase.folders[0]);
  const filters = { externalTables: [], externalEnums: [] };
  const place = { ...server, options: `-c search_path=${aCase.schema}` };
  const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg(place, { schema: aCase.schema }));
  const engine = await SchemaEngine.new({ datamodels: [["schema.prisma", schema]] }, () => {}, adapter);
  const said = await engine.diagnoseMigrationHistory({ migrationsList, optInToShadowDatabase: false, filters });
  // `prisma migrate deploy` refuses to go on: P3009.
  if (said.failedMigrationNames.length > 0) throw new Error(`failed migrations: ${said.failedMigrationNames}`);
  const history = said.history || {};
  return {
    expected: migrationsList.migrationDirectories.length,
    pending: history.unappliedMigrationNames || [],
    ahead: history.unpersistedMigrationNames || [],
  };
}

// The engine's connections would wait for more to do.
load()
  .then((SchemaEngine) => answerAll((aCase, sql) => answer(SchemaEngine, aCase, sql)))
  .then(() => process.exit(0));
