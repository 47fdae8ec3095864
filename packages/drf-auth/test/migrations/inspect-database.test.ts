import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Database, openDatabase, readDatabaseAddress } from "../../src/database/index.ts";
import {
  inspectDatabase,
  type Inspection,
  makeMigrations,
  migrationsOfModels,
  pendingMigrations,
  unwrittenChanges,
} from "../../src/migrations/index.ts";
import { field, model, type Model, QuerySet } from "../../src/models/index.ts";
import { testDatabase } from "../../src/testing/test-database.ts";
import { isOnPostgresql } from "../fixtures/thesaurus.ts";
import { registryOf, ScratchProject } from "./fixtures/scratch-project.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
/** In the repository, so that `drf-auth` is found as it is in a project. */
const written = mkdtempSync(join(root, ".inspected-"));
let project: ScratchProject;
let database: Database;
let close: () => Promise<unknown>;
let count = 0;

beforeEach(async () => {
  project = new ScratchProject();
  const made = isOnPostgresql ? await testDatabase(process.env["TEST_DATABASE_URL"] ?? "") : undefined;
  database = await openDatabase(readDatabaseAddress(made?.url ?? `sqlite:${project.root}/inspected.sqlite3`, "/"));
  close = async () => {
    await database.close();
    await made?.remove();
    await project[Symbol.asyncDispose]();
  };
});
afterEach(() => close());
afterAll(() => rmSync(written, { recursive: true }));

/** Writes what was found as a file of a project, and loads it. */
async function loaded({ text }: Inspection): Promise<readonly Model[]> {
  const path = join(written, `models-${process.pid}-${(count += 1)}.ts`);
  writeFileSync(path, text);
  return Object.values((await import(pathToFileURL(path).href)) as Readonly<Record<string, Model>>);
}

const Shelf = model("stock.Shelf", {
  code: field.char({ maxLength: 8, primaryKey: true }),
  get largest() {
    return field.oneToOne(Item, { onDelete: "protect", null: true, blank: true });
  },
});
const Label = model("stock.Label", { name: field.char({ maxLength: 10, unique: true }) }, { idKind: "auto" });
const Item: Model = model(
  "stock.Item",
  {
    name: field.char({ maxLength: 80, index: true }),
    text: field.text({ null: true, blank: true }),
    mail: field.email(),
    slug: field.slug(),
    site: field.url({ null: true }),
    photo: field.image({ blank: true }),
    manual: field.file({ blank: true }),
    small: field.smallInteger({ null: true }),
    whole: field.integer({ index: true }),
    large: field.bigInteger(),
    count: field.positiveInteger(),
    few: field.positiveSmallInteger(),
    many: field.positiveBigInteger(),
    weight: field.float(),
    price: field.decimal({ maxDigits: 20, decimalPlaces: 6 }),
    is_new: field.boolean(),
    day: field.date(),
    hour: field.time({ null: true }),
    at: field.dateTime({ unique: true }),
    took: field.duration(),
    token: field.uuid({ unique: true }),
    address: field.ip(),
    extra: field.json(),
    shelf: field.foreignKey(Shelf, { onDelete: "cascade" }),
    parent: field.foreignKey("self", { onDelete: "setNull", null: true, index: false }),
    owner: field.foreignKey("user", { onDelete: "cascade" }),
    label: field.foreignKey(Label, { onDelete: "restrict" }),
    item_labels: field.manyToMany(Label, { table: "item_labels", relatedName: "labelled" }),
    likers: field.manyToMany("user", { relatedName: "liked" }),
    peers: field.manyToMany("self"),
    old_name: field.inColumn("Old Name", field.char({ maxLength: 5 })),
  },
  {
    uniqueTogether: [["name", "shelf"]],
    indexes: [{ fields: ["shelf", "-whole"] }, { fields: ["-day"], name: "item_newest" }],
  },
);

test("the models of tables that migrations made are those of which they were made", async () => {
  const models = [Shelf, Label, Item];
  const registry = registryOf(models);
  await project.migrate(models, { database, files: migrationsOfModels(registry) });
  await makeMigrations({ registry, folder: project.folder });
  const found = await inspectDatabase({ database, registry: registryOf([]) });
  expect(found.tables).toEqual(["stock_item", "stock_label", "stock_shelf"]);
  const again = await loaded(found);
  expect(again.map(({ name }) => name).toSorted()).toEqual(["stock.Item", "stock.Label", "stock.Shelf"]);
  const changes = await unwrittenChanges({ registry: registryOf(again), folder: project.folder });
  // SQLite keeps a span of time as a number, and says nothing of that.
  const lost = isOnPostgresql ? [] : ["stock.Item.took is bigInteger, and was duration"];
  expect(changes.map((line) => line.split(":")[0])).toEqual(lost);
});

