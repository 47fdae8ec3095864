import { unlinkSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Database, openDatabase, readDatabaseAddress } from "../../src/database/index.ts";
import { lockingSteps, type MigrateOptions, pendingMigrations } from "../../src/migrations/index.ts";
import { field, model } from "../../src/models/index.ts";
import { testDatabase } from "../../src/testing/test-database.ts";
import { isOnPostgresql } from "../fixtures/thesaurus.ts";
import { registryOf, ScratchProject } from "./fixtures/scratch-project.ts";

const Shop = model("shop.Shop", { name: field.char({ maxLength: 20 }) });
const Item = model("shop.Item", {
  name: field.char({ maxLength: 20, unique: true }),
  price: field.integer({ index: true }),
  shop: field.foreignKey(Shop, { onDelete: "cascade" }),
});
const models = [Shop, Item];
const id = 'id: { kind: "bigAuto", primaryKey: true }';
const initial = `createModel("shop.Shop", { ${id}, name: { kind: "char", maxLength: 20 } }),
  createModel("shop.Item", { ${id}, name: { kind: "char", maxLength: 20 }, price: { kind: "integer", null: true } })`;
const changes = `alterField("shop.Item", "price", { kind: "integer", index: true }, { fill: 1 }),
  alterField("shop.Item", "name", { kind: "char", maxLength: 20, unique: true }),
  addField("shop.Item", "shop", { kind: "foreignKey", to: "shop.Shop", index: true }, { fill: 1 })`;

let project: ScratchProject;
let database: Database;
let close: () => Promise<void>;

beforeEach(async () => {
  project = new ScratchProject();
  ({ database, close } = await another());
});
afterEach(async () => {
  await close();
  await project[Symbol.asyncDispose]();
});

async function another(): Promise<{ readonly database: Database; readonly close: () => Promise<void> }> {
  const made = isOnPostgresql ? await testDatabase(process.env["TEST_DATABASE_URL"] ?? "") : undefined;
  const url = made?.url ?? `sqlite:${project.databasePath}-${performance.now()}`;
  const opened = await openDatabase(readDatabaseAddress(url, "/"));
  return {
    database: opened,
    close: async () => {
      await opened.close();
      await made?.remove();
    },
  };
}

const migrate = (options: Partial<MigrateOptions> = {}) => project.migrate(models, { database, ...options });
const execute = (sql: string) => Promise.resolve(database.run({ sql, isWrite: true }, []));
const read = (sql: string) => Promise.resolve(database.run({ sql, isWrite: false }, []));
const context = () => ({ database, folder: project.folder, registry: registryOf(models) });
const needs = (number: string) => ({ dependencies: [`shop.${number}`] });

/** A table and its constraints, as the database itself describes them. */
const schema = async () =>
  isOnPostgresql
    ? [
        await read(
          "SELECT conname, convalidated, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid::regclass::text LIKE 'shop_%' ORDER BY conname",
        ),
        await read("SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'shop_%' ORDER BY indexdef"),
        await read(
          "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns WHERE table_name LIKE 'shop_%' ORDER BY 1, 2",
        ),
      ]
    : await read("SELECT type, name, sql FROM sqlite_master WHERE tbl_name LIKE 'shop_%' ORDER BY type, name");

test("a migration that fails keeps nothing of it, and those before it stay; the next run goes on from there", async () => {
  project.writeMigration("shop.0001_initial", { operations: initial });
  await migrate();
  await execute("INSERT INTO shop_shop (id, name) VALUES (1, 'north')");
  await execute("INSERT INTO shop_item (name) VALUES ('axe'), ('axe')");
  project.writeMigration("shop.0002_rename", {
    ...needs("0001_initial"),
    operations: 'renameField("shop.Shop", "name", "label")',
  });
  project.writeMigration("shop.0003_more", { ...needs("0002_rename"), operations: changes });
  const lines: string[] = [];
  await expect(migrate({ log: (line) => lines.push(line) })).rejects.toThrow(
    /0003_more\.ts failed, and nothing of it was kept, where it alters shop\.Item\.name: /,
  );
  expect(lines).toEqual(["Applying shop.0002_rename... OK"]);
  expect(await pendingMigrations(context())).toEqual(["shop.0003_more"]);
  expect(await read("SELECT name, price FROM shop_item")).toEqual([
    ["axe", null],
    ["axe", null],
  ]);
  await execute("DELETE FROM shop_item WHERE id = 2");
  expect(await migrate()).toEqual(["Applying shop.0003_more... OK"]);
  expect(await read("SELECT name, price, shop_id FROM shop_item")).toEqual([["axe", 1, 1]]);
});

