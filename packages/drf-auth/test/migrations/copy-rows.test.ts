import { expect, inject, test } from "vitest";
import { SqliteSnapshot } from "../../src/database/index.ts";
import { copyRows } from "../../src/migrations/index.ts";
import { QuerySet } from "../../src/models/index.ts";
import { command } from "../cli/command-line.ts";
import { Sample } from "../conformance/application/samples.ts";
import { open, type Opened, query } from "../fixtures/thesaurus.ts";
import { testDatabase } from "../../src/testing/test-database.ts";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const server = inject("databaseUrl");

/** What is in an SQLite database now. */
const snapshotOf = ({ project }: Opened): SqliteSnapshot => new SqliteSnapshot(project.database.location);

/** The seeded thesaurus in a file of SQLite. */
async function onSqlite() {
  delete process.env["TEST_DATABASE_URL"];
  try {
    return await open();
  } finally {
    process.env["TEST_DATABASE_URL"] = server;
  }
}

test("a hundred thousand rows of every kind go over as they are, and counting goes on behind them", async () => {
  await using source = await onSqlite();
  await using target = await open(undefined, { isSeeded: false });
  const { registry, database } = source.project;
  const samples = QuerySet.of<typeof Sample>(registry.meta(Sample), database);
  await samples.insert({
    char: "it's",
    text: "line\nline",
    email: "ada@example.com",
    url: "https://example.com/",
    uuid: "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    integer: 5,
    big_integer: 9_007_199_254_740_993n,
    positive: 3,
    float: 1.5,
    decimal: "12.50",
    boolean: true,
    date: "2024-01-01",
    time: "12:30:00.500000",
    datetime: "2024-01-01T12:00:00.123456Z",
    duration: "-2 23:59:59.000001",
    choice: "a",
    json: { a: [1, "ä", null] },
    ip: "192.0.2.1",
    code: "ABC-1234",
  });
  await query(
    source,
    "INSERT INTO thesaurus_tag (name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT 'tag ' || i FROM n",
  );
  const seen: string[] = [];
  await using from = snapshotOf(source);
  const total = await copyRows({
    from,
    to: target.project.database,
    registry,
    onProgress: (table, copied, all) => void seen.push(`${table} ${copied}/${all}`),
  });
  expect(total).toBeGreaterThan(100_000);
  expect(seen.filter((line) => line.startsWith("thesaurus_tag ")).length).toBeGreaterThan(100);
  const there = QuerySet.of<typeof Sample>(target.project.registry.meta(Sample), target.project.database);
  expect(await there.rows()).toEqual(await samples.rows());
  for (const meta of registry.metas) {
    const [here, other] = [QuerySet.of(meta, database), QuerySet.of(meta, target.project.database)];
    expect([meta.table, await other.count()]).toEqual([meta.table, await here.count()]);
  }
  const { data } = await target.client.post("/api/token/", { username: "ada", password: "ada-pass-123" });
  expect(data).toHaveProperty("access");
  expect((await query(target, "INSERT INTO thesaurus_tag (name) VALUES ('next') RETURNING id > 100000"))[0]).toEqual([
    1,
  ]);
});

test("nothing is copied over rows that are there", async () => {
  await using source = await onSqlite();
  await using target = await open();
  const { registry } = source.project;
  await using from = snapshotOf(source);
  const copying = copyRows({ from, to: target.project.database, registry, onProgress: () => {} });
  await expect(copying).rejects.toThrow("Rows are copied into a database that migrate has just made.");
  expect(await query(target, "SELECT count(*) FROM auth_permission")).not.toEqual([[0]]);
});

test("what is written while rows are copied is not in the copy, in no table of it", async () => {
  await using source = await onSqlite();
  await using target = await open(undefined, { isSeeded: false });
  await using from = snapshotOf(source);
  const countOf = async (opened: Opened, table: string) => (await query(opened, `SELECT count(*) FROM ${table}`))[0];
  const [words, tags] = [await countOf(source, "thesaurus_word"), await countOf(source, "thesaurus_tag")];
  const written: string[] = [];
  await copyRows({
    from,
    to: target.project.database,
    registry: source.project.registry,
    onProgress: (table) => {
      if (written.length === 0) {
        void query(source, "INSERT INTO thesaurus_tag (name) VALUES ('late')");
        void query(source, "DELETE FROM thesaurus_word");
      }
      written.push(table);
    },
  });
  expect(written).toContain("thesaurus_word");
  expect(await countOf(source, "thesaurus_tag")).not.toEqual(tags);
  expect(await countOf(target, "thesaurus_tag")).toEqual(tags);
  expect(await countOf(target, "thesaurus_word")).toEqual(words);
});

test.each(["none.sqlite3", "nodir/none.sqlite3"])(
  "drf-auth copydata says that there is no %s, and makes neither it nor its folder",
  async (name) => {
    const scratch = mkdtempSync(join(tmpdir(), "drf-auth-test-"));
    try {
      const path = join(scratch, name);
      const environment = { SECRET_KEY: "k".repeat(32), DATABASE_URL: server };
      expect(await command(["copydata", `sqlite:${path}`], environment)).toEqual({
        code: 78,
        said: "",
        complained: `There is no database at ${path}.`,
      });
      const target = { ...environment, DATABASE_URL: `sqlite:${path}` };
      expect((await command(["copydata", `sqlite:${path}`], target)).complained).toContain("from SQLite to PostgreSQL");
      expect(readdirSync(scratch)).toEqual([]);
    } finally {
      rmSync(scratch, { recursive: true });
    }
  },
);

test("drf-auth copydata says what it copied, a line a table", async () => {
  const scratch = mkdtempSync(join(tmpdir(), "drf-auth-test-"));
  const made = await testDatabase(server);
  const from = `sqlite:${join(scratch, "db.sqlite3")}`;
  const environment = { SECRET_KEY: "k".repeat(32), DATABASE_URL: from };
  try {
    await command(["migrate"], environment);
    await command(["createsuperuser", "--no-input"], {
      ...environment,
      DRF_AUTH_SUPERUSER_USERNAME: "ada",
      DRF_AUTH_SUPERUSER_EMAIL: "ada@example.com",
      DRF_AUTH_SUPERUSER_PASSWORD: "correct-horse-battery",
    });
    const target = { ...environment, DATABASE_URL: made.url };
    expect((await command(["copydata", from], target)).complained).toContain("bring both databases up to date");
    await command(["migrate"], target);
    const { code, said } = await command(["copydata", from], target);
    expect(said).toContain("auth_user: 1 rows");
    expect(said).toMatch(/Copied \d+ rows to 127\.0\.0\.1:\d+\/test_\w+; every table has as many as before\./);
    expect(code).toBe(0);
    expect((await command(["copydata", from], target)).complained).toContain("auth_user has rows in");
    expect((await command(["copydata", made.url], environment)).complained).toContain(
      "copies from SQLite to PostgreSQL",
    );
  } finally {
    await made.remove();
    rmSync(scratch, { recursive: true });
  }
});