/** Columns with the field that stands for each; a note stands before it. */
const columns: Readonly<Record<Database["dialect"], readonly (readonly [column: string, field: string])[]>> = {
  sqlite: [
    ["a INT DEFAULT 5", "a: field.integer({ default: 5, null: true, blank: true })"],
    ["b bigint NOT NULL DEFAULT (-3)", "b: field.bigInteger({ default: -3n })"],
    ["c tinyint(1) NOT NULL DEFAULT 0", "c: field.boolean({ default: false })"],
    ["d VARCHAR(7) NOT NULL DEFAULT 'it''s'", 'd: field.char({ maxLength: 7, default: "it\'s" })'],
    ["e nvarchar NOT NULL", "e: field.text()"],
    ["f text NOT NULL CHECK (json_valid(f))", "f: field.json()"],
    ['"g" integer unsigned NOT NULL CHECK ("g" >= 0)', "g: field.positiveInteger()"],
    ["h decimal NOT NULL", "h: field.decimal({ maxDigits: 20, decimalPlaces: 6 })"],
    ["i numeric(5, 2) NOT NULL DEFAULT 1.25", 'i: field.decimal({ maxDigits: 5, decimalPlaces: 2, default: "1.25" })'],
    ["j float NOT NULL DEFAULT 0.5", "j: field.float({ default: 0.5 })"],
    ["k date NOT NULL DEFAULT CURRENT_DATE", "k: field.date({ blank: true })"],
    ["l timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP", 'l: field.dateTime({ default: "now" })'],
    ["m char(39) NOT NULL", "m: field.ip()"],
    ["n text NOT NULL DEFAULT (lower('X'))", "n: field.text()"],
    ["ä_1 integer NOT NULL", 'a_1: field.inColumn("ä_1", field.integer())'],
    ["o_id integer NOT NULL DEFAULT NULL", "o_id: field.integer()"],
    ['"2nd" integer NOT NULL', 'field_2nd: field.inColumn("2nd", field.integer())'],
    ['"2Nd!" integer NOT NULL', 'field_2_nd: field.inColumn("2Nd!", field.integer())'],
    ['"pk" integer NOT NULL', 'pk_2: field.inColumn("pk", field.integer())'],
  ],
  postgresql: [
    ["a integer DEFAULT 5", "a: field.integer({ default: 5, null: true, blank: true })"],
    ["b bigint NOT NULL DEFAULT -3", "b: field.bigInteger({ default: -3n })"],
    ["c boolean NOT NULL DEFAULT false", "c: field.boolean({ default: false })"],
    ["d varchar(7) NOT NULL DEFAULT 'it''s'", 'd: field.char({ maxLength: 7, default: "it\'s" })'],
    ["e varchar NOT NULL", "e: field.text()"],
    ["f jsonb NOT NULL DEFAULT '{}'", "f: field.json({ blank: true })"],
    ["g smallint NOT NULL CHECK (g >= 0)", "g: field.positiveSmallInteger()"],
    ["h numeric NOT NULL", "h: field.decimal({ maxDigits: 20, decimalPlaces: 6 })"],
    ["i numeric(5, 2) NOT NULL DEFAULT 1.25", 'i: field.decimal({ maxDigits: 5, decimalPlaces: 2, default: "1.25" })'],
    ["j real NOT NULL DEFAULT 0.5", "j: field.float({ default: 0.5 })"],
    ["k date NOT NULL DEFAULT CURRENT_DATE", "k: field.date({ blank: true })"],
    ["l timestamptz NOT NULL DEFAULT now()", 'l: field.dateTime({ default: "now" })'],
    ["m inet NOT NULL", "m: field.ip()"],
    ["n uuid NOT NULL DEFAULT gen_random_uuid()", "n: field.uuid({ blank: true })"],
    ["o interval NOT NULL", "o: field.duration()"],
    ["p time NOT NULL", "p: field.time()"],
    [
      "q mood NOT NULL DEFAULT 'so so'",
      'q: field.char({ maxLength: 5, choices: [["glad", "glad"], ["so so", "so so"]], default: "so so" })',
    ],
    ["r text[]", ""],
    ["s bigint GENERATED BY DEFAULT AS IDENTITY UNIQUE", "s: field.bigInteger({ blank: true, unique: true })"],
  ],
};