test("the SQL that is shown leads to the tables that migrate makes, and migrate finds nothing to do after it", async () => {
  project.writeMigration("shop.0001_initial", { operations: initial });
  project.writeMigration("shop.0002_more", {
    ...needs("0001_initial"),
    operations: `${changes}, runSql("INSERT INTO shop_shop (id, name) VALUES (7, 'it''s')"), runCode(async () => {})`,
  });
  const first = await migrate({ isSql: true, target: { appLabel: "shop", name: "0001" } });
  expect(await pendingMigrations(context())).toHaveLength(6);
  const other = await another();
  const run = async (lines: readonly string[]) => {
    for (const line of lines) {
      if (!line.startsWith("--"))
        await other.database.run({ sql: line, isWrite: !line.startsWith("PRAGMA foreign_key") }, []);
    }
  };
  // Transactions are the test's own: statements of a pool go over any of its connections.
  const withoutTransactions = (lines: readonly string[]) => lines.filter((line) => !/^(BEGIN|COMMIT);$/.test(line));
  await run(withoutTransactions(first));
  await migrate({ target: { appLabel: "shop", name: "0001" } });
  const second = await migrate({ isSql: true });
  expect(second.join("\n")).toMatch(/^-- shop\.0002_more\nBEGIN;$/m);
  expect(second.join("\n")).toContain("0002_more.ts runs code here, which is not SQL: only migrate runs it.");
  await run(withoutTransactions(second));
  await migrate();
  const expected = await schema();
  const own = database;
  ({ database } = other);
  expect(await schema()).toEqual(expected);
  expect(await pendingMigrations(context())).toEqual([]);
  expect(await read("SELECT name FROM shop_shop")).toEqual([["it's"]]);
  database = own;
  await other.close();
});

test("a way back has its SQL too", async () => {
  project.writeMigration("shop.0001_initial", { operations: initial });
  await migrate();
  const shown = await migrate({ isSql: true, target: { appLabel: "shop", name: "zero" } });
  expect(shown.filter((line) => line.startsWith("DROP TABLE"))).toEqual([
    'DROP TABLE "shop_item";',
    'DROP TABLE "shop_shop";',
  ]);
  expect(shown).toContain(`DELETE FROM "drf_auth_migrations" WHERE "app" = 'shop' AND "name" = '0001_initial';`);
  expect(await read("SELECT count(*) FROM shop_item")).toEqual([[0]]);
});

