"use strict";
// Reads the cases of tests/servers/framework_cases.hpp, creates a schema for each, and writes the framework's answers.
const { Client } = require("pg");
const readline = require("readline");

const server = {
  host: process.env.HALE_TEST_PG_SOCKET,
  port: Number(process.env.HALE_TEST_PG_PORT),
  user: "postgres",
  database: "app",
};

// Has answer(aCase, sql) for each line of JSON on stdin; what it throws is the answer {"error"}.
async function answerAll(answer) {
  const client = new Client(server);
  await client.connect();
  const sql = (text, values) => client.query(text, values);
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const aCase = JSON.parse(line);
    await sql(`CREATE SCHEMA ${aCase.schema}`);
    let said;
    try {
      said = await answer(aCase, sql);
    } catch (error) {
      said = { error: error.message };
    }
    console.log(JSON.stringify(said));
  }
  await client.end();
}

module.exports = { server, answerAll };
