import { afterEach, beforeEach, expect, test } from "vitest";
import {
  CheckViolation,
  type Database,
  openDatabase,
  readDatabaseAddress,
  UniqueViolation,
} from "../../src/database/index.ts";
import { lockingSteps, makeMigrations } from "../../src/migrations/index.ts";
import { f, field, model, type Model } from "../../src/models/index.ts";
import { testDatabase } from "../../src/testing/test-database.ts";
import { isOnPostgresql } from "../fixtures/thesaurus.ts";
import { registryOf, ScratchProject } from "./fixtures/scratch-project.ts";

const fields = {
  title: field.char({ maxLength: 20 }),
  status: field.char({ maxLength: 10, default: "open" }),
  starts: field.integer({ default: 0 }),
  ends: field.integer({ default: 1 }),
  is_hidden: field.boolean({ default: false }),
};
const Plain = model("notes.Note", fields);
const Ruled = model("notes.Note", fields, {
  indexes: [{ fields: ["status", "-starts"] }, { name: "note_open", fields: ["title"], where: { status: "open" } }],
  constraints: [
    { name: "note_ends_after_start", check: { ends__gt: f("starts") } },
    { name: "note_status_known", check: [{ status__in: ["open", "it's"] }, { is_hidden: true }] },
    { name: "note_not_both", exclude: { starts: 7, is_hidden: true } },
    { name: "note_title_is_written", check: "length(title) > 1" },
    { name: "note_one_open", unique: ["title"], where: { status: "open" } },
    { name: "note_span", unique: ["starts", "ends"] },
  ],
});

let project: ScratchProject;
let database: Database;
let close: () => Promise<unknown>;

beforeEach(async () => {
  project = new ScratchProject();
  const made = isOnPostgresql ? await testDatabase(process.env["TEST_DATABASE_URL"] ?? "") : undefined;
  database = await openDatabase(readDatabaseAddress(made?.url ?? `sqlite:${project.root}/rules.sqlite3`, "/"));
  close = async () => {
    await database.close();
    await made?.remove();
    await project[Symbol.asyncDispose]();
  };
});
afterEach(() => close());

const run = async (sql: string) => database.run({ sql, isWrite: true }, []);
const make = (Note: Model, name?: string) =>
  makeMigrations({ registry: registryOf([Note]), folder: project.folder, ...(name !== undefined && { name }) });
const migrate = (Note: Model, target?: string) =>
  project.migrate([Note], { database, ...(target !== undefined && { target: { appLabel: "notes", name: target } }) });

type Row = Partial<Record<keyof typeof fields, boolean | number | string>>;
let title = 0;
async function insert(row: Row): Promise<unknown> {
  const all = Object.entries({
    title: `note ${(title += 1)}`,
    status: "open",
    starts: title,
    ends: title + 1,
    is_hidden: false,
    ...row,
  });
  const values = all.map(([, value]) =>
    typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value),
  );
  try {
    await run(`INSERT INTO notes_note (${all.map(([name]) => name).join()}) VALUES (${values.join()})`);
    return "stored";
  } catch (error) {
    if (error instanceof UniqueViolation) return "unique";
    return error instanceof CheckViolation ? error.constraint : error;
  }
}

const refusals: readonly (readonly [Row, string])[] = [
  [{}, "stored"],
  [{ starts: 5, ends: 5 }, "note_ends_after_start"],
  [{ status: "other" }, "note_status_known"],
  [{ status: "other", is_hidden: true }, "stored"],
  [{ status: "it's", title: "same" }, "stored"],
  [{ status: "it's", title: "same" }, "stored"],
  [{ title: "same" }, "stored"],
  [{ title: "same" }, "unique"],
  [{ starts: 7, ends: 9, is_hidden: true }, "note_not_both"],
  [{ starts: 7, ends: 9 }, "stored"],
  [{ starts: 7, ends: 9 }, "unique"],
  [{ title: "x" }, "note_title_is_written"],
];

