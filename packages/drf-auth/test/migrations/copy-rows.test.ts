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
import { DatabaseSync } from "node:sqlite";

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

test("a key that was given once is not given again, though its row is gone, in an empty table too", async () => {
  await using source = await onSqlite();
  await using target = await open(undefined, { isSeeded: false });
  await query(source, "INSERT INTO thesaurus_tag (id, name) VALUES (5000, 'last')");
  await query(source, "DELETE FROM thesaurus_tag WHERE id = 5000");
  await query(source, "INSERT INTO auth_group (id, name) VALUES (70, 'only')");
  await query(source, "DELETE FROM auth_group");
  await using from = snapshotOf(source);
  const { registry } = source.project;
  await copyRows({ from, to: target.project.database, registry, onProgress: () => {} });
  for (const [table, key] of [
    ["thesaurus_tag", 5001],
    ["auth_group", 71],
    ["thesaurus_sample_tags", 1],
  ] as const) {
    expect(await query(target, `SELECT nextval(pg_get_serial_sequence('${table}', 'id'))`)).toEqual([[key]]);
  }
});

test("what no model names is named, and is left out only where it is told to be", async () => {
  await using source = await onSqlite();
  await using target = await open(undefined, { isSeeded: false });
  for (const sql of [
    "CREATE TABLE django_admin_log (id integer PRIMARY KEY, object_repr varchar(200))",
    "INSERT INTO django_admin_log (object_repr) VALUES ('a'), ('b')",
    "CREATE TABLE authtoken_token (key varchar(40) PRIMARY KEY)",
    "INSERT INTO authtoken_token VALUES ('k')",
    "CREATE TABLE empty_one (id integer PRIMARY KEY)",
    "CREATE VIRTUAL TABLE found USING fts5 (text)",
    "INSERT INTO found VALUES ('text')",
    "CREATE VIEW names AS SELECT name FROM thesaurus_tag",
    "ALTER TABLE thesaurus_tag ADD COLUMN note text",
    "UPDATE thesaurus_tag SET note = 'x' WHERE id = (SELECT min(id) FROM thesaurus_tag)",
    "ALTER TABLE thesaurus_tag ADD COLUMN unused text",
    "ALTER TABLE thesaurus_tag ADD COLUMN double_id bigint GENERATED ALWAYS AS (id * 2)",
  ]) {
    await query(source, sql);
  }
  await using from = snapshotOf(source);
  const copy = (...leaveOut: readonly string[]) =>
    copyRows({ from, to: target.project.database, registry: source.project.registry, leaveOut, onProgress: () => {} });
  await expect(copy()).rejects.toThrow(
    "holds what no model or field names, and what would not be copied:\n" +
      "  - authtoken_token (1 row)\n  - django_admin_log (2 rows)\n  - found (1 row)\n  - thesaurus_tag.note (1 row)\n" +
      "Nothing was copied. Give it a model or a field, or have it left out: --leave-out authtoken_token " +
      "--leave-out django_admin_log --leave-out found --leave-out thesaurus_tag.note.",
  );
  const named = ["authtoken_token", "django_admin_log", "found"];
  await expect(copy(...named)).rejects.toThrow("not be copied:\n  - thesaurus_tag.note (1 row)\nNothing");
  await expect(copy(...named, "auth_user")).rejects.toThrow("--leave-out auth_user: what would not be copied of");
  expect(await query(target, "SELECT count(*) FROM thesaurus_tag")).toEqual([[0]]);
  expect(await copy(...named, "thesaurus_tag.note", "empty_one")).toBeGreaterThan(0);
});

test("a column that both databases have is copied though no model names it", async () => {
  await using source = await onSqlite();
  await using target = await open(undefined, { isSeeded: false });
  const columns = { note: "varchar(20)", day: "date", took: "bigint", price: "decimal", is_old: "bool", big: "bigint" };
  for (const [name, type] of Object.entries(columns)) {
    await query(source, `ALTER TABLE thesaurus_tag ADD COLUMN ${name} ${type}`);
    const other = { took: "interval", price: "numeric(9, 2)", is_old: "boolean" }[name] ?? type;
    await query(target, `ALTER TABLE thesaurus_tag ADD COLUMN ${name === "note" ? '"Note"' : name} ${other}`);
  }
  await query(
    source,
    "UPDATE thesaurus_tag SET note = 'ä', day = '2024-02-29', took = 90000000, price = 12.5, is_old = 1, big = 9007199254740993",
  );
  await using from = snapshotOf(source);
  await copyRows({
    from,
    to: target.project.database,
    registry: source.project.registry,
    onProgress: () => {},
  });
  const sql = 'SELECT DISTINCT "Note", day::text, took::text, price::text, is_old::int, big::text FROM thesaurus_tag';
  expect(await query(target, sql)).toEqual([["ä", "2024-02-29", "00:01:30", "12.50", 1, "9007199254740993"]]);
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
    const admin = new DatabaseSync(join(scratch, "db.sqlite3"));
    admin.exec("CREATE TABLE django_admin_log (id integer PRIMARY KEY); INSERT INTO django_admin_log VALUES (1)");
    admin.close();
    const refused = await command(["copydata", from], target);
    expect(refused).toMatchObject({ code: 78, said: "" });
    expect(refused.complained).toContain("have it left out: --leave-out django_admin_log.");
    const { code, said } = await command(["copydata", from, "--leave-out", "django_admin_log"], target);
    expect(said).toContain("Left out: django_admin_log.");
    expect(said).toContain("auth_user: 1 rows");
    expect(said).toMatch(/Copied \d+ rows to 127\.0\.0\.1:\d+\/test_\w+; every table has as many as before\./);
    expect(code).toBe(0);
    const again = await command(["copydata", from, "--leave-out", "django_admin_log"], target);
    expect(again.complained).toContain("auth_user has rows in");
    expect((await command(["copydata", made.url], environment)).complained).toContain(
      "copies from SQLite to PostgreSQL",
    );
  } finally {
    await made.remove();
    rmSync(scratch, { recursive: true });
  }
});
