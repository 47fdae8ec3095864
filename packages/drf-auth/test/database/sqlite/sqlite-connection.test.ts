import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { UniqueViolation } from "../../../src/database/index.ts";
import type { StatementEvent } from "../../../src/database/index.ts";
import type { SqlValue } from "../../../src/database/statement.ts";
import { isBusy } from "../../../src/database/sqlite/driver-error.ts";
import { SqliteConnection, type SqliteConnectionOptions } from "../../../src/database/sqlite/sqlite-connection.ts";
import { observedStatements, temporaryFolder } from "../temporary-database.ts";

function connectionOf(given: Partial<SqliteConnectionOptions> = {}): SqliteConnection {
  const connection = new SqliteConnection({
    path: join(temporaryFolder(), "test.sqlite3"),
    isReadOnly: false,
    synchronous: "FULL",
    onSlowStatement: () => {},
    slowStatementMilliseconds: 1000,
    ...given,
  });
  onTestFinished(() => connection.close());
  return connection;
}

const run = (connection: SqliteConnection, sql: string, ...values: unknown[]) =>
  connection.run({ sql, isWrite: true }, values as SqlValue[]);

describe("a connection", () => {
  test.each([
    ["journal_mode", "wal"],
    ["foreign_keys", 1],
    ["synchronous", 2],
    ["query_only", 0],
    ["busy_timeout", 5],
  ])("that writes has %s on %s", (pragma, value) => {
    expect(run(connectionOf(), `PRAGMA ${pragma}`)).toEqual([[value]]);
  });

  test.each([
    ["FULL", 2],
    ["NORMAL", 1],
    ["OFF", 0],
  ] as const)("commits as safely as asked for: %s", (synchronous, value) => {
    expect(run(connectionOf({ synchronous }), "PRAGMA synchronous")).toEqual([[value]]);
  });

  test("that reads refuses every write", () => {
    const path = join(temporaryFolder(), "test.sqlite3");
    connectionOf({ path }).execute("create table words (text)");
    const reader = connectionOf({ path, isReadOnly: true });
    for (const sql of [
      "insert into words values ('fond')",
      "delete from words",
      "drop table words",
      "create table x (y)",
    ]) {
      expect(() => run(reader, sql)).toThrow("attempt to write a readonly database");
    }
    expect(run(reader, "select count(*) from words")).toEqual([[0]]);
  });

  test("gives rows as arrays in the order of the columns", () => {
    expect(run(connectionOf(), "select 'b' as b, 1 as a, null, x'00ff'")).toEqual([
      ["b", 1, null, Uint8Array.of(0, 255)],
    ]);
  });

  test("closes twice", () => {
    const connection = connectionOf();
    connection.close();
    expect(() => connection.close()).not.toThrow();
    expect(() => run(connection, "select 1")).toThrow("not open");
  });
});

describe("values", () => {
  test("of every kind that a driver takes come back as they were", () => {
    const values = ['it\'s "text" -- ; é😀', 1.5, 2 ** 53 - 1, null, Uint8Array.of(1, 2), ""];
    expect(run(connectionOf(), "select ?, ?, ?, ?, ?, ?", ...values)).toEqual([values]);
  });

  test.each([
    ["a Date that comes first", [new Date(0), 1]],
    ["a Date that comes later", [1, new Date(0)]],
    ["an object that comes first", [{ a: 1 }, 1]],
    ["a list that comes first", [["a"], 1]],
    ["undefined", [undefined, 1]],
    ["undefined that comes later", [1, undefined]],
    ["a symbol", [Symbol("s"), 1]],
    ["more than there are places", [1, 2, 3]],
  ])("are refused rather than stored as NULL: %s", (_, values) => {
    const connection = connectionOf();
    connection.execute("create table pairs (a, b)");
    expect(() => run(connection, "insert into pairs values (?, ?)", ...values)).toThrow(/value|column index/);
    expect(run(connection, "select * from pairs")).toEqual([]);
  });
});

