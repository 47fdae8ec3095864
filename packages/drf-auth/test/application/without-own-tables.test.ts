import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { openProject } from "../../src/application/index.ts";
import { sayPending } from "../../src/cli/migrate.ts";
import { migrate } from "../../src/migrations/index.ts";
import { folder, isOnPostgresql, open, query, thesaurus } from "../fixtures/thesaurus.ts";
import { anonThrottle, userThrottle } from "../../src/index.ts";

const ownTables = ["drf_auth_login_attempt", "drf_auth_throttle_hits"];

/** A database as Django leaves it, but for the project's own tables. */
async function withoutOwnTables() {
  const opened = await open(thesaurus({ throttles: [anonThrottle("100/min"), userThrottle("100/min")] }));
  for (const table of ownTables) await query(opened, `DROP TABLE ${table}`);
  await query(opened, "DELETE FROM drf_auth_migrations WHERE app = 'drf_auth'");
  return opened;
}

it("an application without drf-auth's own tables answers as ever, and the start says what is off", async () => {
  await using opened = await withoutOwnTables();
  const { client, project } = opened;
  expect((await client.post("/api/token/", { username: "ada", password: "wrong" })).status).toBe(401);
  await client.login("ada", "ada-pass-123");
  const words = await client.get("/api/v1/words/");
  expect(words.status).toBe(200);
  const complaints: string[] = [];
  const terminal = { complain: (line: string) => void complaints.push(line) };
  await sayPending(project, terminal as never);
  expect(complaints.join("\n")).toMatch(
    /Not applied yet: drf_auth\.0001_login_attempt, drf_auth\.0002_throttle_hits\..*migrate\.\n.*each worker counts failed logins for itself.*\n.*each server counts for its own throttles/,
  );
});

it.runIf(isOnPostgresql)(
  "a user of PostgreSQL who may make no tables serves, and migrate says which right is missing",
  async () => {
    await using opened = await withoutOwnTables();
    const role = `reader_${randomBytes(4).toString("hex")}`;
    await query(opened, `CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
    try {
      await query(opened, `REVOKE CREATE ON SCHEMA public FROM PUBLIC`);
      await query(opened, `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role}`);
      await query(opened, `GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${role}`);
      const url = new URL(opened.databaseUrl);
      url.username = role;
      url.password = "secret";
      const environment = { DATABASE_URL: url.href, SECRET_KEY: opened.project.secretKey.value };
      const project = await openProject(thesaurus(), { environment, folder });
      try {
        const { database, registry, settings } = project;
        const migrating = migrate({
          database,
          registry,
          folder: `${folder}/${settings.migrationsFolder}`,
          log: () => {},
        });
        await expect(migrating).rejects.toThrow(
          /may make no tables \(permission denied for schema public\), and nothing was changed. GRANT CREATE ON SCHEMA public/,
        );
        expect(await project.auth.users.findWithPassword("ada")).toBeDefined();
      } finally {
        await project.database.close();
      }
    } finally {
      await query(opened, `DROP OWNED BY ${role}`);
      await query(opened, `DROP ROLE ${role}`);
    }
  },
);