test.each([
  ["with its table", true],
  ["later", false],
])("a model's indexes and constraints are made %s, hold, and are removed again", async (_when, isAtOnce) => {
  if (!isAtOnce) await make(Plain);
  const [written] = await make(Ruled, "ruled");
  expect(written?.text).toContain('check: { ends__gt: f("starts") }');
  expect(await make(Ruled)).toEqual([]);
  await migrate(Ruled);
  for (const [row, outcome] of refusals) expect([row, await insert(row)]).toEqual([row, outcome]);
  const sentences = (await make(Plain)).flatMap(({ does }) => does);
  expect(sentences).toHaveLength(8);
  expect(sentences).toContain("removes the constraint note_one_open of notes.Note");
  await migrate(Plain);
  for (const [row] of refusals) expect(await insert(row)).toBe("stored");
  await run("DELETE FROM notes_note");
  await migrate(Plain, isAtOnce ? "0001" : "0002");
  for (const [row, outcome] of refusals) expect([row, await insert(row)]).toEqual([row, outcome]);
});

test("they go along when a field or the table has another name, and with a field that is removed", async () => {
  await make(Ruled);
  await migrate(Ruled);
  const { starts, title: text, ...others } = fields;
  const indexes = [{ fields: ["status", "-begins"] }, ...(Ruled.options.indexes?.slice(1) ?? [])];
  const constraints = [
    { name: "note_ends_after_start", check: { ends__gt: f("begins") } },
    ...(Ruled.options.constraints?.filter(({ name }) => !/after_start|both|span/.test(name)) ?? []),
    { name: "note_not_both", exclude: { begins: 7, is_hidden: true } },
    { name: "note_span", unique: ["begins", "ends"] },
  ];
  const Renamed = model("notes.Note", { ...others, begins: starts, title: text }, {
    table: "memos",
    indexes,
    constraints,
  } as never);
  const answers = { renames: new Map([["notes.Note.starts", "begins"]]), fills: new Map() };
  const [written] = await makeMigrations({ registry: registryOf([Renamed]), folder: project.folder, answers });
  expect(written?.does).toEqual(["stores notes.Note in memos", "renames notes.Note.starts to begins"]);
  await migrate(Renamed);
  const Without = model("notes.Note", { title: text }, { table: "memos" });
  const gone = new Map(["begins", "ends", "status", "is_hidden"].map((name) => [`notes.Note.${name}`, null]));
  await makeMigrations({
    registry: registryOf([Without]),
    folder: project.folder,
    answers: { renames: gone, fills: new Map() },
  });
  await migrate(Without);
  await run("INSERT INTO memos (title) VALUES ('one'), ('one')");
  await expect(run("INSERT INTO memos (title) VALUES ('x')")).resolves.toBeDefined();
});

test("rows that do not meet a constraint stop its migration, which says so and keeps nothing", async () => {
  await make(Plain);
  await migrate(Plain);
  await insert({ starts: 5, ends: 5 });
  await make(Ruled);
  await expect(migrate(Ruled)).rejects.toThrow(
    /nothing of it was kept, where it adds the constraint note_ends_after_start/,
  );
  await run("UPDATE notes_note SET ends = 6");
  await migrate(Ruled);
});

test.runIf(isOnPostgresql)(
  "what reads a large table to make them is told, and has a form that holds nobody",
  async () => {
    await make(Plain);
    await migrate(Plain);
    await insert({ starts: 5, ends: 5 });
    const needs = { dependencies: ["notes.0001_initial"] };
    const operations = `all.addIndex("notes.Note", { name: "by_start", fields: ["-starts"] }),
    all.addConstraint("notes.Note", { name: "later", check: { ends__gt: all.f("starts") } }),
    all.addConstraint("notes.Note", { name: "span", unique: ["starts", "ends"] }),
    all.removeIndex("notes.Note", "by_start"), all.addIndex("notes.Note", { name: "by_end", fields: ["ends"], where: { ends__gt: 3 } })`;
    project.writeMigration("notes.0002_rules", { ...needs, operations });
    const context = { database, registry: registryOf([Plain]), folder: project.folder };
    expect((await lockingSteps(context)).map(({ sentence, hasSafeForm }) => [sentence, hasSafeForm])).toEqual([
      ["adds the index by_start to notes.Note", true],
      ["adds the constraint later to notes.Note", true],
      ["adds the constraint span to notes.Note", true],
      ["adds the index by_end to notes.Note", true],
    ]);
  },
);

