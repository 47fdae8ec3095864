import { expect, inject, test } from "vitest";
import { backUp, SqliteSnapshot } from "../../src/database/index.ts";
import { copyRows } from "../../src/migrations/index.ts";
import { QuerySet } from "../../src/models/index.ts";
import { command } from "../cli/command-line.ts";
import { root } from "../processes/running.ts";
import { Sample } from "../conformance/application/samples.ts";
import { open, type Opened, query } from "../fixtures/thesaurus.ts";
import { testDatabase } from "../../src/testing/test-database.ts";
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
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

/** Stores a row with a value of every kind; gives all of its model. */
async function withSample({ project }: Opened) {
  const samples = QuerySet.of<typeof Sample>(project.registry.meta(Sample), project.database);
  await samples.insert({
    char: "it's",
    text: "line\nline \uFFFD",
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
  return samples;
}

test("a hundred thousand rows of every kind go over as they are, and counting goes on behind them", async () => {
  await using source = await onSqlite();
  await using target = await open(undefined, { isSeeded: false });
  const { registry, database } = source.project;
  const samples = await withSample(source);
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

const sample = "thesaurus_sample, the row with id 1";
const faults: readonly (readonly [sql: string, message: string])[] = [
  [
    "UPDATE thesaurus_sample SET char = 'ab' || hex(zeroblob(10))",
    `${sample}, char: it has 22 characters, and the column takes 20.`,
  ],
  ["UPDATE thesaurus_sample SET char = '12345678901234567890 '", `${sample}, char: it has 21 characters`],
  ["UPDATE thesaurus_sample SET text = 'a' || char(0)", `${sample}, text: it has a null character`],
  ["UPDATE thesaurus_sample SET text = CAST(x'61ff' AS TEXT)", `${sample}, text: it is no text in UTF-8.`],
  ["UPDATE thesaurus_sample SET text = CAST(x'61ff' AS TEXT)", `${sample}, text: it is no text in UTF-8.`],
  ["UPDATE thesaurus_sample SET text = x'ff'", `${sample}, text: it is bytes`],
  [
    'UPDATE thesaurus_sample SET "integer" = 3000000000',
    `${sample}, integer: value "3000000000" is out of range for type integer.`,
  ],
  [
    "UPDATE thesaurus_sample SET positive = 40000",
    `${sample}, positive: value "40000" is out of range for type smallint.`,
  ],
  ["UPDATE thesaurus_sample SET positive = -1", `${sample}: A row violates the constraint `],
  ["UPDATE thesaurus_sample SET big_integer = 1.5", `${sample}, big_integer: invalid input syntax for type bigint`],
  ["UPDATE thesaurus_sample SET float = 'much'", `${sample}, float: invalid input syntax for type double precision`],
  [
    "UPDATE thesaurus_sample SET decimal = 12.345",
    `${sample}, decimal: it has more than 2 digits behind the point, and would be rounded.`,
  ],
  ["UPDATE thesaurus_sample SET decimal = 12345678", `${sample}, decimal: numeric field overflow.`],
  ["UPDATE thesaurus_sample SET decimal = 'much'", `${sample}, decimal: it is no decimal number.`],
  ["UPDATE thesaurus_sample SET boolean = 2", `${sample}, boolean: it is neither true nor false`],
  ["UPDATE thesaurus_sample SET date = '2024-02-30'", `${sample}, date: date/time field value out of range`],
  ["UPDATE thesaurus_sample SET date = 'tomorrow'", `${sample}, date: it is no date as Django stores one.`],
  ["UPDATE thesaurus_sample SET time = '24:00:00'", `${sample}, time: it is no time as Django stores one.`],
  [
    "UPDATE thesaurus_sample SET datetime = '2024-01-01 12:00:00.1234567'",
    `${sample}, datetime: it is no date with a time`,
  ],
  ["UPDATE thesaurus_sample SET duration = '1 day'", `${sample}, duration: it is no span of time`],
  ["UPDATE thesaurus_sample SET json = '{'", `${sample}, json: invalid input syntax for type json.`],
  ["UPDATE thesaurus_sample SET json = '\"\\u0000\"'", `${sample}, json: unsupported Unicode escape sequence.`],
  ["UPDATE thesaurus_sample SET uuid = 'a'", `${sample}, uuid: invalid input syntax for type uuid`],
  ["UPDATE thesaurus_sample SET ip = 'here'", `${sample}, ip: invalid input syntax for type inet`],
  [
    "UPDATE thesaurus_tag SET name = char(0) WHERE id = (SELECT max(id) FROM thesaurus_tag)",
    "thesaurus_tag, the row with id 3001, name: it has a null character",
  ],
  [
    "UPDATE thesaurus_sample SET word_id = 99999",
    "(PRAGMA foreign_key_check):\n  - thesaurus_sample, word_id: no such row of thesaurus_word (id 1)\nNothing was copied",
  ],
  [
    "DELETE FROM thesaurus_tag; UPDATE sqlite_sequence SET seq = 9223372036854775807 WHERE name = 'auth_user'",
    'auth_user: setval: value 9223372036854775807 is out of bounds for sequence "auth_user_id_seq"',
  ],
];

test("what PostgreSQL would refuse or change is named by its table, key and column, and nothing is kept", async () => {
  await using source = await onSqlite();
  await using target = await open(undefined, { isSeeded: false });
  await withSample(source);
  await query(
    source,
    "INSERT INTO thesaurus_tag (id, name) WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 3001) SELECT i, 'tag ' || i FROM n",
  );
  const whole = `${source.project.database.location}.copy`;
  await backUp(source.project.database.location, whole);
  const { registry, database: to } = target.project;
  const copied = async (from: SqliteSnapshot) => {
    await using snapshot = from;
    return await copyRows({ from: snapshot, to, registry, onProgress: () => {} });
  };
  const before = await query(target, "SELECT id FROM auth_permission ORDER BY id");
  for (const [index, [sql, message]] of faults.entries()) {
    const spoilt = `${whole}.${index}`;
    copyFileSync(whole, spoilt);
    const raw = new DatabaseSync(spoilt);
    raw.exec(`PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; ${sql}`);
    raw.close();
    const error = await copied(new SqliteSnapshot(spoilt)).then(String, (caught: unknown) => caught);
    expect(error).toMatchObject({
      name: "ImproperlyConfigured",
      exitCode: 78,
      message: expect.stringContaining(message),
    });
  }
  expect(await query(target, "SELECT id FROM auth_permission ORDER BY id")).toEqual(before);
  expect(await query(target, "SELECT count(*) FROM thesaurus_tag")).toEqual([[0]]);
  // What only the one database asks for.
  await query(target, "ALTER TABLE thesaurus_sample ALTER COLUMN maybe SET NOT NULL");
  await expect(copied(snapshotOf(source))).rejects.toThrow(`${sample}, maybe: null value in column "maybe"`);
  await query(target, "ALTER TABLE thesaurus_sample ALTER COLUMN maybe DROP NOT NULL");
  await query(
    target,
    "ALTER TABLE thesaurus_sample ADD CONSTRAINT other FOREIGN KEY (positive) REFERENCES auth_group DEFERRABLE INITIALLY DEFERRED",
  );
  await expect(copied(snapshotOf(source))).rejects.toThrow(
    'thesaurus_sample: Key (positive)=(3) is not present in table "auth_group". Nothing was copied',
  );
  await query(target, "ALTER TABLE thesaurus_sample DROP CONSTRAINT other");
  await query(target, "CREATE UNIQUE INDEX other ON thesaurus_tag (left(name, 4))");
  await expect(copied(snapshotOf(source))).rejects.toThrow(
    /^thesaurus_tag, the row with id \d+: A row that other forbids already exists\. /,
  );
  await query(target, "DROP INDEX other");
  expect(await copied(snapshotOf(source))).toBeGreaterThan(2000);
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

test.each([
  ["postgres://ada:hidden@host/words", "postgres://host/other", "its argument begins with postgres:"],
  ["mysql://ada:hidden@host/words", "postgres://host/other", "its argument begins with mysql:"],
  ["db.sqlite3", "sqlite:other.sqlite3", "DATABASE_URL names an SQLite database"],
])("drf-auth copydata %s into %s says which of both is at fault", async (from, url, message) => {
  const { code, said, complained } = await command(["copydata", from], {
    DATABASE_URL: url,
    SECRET_KEY: "k".repeat(32),
  });
  expect({ code, said }).toEqual({ code: 78, said: "" });
  expect(complained).toContain(`copydata copies from SQLite to PostgreSQL, and ${message}: write drf-auth copydata`);
  expect(complained).not.toContain("hidden");
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
    // A path is one of the folder where the command is written.
    const app = ["--app", join(root, "starter/app.ts")];
    const plain = await command(["copydata", "db.sqlite3", ...app, "--leave-out", "django_admin_log"], target, scratch);
    expect(plain.complained).toContain("auth_user has rows in");
    expect((await command(["copydata", "no.sqlite3", ...app], target, scratch)).complained).toBe(
      `There is no database at ${join(scratch, "no.sqlite3")}.`,
    );
  } finally {
    await made.remove();
    rmSync(scratch, { recursive: true });
  }
});
