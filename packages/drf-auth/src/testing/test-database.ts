import { randomBytes } from "node:crypto";
import { openDatabase, readDatabaseAddress } from "../database/index.ts";

/** A database that is there for one test. */
export interface TestDatabase {
  readonly url: string;
  remove(): Promise<void>;
}

/** Makes an empty database on the PostgreSQL server at an address, whose user may make databases. */
export async function testDatabase(serverUrl: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await runOn(serverUrl, `CREATE DATABASE ${name}`);
  return { url: url.href, remove: () => runOn(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function runOn(serverUrl: string, sql: string): Promise<void> {
  const server = await openDatabase(readDatabaseAddress(serverUrl, "/"), { poolSize: 1 });
  try {
    await server.run({ sql, isWrite: true }, []);
  } finally {
    await server.close();
  }
}