test("a step that is not atomic goes on where it was broken off", async () => {
  await make(Plain);
  await migrate(Plain);
  await insert({ starts: 5, ends: 5 });
  project.writeMigration("notes.0002_rules", {
    dependencies: ["notes.0001_initial"],
    isAtomic: false,
    operations: `all.addIndex("notes.Note", { name: "by_start", fields: ["-starts"] }),
      all.addConstraint("notes.Note", { name: "span", unique: ["starts", "ends"] }),
      all.addConstraint("notes.Note", { name: "later", check: { ends__gt: all.f("starts") } })`,
  });
  await expect(migrate(Plain)).rejects.toThrow(/adds the constraint later/);
  await run("UPDATE notes_note SET ends = 6");
  await migrate(Plain);
  expect(await insert({ starts: 5, ends: 5 })).toBe("later");
  expect(await insert({ starts: 5, ends: 6 })).toBe("unique");
  await migrate(Plain, "0001");
  expect(await insert({ starts: 5, ends: 5 })).toBe("stored");
});

test("a table of SQLite with a check that its model does not have is not made anew without it", async () => {
  if (isOnPostgresql) return;
  await make(Plain);
  await migrate(Plain);
  await run("DROP TABLE notes_note");
  await run(
    `CREATE TABLE notes_note (id integer PRIMARY KEY AUTOINCREMENT, title varchar(20), status varchar(10), starts integer, ends integer,
      is_hidden bool, CONSTRAINT "a (rule" CHECK (title <> 'CHECK (x)'))`,
  );
  const Changed = model("notes.Note", { ...fields, title: field.char({ maxLength: 30 }) });
  await make(Changed);
  await expect(migrate(Changed)).rejects.toThrow(/its model does not say: the check a \(rule\./);
});

test.each<[string, Parameters<typeof model>[2], RegExp]>([
  ["an index of no field", { indexes: [{ fields: [] }] }, /an index is of no field/],
  ["an index of a field that is not there", { indexes: [{ fields: ["-titel"] }] }, /no field "titel".* "title"/],
  [
    "an index of some rows without a name",
    { indexes: [{ fields: ["title"], where: { title: "x" } }] },
    /needs a `name`/,
  ],
  [
    "a condition over a relation",
    { constraints: [{ name: "x", check: { owner__name: "x" } }] },
    /goes beyond the row's own/,
  ],
  ["a condition that says nothing", { constraints: [{ name: "x", check: {} }] }, /says nothing/],
  ["a value of another type", { constraints: [{ name: "x", check: { starts: "many" } }] }, /starts/],
  [
    "two of one name",
    { constraints: [{ name: "x", unique: ["title"] }], indexes: [{ name: "x", fields: ["ends"] }] },
    /are named "x"/,
  ],
  ["a constraint that is none", { constraints: [{ name: "x" } as never] }, /none of check, exclude and unique/],
])("%s is refused at start", (_what, options, message) => {
  expect(() => registryOf([model("notes.Note", fields, options as never)])).toThrow(message);
});

test("an index that nobody has named keeps its name, and another of its table and columns takes a free one", async () => {
  const whole = field.integer({ default: 0 });
  const answered = async (models: readonly Model[], renames: Readonly<Record<string, string>> = {}) => {
    const registry = registryOf(models);
    await makeMigrations({
      registry,
      folder: project.folder,
      answers: { renames: new Map(Object.entries(renames)), fills: new Map() },
    });
    await project.migrate(models, { database });
    expect(await makeMigrations({ registry, folder: project.folder })).toEqual([]);
  };
  const indexes = [{ fields: ["price" as const] }];
  await answered([model("shop.Item", { price: whole }, { indexes })]);
  const Renamed = { old_price: whole, price: whole };
  const both = [...indexes, { fields: ["old_price" as const] }];
  await answered([model("shop.Item", { old_price: whole }, { indexes: [{ fields: ["old_price"] }] })], {
    "shop.Item.price": "old_price",
  });
  await answered([model("shop.Item", Renamed, { indexes: both })]);
  const Thing = model("shop.Thing", Renamed, { indexes: both });
  await answered([Thing], { "shop.Item": "shop.Thing" });
  await answered([Thing, model("shop.Item", { price: whole }, { indexes })]);
});