describe("a row that would repeat what must be unique", () => {
  const schema = `
    create table "words_word" ("id" integer primary key, "text" varchar(10) unique, "owner_id" bigint, "lang" text,
      unique ("owner_id", "lang"));
    create table "old-words" ("the text" text unique);
    insert into "words_word" values (1, 'fond', 1, 'en');
    insert into "old-words" values ('fond');`;

  test.each([
    ["insert into words_word values (2, 'fond', 2, 'en')", "words_word", ["text"]],
    ["insert into words_word values (1, 'wrath', 2, 'en')", "words_word", ["id"]],
    ["insert into words_word values (2, 'wrath', 1, 'en')", "words_word", ["owner_id", "lang"]],
    [`insert into "old-words" values ('fond')`, "old-words", ["the text"]],
  ])("names its table and columns: %s", (sql, table, columns) => {
    const connection = connectionOf();
    connection.execute(schema);
    let caught: unknown;
    try {
      run(connection, sql);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(UniqueViolation);
    expect(caught).toMatchObject({ table, columns, name: "UniqueViolation", cause: { errcode: expect.any(Number) } });
    expect((caught as Error).message).toBe(`A row of ${table} with this ${columns.join(", ")} already exists.`);
  });

  test("is told from other constraints", () => {
    const connection = connectionOf();
    connection.execute("create table words (text text not null check (text <> ''))");
    for (const value of [null, ""]) {
      expect(() => run(connection, "insert into words values (?)", value)).toThrow(/constraint/);
      expect(() => run(connection, "insert into words values (?)", value)).not.toThrow(UniqueViolation);
    }
  });
});

describe("each statement", () => {
  test("is published with its SQL and without its values", () => {
    const connection = connectionOf();
    connection.execute("create table words (text)");
    const observed = observedStatements();
    run(connection, "insert into words values (?)", "a secret");
    expect(() => run(connection, "insert into words values (?), (abs('x', 'y'))", "a secret")).toThrow("abs");
    connection.execute("BEGIN");
    expect(observed).toEqual(["insert into words values (?)", "BEGIN"]);
    expect(JSON.stringify(observed)).not.toContain("secret");
  });

  test("is published though it fails while it runs", () => {
    const connection = connectionOf();
    connection.execute("create table words (text unique); insert into words values (1)");
    const observed = observedStatements();
    expect(() => run(connection, "insert into words values (1)")).toThrow(UniqueViolation);
    expect(observed).toEqual(["insert into words values (1)"]);
  });

  test("is reported when it takes longer than it may, and not otherwise", () => {
    const slow: StatementEvent[] = [];
    const onSlowStatement = (event: StatementEvent) => void slow.push(event);
    run(connectionOf({ slowStatementMilliseconds: 60_000, onSlowStatement }), "select 1");
    expect(slow).toEqual([]);
    run(connectionOf({ slowStatementMilliseconds: 0, onSlowStatement }), "select ?", "a secret");
    expect(slow.at(-1)).toEqual({ sql: "select ?", milliseconds: expect.any(Number) });
    expect(JSON.stringify(slow)).not.toContain("secret");
  });

  test("is prepared once, and again after the table has changed", () => {
    const connection = connectionOf();
    connection.execute("create table words (id integer primary key, text text); insert into words values (1, 'fond')");
    const rows = () => run(connection, "select id, text from words");
    expect(rows()).toEqual([[1, "fond"]]);
    connection.execute("alter table words add column extra text; update words set text = 'wrath'");
    expect(rows()).toEqual([[1, "wrath"]]);
  });

  test("is prepared anew once it has been pushed out by hundreds of others", () => {
    const connection = connectionOf();
    for (const round of [1, 2]) {
      for (let number = 0; number < 600; number += 1) {
        expect(run(connection, `select ${number}, ?`, round)).toEqual([[number, round]]);
      }
    }
  });
});

describe("isBusy", () => {
  test("tells a lock that another holds from other errors", () => {
    const path = join(temporaryFolder(), "test.sqlite3");
    const [first, second] = [connectionOf({ path }), connectionOf({ path })];
    first.execute("BEGIN IMMEDIATE");
    let caught: unknown;
    try {
      second.execute("BEGIN IMMEDIATE");
    } catch (error) {
      caught = error;
    }
    expect(isBusy(caught)).toBe(true);
    expect([new Error("database is locked"), undefined, { errcode: 5 }].map(isBusy)).toEqual([false, false, false]);
  });
});