describe("a migration that is not atomic", () => {
  const filled = async () => {
    project.writeMigration("shop.0001_initial", { operations: initial });
    await migrate();
    await execute("INSERT INTO shop_shop (id, name) VALUES (1, 'north')");
    await execute("INSERT INTO shop_item (name, price) VALUES ('axe', 1), ('bow', NULL)");
  };

  test("leads to the same tables as one that is", async () => {
    await filled();
    project.writeMigration("shop.0002_more", { ...needs("0001_initial"), operations: changes });
    await migrate();
    const expected = await schema();
    await migrate({ target: { appLabel: "shop", name: "0001" } });
    project.writeMigration("shop.0003_more", { ...needs("0001_initial"), operations: changes, isAtomic: false });
    unlinkSync(`${project.folder}/shop/0002_more.ts`);
    expect(await migrate()).toEqual(["Applying shop.0003_more... OK"]);
    expect(await schema()).toEqual(expected);
    expect(await read("SELECT name, price, shop_id FROM shop_item ORDER BY id")).toEqual([
      ["axe", 1, 1],
      ["bow", 1, 1],
    ]);
  });

  test.runIf(isOnPostgresql)("is done again from where it was broken off, on PostgreSQL", async () => {
    await filled();
    await execute("INSERT INTO shop_item (name) VALUES ('axe')");
    project.writeMigration("shop.0002_more", { ...needs("0001_initial"), operations: changes, isAtomic: false });
    await expect(migrate()).rejects.toThrow(
      /0002_more\.ts failed, and as it is not atomic, .* alters shop\.Item\.name/,
    );
    expect(await read("SELECT count(*) FROM pg_index WHERE NOT indisvalid")).toEqual([[1]]);
    await execute("DELETE FROM shop_item WHERE id = 3");
    expect(await migrate()).toEqual(["Applying shop.0002_more... OK"]);
    expect(await read("SELECT count(*) FROM pg_index WHERE NOT indisvalid")).toEqual([[0]]);
  });

  test.runIf(isOnPostgresql)("keeps nobody from writing while an index is made, on PostgreSQL", async () => {
    await filled();
    project.writeMigration("shop.0002_more", { ...needs("0001_initial"), operations: changes, isAtomic: false });
    const shown = (await migrate({ isSql: true })).join("\n");
    expect(shown).toContain("CREATE INDEX CONCURRENTLY");
    expect(shown).toContain("CREATE UNIQUE INDEX CONCURRENTLY");
    expect(shown).toMatch(/FOREIGN KEY .* NOT VALID;\nALTER TABLE "shop_item" VALIDATE CONSTRAINT/);
    expect(shown).toMatch(/CHECK \("price" IS NOT NULL\) NOT VALID/);
    unlinkSync(`${project.folder}/shop/0002_more.ts`);
    project.writeMigration("shop.0002_check", {
      ...needs("0001_initial"),
      operations: 'alterField("shop.Item", "price", { kind: "positiveInteger", null: true })',
      isAtomic: false,
    });
    expect((await migrate({ isSql: true })).join("\n")).toMatch(
      /"shop_item_price_check" CHECK .* NOT VALID;\nALTER TABLE "shop_item" VALIDATE CONSTRAINT/,
    );
    expect(shown).toMatch(/-- shop\.0002_more\nDROP|-- shop\.0002_more\n(?!BEGIN)/);
  });
});

test.each([
  [true, changes, isOnPostgresql ? ["price reads", "name reads", "shop reads"] : []],
  [false, changes, []],
  [false, 'alterField("shop.Item", "price", { kind: "text" })', isOnPostgresql ? ["price writes"] : []],
  [true, 'addField("shop.Item", "note", { kind: "char", maxLength: 9 }, { fill: "" })', []],
  [true, 'alterField("shop.Item", "name", { kind: "char", maxLength: 40 })', []],
  [
    true,
    'alterField("shop.Item", "price", { kind: "positiveInteger", null: true })',
    isOnPostgresql ? ["price reads"] : [],
  ],
  [false, 'alterField("shop.Item", "price", { kind: "positiveInteger", null: true })', []],
  [
    true,
    'alterField("shop.Item", "self", { kind: "oneToOne", to: "shop.Shop", null: true })',
    isOnPostgresql ? ["self reads"] : [],
  ],
  [
    true,
    `createModel("shop.More", { ${id} }), addField("shop.More", "at", { kind: "date", index: true, null: true })`,
    [],
  ],
])("what holds a table of PostgreSQL is found (atomic: %s): %s", async (isAtomic, operations, found) => {
  const self = 'addField("shop.Item", "self", { kind: "foreignKey", to: "shop.Shop", null: true })';
  project.writeMigration("shop.0001_initial", { operations: `${initial}, ${self}` });
  await migrate();
  project.writeMigration("shop.0002_more", { ...needs("0001_initial"), operations, isAtomic });
  const steps = await lockingSteps(context());
  expect(
    steps.map(({ sentence, hasSafeForm }) => `${sentence.split(".").at(-1)} ${hasSafeForm ? "reads" : "writes"}`),
  ).toEqual(found);
});
