import { setTimeout as wait } from "node:timers/promises";
import { expect, inject, it, onTestFinished } from "vitest";
import { openProject } from "../../../src/application/index.ts";
import { openDatabase, readDatabaseAddress } from "../../../src/database/index.ts";
import { application } from "../../../src/index.ts";
import { testDatabase } from "../../../src/testing/test-database.ts";

it("a connection that is lost is told by its reason and its place, and by nothing of the driver", async () => {
  const made = await testDatabase(inject("databaseUrl"));
  onTestFinished(() => made.remove());
  const lines: { readonly facts: object; readonly message: string }[] = [];
  const { database } = await openProject(application({ models: [], routes: [] }), {
    environment: { DATABASE_URL: made.url, SECRET_KEY: "k".repeat(32) },
    folder: "/",
    warn: (facts, message) => void lines.push({ facts, message }),
  });
  onTestFinished(() => database.close());
  const [[pid] = []] = await database.run({ sql: "SELECT pg_backend_pid()", isWrite: false }, []);
  const admin = await openDatabase(readDatabaseAddress(inject("databaseUrl"), "/"));
  await admin.run({ sql: "SELECT pg_terminate_backend($1)", isWrite: false }, [Number(pid)]);
  await admin.close();
  while (lines.length === 0) await wait(10);
  expect(lines).toEqual([
    {
      message: "A connection to the database was lost",
      facts: {
        reason: "terminating connection due to administrator command",
        code: "57P01",
        database: database.location,
      },
    },
  ]);
});