test("each type of column has its field, with what the database fills in", async () => {
  const own = columns[database.dialect];
  if (isOnPostgresql) await database.run({ sql: "CREATE TYPE mood AS ENUM ('glad', 'so so')", isWrite: true }, []);
  const sql = `CREATE TABLE t (id integer PRIMARY KEY, ${own.map(([column]) => column).join(", ")})`;
  await database.run({ sql, isWrite: true }, []);
  const { text } = await inspectDatabase({ database, registry: registryOf([]) });
  const lines = text.split("\n").map((line) => line.trim().replace(/,$/, ""));
  expect(lines.filter((line) => /^\w+: field\./.test(line) && !line.startsWith("id:"))).toEqual(
    own.map(([, line]) => line).filter((line) => line !== ""),
  );
  const [Made] = await loaded({ text, tables: [], notes: [] });
  expect(registryOf([Made as Model]).metas.map(({ table }) => table)).toContain("t");
});

test.runIf(isOnPostgresql)("what is unique in a way of PostgreSQL's own is told, and is no unique set", async () => {
  for (const sql of [
    "CREATE TABLE t (id integer PRIMARY KEY, a integer NOT NULL, b integer NOT NULL, c integer)",
    "ALTER TABLE t ADD CONSTRAINT later UNIQUE (a, b) DEFERRABLE",
    "CREATE UNIQUE INDEX covering ON t (b) INCLUDE (a)",
  ])
    await database.run({ sql, isWrite: true }, []);
  const { text, notes } = await inspectDatabase({ database, registry: registryOf([]) });
  expect(text).not.toMatch(/unique(?:Together)?:/);
  expect(notes.filter((note) => note.includes("index"))).toEqual([
    "t: its model does not say this: the unique index covering (b, a).",
    "t: its model does not say this: the unique index later (a, b).",
  ]);
});

