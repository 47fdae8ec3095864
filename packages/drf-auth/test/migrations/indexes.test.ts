import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isOnPostgresql } from "../fixtures/thesaurus.ts";
import { id, ProjectOnDatabase } from "./fixtures/project-on-database.ts";

const code = '{ kind: "char", maxLength: 9, index: true }';
const owner = '{ kind: "foreignKey", to: "notes.Owner", null: true }';
const note = (name: string) =>
  `createModel("notes.${name}", { ${id}, owner: ${owner}, code: ${code}, text: { kind: "char", maxLength: 50 } }, { uniqueTogether: [["owner", "code"]] })`;
let on: ProjectOnDatabase;

beforeEach(async () => {
  on = await ProjectOnDatabase.make();
  on.write("0001_initial", `createModel("notes.Owner", { ${id} }), ${note("Note")}`);
});
afterEach(() => on[Symbol.asyncDispose]());

/** What a table has of indexes and references, by their names. */
const schema = async (table: string) => {
  const rows = await on.read(
    isOnPostgresql
      ? `SELECT indexname, regexp_replace(indexdef, '.* USING ', '') FROM pg_indexes WHERE tablename = '${table}' UNION ALL ` +
          `SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = to_regclass('${table}') AND contype = 'f' ORDER BY 1`
      : `SELECT name, (SELECT group_concat(name) FROM pragma_index_info(list.name)) FROM pragma_index_list('${table}') list ` +
          `UNION ALL SELECT 'key ' || "from", "table" FROM pragma_foreign_key_list('${table}') ORDER BY 1`,
  );
  // What the database itself names.
  return rows.map((row) => row.join(" ")).filter((line) => !/_pkey|autoindex/.test(line));
};

describe.each([true, false])("names go along (atomic: %s)", (isAtomic) => {
  test("with a column: one of its old name is indexed and refers like the first", async () => {
    await on.migrate([]);
    const first = await schema("notes_note");
    on.write("0002_rename", 'renameField("notes.Note", "owner", "author"), renameField("notes.Note", "code", "slug")');
    on.write(
      "0003_again",
      `addField("notes.Note", "owner", ${owner}), addField("notes.Note", "code", ${code}, { fill: "" })`,
      {
        isAtomic,
      },
    );
    await on.migrate([]);
    const now = await schema("notes_note");
    expect(now).toHaveLength(first.length * 2 - 1);
    expect(now).toEqual(expect.arrayContaining(first.filter((line) => !/_uniq/.test(line))));
    await on.migrate([], { target: { appLabel: "notes", name: "0001" } });
    expect(await schema("notes_note")).toEqual(first);
  });

  test("with a table: a new one of its old name has all that the first had", async () => {
    await on.migrate([]);
    const first = await schema("notes_note");
    on.write("0002_rename", 'renameModel("notes.Note", "notes.Memo")', { isAtomic });
    on.write("0003_again", note("Note"), { isAtomic });
    await on.migrate([]);
    expect(await schema("notes_note")).toEqual(first);
    expect(await schema("notes_memo")).toHaveLength(first.length);
  });

  test("with the table that others refer to", async () => {
    on.write("0002_rename", 'renameModel("notes.Owner", "notes.Person")', { isAtomic });
    await on.migrate([]);
    const lines = (await schema("notes_note")).join("\n");
    expect(lines).toContain(isOnPostgresql ? "_fk_notes_person_id" : "notes_person");
    expect(lines).not.toContain("notes_owner");
  });
});

test("names that a model gives itself stay", async () => {
  on.write("0002_index", 'all.addIndex("notes.Note", { name: "mine", fields: ["text"] })');
  on.write("0003_rename", 'renameField("notes.Note", "text", "body"), renameModel("notes.Note", "notes.Memo")');
  await on.migrate([]);
  expect((await schema("notes_memo")).filter((line) => line.startsWith("mine "))).toHaveLength(1);
});

test.runIf(isOnPostgresql)("what has the name of an index and is another is not taken for it", async () => {
  await on.migrate([]);
  const taken = (await schema("notes_note")).find((line) => line.endsWith("(code)"))?.split(" ")[0];
  on.write("0002_plain", 'alterField("notes.Note", "code", { kind: "char", maxLength: 9 })');
  on.write("0003_index", `alterField("notes.Note", "code", ${code})`, { isAtomic: false });
  await on.migrate([], { target: { appLabel: "notes", name: "0002" } });
  await on.run(`CREATE INDEX ${taken} ON notes_note (text)`);
  await expect(on.migrate([])).rejects.toThrow(`"${taken}" already exists`);
  await on.run(`DROP INDEX ${taken}`);
  await on.migrate([]);
  expect((await schema("notes_note")).filter((line) => line.startsWith(`${taken} `))).toEqual([
    `${taken} btree (code)`,
  ]);
});

const ownOnPostgresql = [
  "USING hash (text)",
  "(text DESC)",
  "(lower(text))",
  '(text COLLATE "C")',
  "(text) INCLUDE (id)",
  "(text)",
];
const ownOnSqlite = ["(text COLLATE NOCASE)", "(text DESC)", "(lower(text))", "(text) WHERE id > 1", "(text)"];

describe.each([
  ["", ""],
  [", index: true", ""],
  [", unique: true", ""],
  ["", ", index: true"],
  [", index: true", ", index: true"],
])("indexes of one's own stay where a field is altered (from %s to %s)", (from, to) => {
  test.each(isOnPostgresql ? ownOnPostgresql : ownOnSqlite)("%s", async (own) => {
    on.write("0002_from", `alterField("notes.Note", "text", { kind: "char", maxLength: 50${from} })`);
    await on.migrate([]);
    await on.run(`CREATE INDEX mine ON notes_note ${own}`);
    on.write("0003_to", `alterField("notes.Note", "text", { kind: "char", maxLength: 60${to} })`);
    on.write("0004_text", `alterField("notes.Note", "text", { kind: "text"${to} })`);
    await on.migrate([]);
    const found = isOnPostgresql
      ? "SELECT 1 FROM pg_indexes WHERE indexname = 'mine'"
      : "SELECT 1 FROM sqlite_master WHERE name = 'mine'";
    expect(await on.read(found)).toEqual([[1]]);
    const left = (await schema("notes_note")).filter((line) => /text/.test(line) && !line.startsWith("mine"));
    expect(left).toHaveLength(to === "" ? 0 : isOnPostgresql ? 2 : 1);
  });
});

test.runIf(isOnPostgresql)("a longer text is stored where it was, with its indexes", async () => {
  on.write("0002_index", 'alterField("notes.Note", "text", { kind: "char", maxLength: 50, index: true })');
  await on.migrate([]);
  const stored = () =>
    on.read(
      "SELECT relname, relfilenode FROM pg_class WHERE oid = 'notes_note'::regclass OR oid IN " +
        "(SELECT indexrelid FROM pg_index WHERE indrelid = 'notes_note'::regclass) ORDER BY relname",
    );
  const before = await stored();
  on.write("0003_longer", 'alterField("notes.Note", "text", { kind: "char", maxLength: 60, index: true })');
  await on.migrate([]);
  expect(await stored()).toEqual(before);
});
