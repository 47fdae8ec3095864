import { postgresqlServer } from "../packages/drf-auth/test/fixtures/postgresql-server.ts";
import { testDatabase } from "../packages/drf-auth/src/testing/test-database.ts";
import type { Bench } from "./bench.ts";

/** The PostgreSQL server that TEST_DATABASE_URL names, or one that is started for the section. */
export async function serverOf({ leftovers }: Bench): Promise<string> {
  const given = process.env["TEST_DATABASE_URL"];
  if (given) return given;
  const server = await postgresqlServer();
  leftovers.defer(() => server.remove());
  return server.url;
}

/** Makes a database on PostgreSQL, for as long as the section runs. */
export async function postgresqlDatabase(bench: Bench): Promise<string> {
  const { leftovers } = bench;
  const database = await testDatabase(await serverOf(bench));
  leftovers.defer(() => database.remove());
  return database.url;
}