describe("tables that another program made", () => {
  const key = { sqlite: "integer PRIMARY KEY", postgresql: "serial PRIMARY KEY" }[
    isOnPostgresql ? "postgresql" : "sqlite"
  ];
  const foreign = [
    `CREATE TABLE "Customers" ("CustomerID" ${key}, "Full Name" varchar(40) NOT NULL UNIQUE, "class" varchar(5) NOT NULL
      DEFAULT 'new', "isActive" boolean NOT NULL DEFAULT true, credit numeric(8, 2) DEFAULT 0.5,
      joined timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP, photo ${isOnPostgresql ? "bytea" : "blob"},
      CHECK (credit < 1000))`,
    `CREATE TABLE order_lines (id ${key}, "order" integer NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
      "line_no" smallint NOT NULL, "product__code" char(4), twice integer GENERATED ALWAYS AS ("line_no" * 2) STORED,
      UNIQUE ("order", line_no))`,
    `CREATE TABLE orders (id ${key}, buyer_id integer REFERENCES "Customers" ("CustomerID") ON DELETE SET NULL,
      "sellerId" integer NOT NULL REFERENCES "Customers" ("CustomerID"), note text, customer_name varchar(40)
      REFERENCES "Customers" ("Full Name"), last_line integer REFERENCES order_lines (id))`,
    "CREATE INDEX by_note ON orders (lower(note))",
    "CREATE INDEX orders_buyer ON orders (buyer_id)",
    "CREATE INDEX orders_recent ON orders (note, id DESC) WHERE note IS NOT NULL",
    "CREATE UNIQUE INDEX one_without_note ON orders (buyer_id) WHERE note IS NULL",
    "CREATE TABLE pairs (a integer NOT NULL, b integer NOT NULL, PRIMARY KEY (a, b))",
    "CREATE TABLE log (line text)",
    "CREATE TABLE settings (name varchar(20) PRIMARY KEY, value text)",
    'CREATE VIEW active AS SELECT * FROM "Customers"',
  ];

  const run = async (sql: string) => database.run({ sql, isWrite: true }, []);
  const make = async () => {
    for (const sql of isOnPostgresql ? deferred(foreign) : foreign) await run(sql);
  };

  /** PostgreSQL refers to tables that are there. */
  function deferred(statements: readonly string[]): readonly string[] {
    const [customers = "", lines = "", orders = "", ...others] = statements;
    const reference = " REFERENCES orders (id) ON DELETE CASCADE";
    return [
      customers,
      lines.replace(reference, ""),
      orders,
      `ALTER TABLE order_lines ADD FOREIGN KEY ("order")${reference}`,
      ...others,
    ];
  }

  test("become models that say what the database says, and what is lost is told", async () => {
    await make();
    const found = await inspectDatabase({ database, registry: registryOf([]), appLabel: "shop" });
    expect(found.text).toBe(`import { field, model } from "drf-auth";

// Not said here: the column photo is of the type "${isOnPostgresql ? "bytea" : "blob"}", for which there is no field.
export const Customers = model(
  "shop.Customers",
  {
    customer_id: field.inColumn("CustomerID", field.auto()),
    full_name: field.inColumn("Full Name", field.char({ maxLength: 40, unique: true })),
    class: field.char({ maxLength: 5, default: "new" }),
    is_active: field.inColumn("isActive", field.boolean({ default: true })),
    credit: field.decimal({ maxDigits: 8, decimalPlaces: 2, default: "0.5", null: true, blank: true }),
${isOnPostgresql ? "    // without a time zone: read as UTC\n" : ""}    joined: field.dateTime({ default: "now" }),
  },
  { table: "Customers", constraints: [{ name: "${
    isOnPostgresql ? "Customers_credit_check" : "Customers_check_1"
  }", check: "${isOnPostgresql ? "(credit < (1000)::numeric)" : "credit < 1000"}" }] },
);

// Not said here: the index by_note (of an expression).
export const Orders = model(
  "shop.Orders",
  {
    id: field.auto(),
    buyer: field.foreignKey(Customers, {
      onDelete: "setNull",
      null: true,
      blank: true,
      relatedName: "orders_buyer_set",
    }),
    seller: field.inColumn(
      "sellerId",
      field.foreignKey(Customers, { onDelete: "protect", index: false, relatedName: "orders_seller_set" }),
    ),
    note: field.text({ null: true, blank: true }),
    // refers to Customers (Full Name)
    customer_name: field.char({ maxLength: 40, null: true, blank: true }),
    get last_line() {
      return field.inColumn(
        "last_line",
        field.foreignKey(OrderLines, { onDelete: "protect", null: true, blank: true, index: false }),
      );
    },
  },
  {
    table: "orders",
    indexes: [{ fields: ["note", "-id"], name: "orders_recent", where: "${isOnPostgresql ? "(note IS NOT NULL)" : "note IS NOT NULL"}" }],
    constraints: [{ name: "one_without_note", unique: ["buyer"], where: "${isOnPostgresql ? "(note IS NULL)" : "note IS NULL"}" }],
  },
);

// Not said here: the column twice is computed by the database.
export const OrderLines = model(
  "shop.OrderLines",
  {
    id: field.auto(),
    order: field.inColumn("order", field.foreignKey(Orders, { onDelete: "cascade", index: false })),
    line_no: field.smallInteger(),
    product_code: field.inColumn("product__code", field.char({ maxLength: 4, null: true, blank: true })),
  },
  { table: "order_lines", uniqueTogether: [["order", "line_no"]] },
);

export const Settings = model(
  "shop.Settings",
  {
    name: field.char({ maxLength: 20, primaryKey: true }),
    value: field.text({ null: true, blank: true }),
  },
  { table: "settings" },
);
`);
    expect(found.notes).toEqual([
      "log is left out: it has no primary key.",
      "pairs is left out: its primary key is of 2 columns (a, b).",
      "active is left out: it is a view.",
      expect.stringMatching(/^Customers: its model does not say this: the column photo is of the type/),
      "order_lines: its model does not say this: the column twice is computed by the database.",
      "orders: its model does not say this: the index by_note (of an expression).",
      ...(isOnPostgresql ? ["Customers, field joined: without a time zone: read as UTC."] : []),
      "orders, field customer_name: refers to Customers (Full Name).",
    ]);
  });

  test("are not taken for those of other models", async () => {
    await run("CREATE TABLE shop_item (id integer PRIMARY KEY, price varchar(5), stock integer NOT NULL, extra text)");
    const wrong = model(
      "shop.Item",
      { price: field.dateTime({ null: true }), stock: field.char({ maxLength: 5 }), extra: field.text({ null: true }) },
      { idKind: "auto" },
    );
    await makeMigrations({ registry: registryOf([wrong]), folder: project.folder });
    const adopted = project.migrate([wrong], { database, isFakeInitial: true });
    const [price, stock] = isOnPostgresql
      ? ["character varying(5), and its model's field would be timestamp with time zone", "integer"]
      : ["varchar(5), and its model's field would be datetime", "integer"];
    await expect(adopted).rejects.toThrow(`shop_item.price is ${price}\n  - shop_item.stock is ${stock}, and`);
    await project.migrate([wrong], { database, isFake: true });
  });

  test("are adopted as they are: their models are migrated without a change, and rows go in and out", async () => {
    await make();
    await run(`INSERT INTO "Customers" ("Full Name", joined) VALUES ('Ada', '2024-02-29 12:00:00')`);
    await run('INSERT INTO orders (buyer_id, "sellerId") VALUES (1, 1)');
    const models = await loaded(await inspectDatabase({ database, registry: registryOf([]), appLabel: "shop" }));
    const registry = registryOf(models);
    await makeMigrations({ registry, folder: project.folder });
    await expect(project.migrate(models, { database })).rejects.toThrow(/run npx drf-auth migrate --fake-initial/);
    const lines = await project.migrate(models, { database, isFakeInitial: true });
    expect(lines.at(-1)).toBe("Applying shop.0001_initial... FAKED");
    expect(await pendingMigrations({ database, registry, folder: project.folder })).toEqual([]);
    const of = (name: string) => QuerySet.of(registry.meta(models.find((one) => one.name === name) as Model), database);
    const [orders, customers, lineRows] = [of("shop.Orders"), of("shop.Customers"), of("shop.OrderLines")];
    await lineRows.insert({ order: 1, line_no: 7 } as never);
    expect(await orders.selectRelated("buyer" as never).rows()).toEqual([
      {
        id: 1,
        buyer_id: 1,
        seller_id: 1,
        note: null,
        customer_name: null,
        last_line_id: null,
        buyer: {
          customer_id: 1,
          full_name: "Ada",
          class: "new",
          is_active: true,
          credit: "0.50",
          joined: "2024-02-29T12:00:00Z",
        },
      },
    ]);
    await expect(customers.delete()).rejects.toThrow("a orders refers to it by seller");
    expect(await orders.delete()).toBe(1);
    expect(await lineRows.count()).toBe(0);
    expect(await customers.delete()).toBe(1);
  });

  test("are changed by a migration with nothing lost: SQLite does not make a table anew without a column", async () => {
    await make();
    const models = await loaded(await inspectDatabase({ database, registry: registryOf([]), appLabel: "shop" }));
    await makeMigrations({ registry: registryOf(models), folder: project.folder });
    await project.migrate(models, { database, isFakeInitial: true });
    project.writeMigration("shop.0002_more", {
      dependencies: ["shop.0001_initial"],
      operations: 'addField("shop.Customers", "stars", { kind: "integer", null: true })',
    });
    const outcome = await project.migrate(models, { database }).catch((error: Error) => error.message);
    expect(String(outcome)).toMatch(
      isOnPostgresql ? /0002_more\.\.\. OK/ : /does not say: the column photo\. SQLite changes/,
    );
  });

  test("are written one by one where they are named, and what is no table is told", async () => {
    await make();
    const inspect = (...tables: string[]) => inspectDatabase({ database, registry: registryOf([]), tables });
    const { text } = await inspect("order_lines");
    expect(text).toContain('model(\n  "main.OrderLines"');
    expect(text).toContain("// refers to orders (id)\n    order: field.integer(),");
    await expect(inspect("order_line")).rejects.toThrow('There is no table "order_line". Did you mean "order_lines"?');
    await expect(inspect("active")).rejects.toThrow('"active" is a view');
    await expect(inspectDatabase({ database, registry: registryOf([]), appLabel: "auth" })).rejects.toThrow(
      '"auth" cannot be the label',
    );
  });
});
