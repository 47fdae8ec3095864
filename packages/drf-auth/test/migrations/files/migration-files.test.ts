import { describe, expect, test } from "vitest";
import { makeMigrations } from "../../../src/migrations/index.ts";
import { field, userModel } from "../../../src/models/index.ts";
import { registryOf, ScratchProject } from "../fixtures/scratch-project.ts";

const id = "id: { kind: 'bigAuto', primaryKey: true }";

describe("a migration file is refused, with its path,", () => {
  test.each<[string, string, RegExp]>([
    ["without a migration", "export default {};", /it exports no migration: write `export default migration/],
    ["that cannot be read", "export default migration({", /0001_initial\.ts: ./],
    [
      "with a dependency of another form",
      "export default { dependencies: ['a.0001_x'], operations: [] };",
      /a dependency is written/,
    ],
    [
      "with an unknown operation",
      "export default { dependencies: [], operations: [{ type: 'drop' }] };",
      /an operation of it is none: \{"type":"drop"\}/,
    ],
  ])("%s", async (_what, text, message) => {
    await using project = new ScratchProject();
    const path = project.write("migrations/notes/0001_initial.ts", text);
    await expect(project.migrate([])).rejects.toThrow(message);
    await expect(project.migrate([])).rejects.toThrow(path);
  });

  test.each<[string, string, string]>([
    ["of another application", `createModel("shop.Book", { ${id} })`, 'must name a model of "notes"'],
    ["whose name is no name", `createModel('notes.N"; DROP', { ${id} })`, "must name a model"],
    ["with a table that is no name", `createModel("notes.Note", { ${id} }, { table: 'a" (x); --' })`, "is no name"],
    [
      "with a column that is no name",
      `createModel("notes.Note", { ${id}, 'a" text); --': { kind: "text" } })`,
      "lower case",
    ],
    [
      "with a kind that is none",
      `createModel("notes.Note", { ${id}, a: { kind: "tekst" as "text" } })`,
      'Did you mean "text"?',
    ],
    [
      "with a kind of every object",
      `createModel("notes.Note", { ${id}, a: { kind: "toString" as "text" } })`,
      "no field is of the kind",
    ],
    [
      "with a length that is SQL",
      `createModel("notes.Note", { ${id}, a: { kind: "char", maxLength: "1) --" as never } })`,
      "maxLength",
    ],
    [
      "with an option of models alone",
      `createModel("notes.Note", { ${id}, a: { kind: "text", blank: true } as never })`,
      "`blank: true`",
    ],
    [
      "with a relation to nothing",
      `createModel("notes.Note", { ${id}, a: { kind: "foreignKey" } })`,
      "a relation needs `to`",
    ],
    ["with two keys", `createModel("notes.Note", { ${id}, a: { kind: "text", primaryKey: true } })`, "it has 2"],
    [
      "with a set of no fields",
      `createModel("notes.Note", { ${id} }, { uniqueTogether: [["ids" as "id"]] })`,
      'Did you mean "id"?',
    ],
    [
      "that refers to no table",
      `createModel("notes.Note", { ${id}, a: { kind: "foreignKey", to: "shop.Book" } })`,
      "refers to shop.Book",
    ],
  ])("with a model %s", async (_what, operations, message) => {
    await using project = new ScratchProject();
    project.writeMigration("notes.0001_initial", { operations });
    await expect(project.migrate([])).rejects.toThrow(message);
    expect(await project.tables()).toEqual([]);
  });

  test.each<[string, RegExp]>([
    [`alterUniqueTogether("notes.Note")`, /alterUniqueTogether of notes\.Note lacks `sets`.* \[\["owner", "title"\]\]/],
    [`alterUniqueTogether("notes.Note", ["title"])`, /notes\.Note: unique sets are written \[\["owner", "title"\]\]/],
    [
      `addField("notes.Note")`,
      /addField of notes\.Note lacks `name`.* addField\("notes\.Note", "title", \{ kind: "text" \}/,
    ],
    [`addField("notes.Note", "title")`, /addField of notes\.Note lacks `field`/],
    [`alterField("notes.Note", "title", "text")`, /alterField of notes\.Note lacks `field`, or has it in another form/],
    [`createModel("notes.X")`, /createModel of notes\.X lacks `fields`/],
    [`createModel("notes.X", { id: undefined })`, /notes\.X\.id: no field is of the kind "undefined"/],
    [`createModel("notes.X", { ${id} }, { uniqueTogether: "id" })`, /createModel of notes\.X lacks `uniqueTogether`/],
    [`removeField("notes.Note")`, /removeField of notes\.Note lacks `name`/],
    [`renameField("notes.Note", "title")`, /renameField of notes\.Note lacks `to`/],
    [`deleteModel()`, /deleteModel of nothing lacks `name`/],
    [`runSql()`, /runSql of nothing lacks `forwards`/],
    [`runSql(["SELECT 1"])`, /runSql of nothing lacks `forwards`/],
    [`runSql({ sqlite: "", postgres: "" })`, /runSql knows no database "postgres"\. Did you mean "postgresql"\?/],
    [
      `runSql("SELECT 1", { sqlite: "" })`,
      /runSql says nothing of postgresql\. .* postgresql: "" where nothing is to be done/,
    ],
    [`runCode("x")`, /runCode of nothing lacks `forwards`/],
    [`runCode(() => {}, "x")`, /the way back of runCode is a function/],
    [`removeField("notes.Note", "id")`, /removes notes\.Note\.id, and the primary key of notes\.Note is id/],
    [
      `addField("notes.Note", "code", { kind: "text", primaryKey: true })`,
      /adds notes\.Note\.code, and the primary key of notes\.Note is id: a table keeps its key/,
    ],
    [`alterField("notes.Note", "id", { kind: "bigInteger" })`, /alters notes\.Note\.id, and the primary key/],
  ])("with an operation that is written otherwise than its types have it: %s", async (operation, message) => {
    await using project = new ScratchProject();
    project.writeMigration("notes.0001_initial", { operations: `createModel("notes.Note", { ${id} })` });
    const path = project.writeMigration("notes.0002_x", {
      dependencies: ["notes.0001_initial"],
      operations: operation,
    });
    const refused = project.migrate([]);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toThrow(path);
    expect(await project.tables()).toEqual([]);
  });

  test.each<[string, string, string]>([
    ["whose name has no number", "notes/add_note.ts", "a migration's file has four digits and a name"],
    ["that is there twice", "notes/0001_initial.js", "are the same migration twice"],
    ["of an application of Django's", "auth/0013_mine.ts", 'the tables of "auth" are Django\'s own'],
  ])("%s", async (_what, path, message) => {
    await using project = new ScratchProject();
    project.writeMigration("notes.0001_initial");
    project.write(`migrations/${path}`, "");
    await expect(project.migrate([])).rejects.toThrow(message);
  });
});

test("other files beside migrations are let be", async () => {
  await using project = new ScratchProject();
  project.writeMigration("notes.0001_initial");
  for (const path of ["README.md", "notes/0001_initial.d.ts", "notes/0001_initial.js.map"])
    project.write(`migrations/${path}`, "");
  expect(await project.migrate([])).toContain("Applying notes.0001_initial... OK");
});

describe("the order of migrations", () => {
  test("follows what they need, over applications", async () => {
    await using project = new ScratchProject();
    project.writeMigration("a.0001_initial", {
      dependencies: ["b.0002_more", "auth.0012_alter_user_first_name_max_length"],
    });
    project.writeMigration("b.0001_initial");
    project.writeMigration("b.0002_more", { dependencies: ["c.0001_initial", "b.0001_initial"] });
    project.writeMigration("c.0001_initial");
    expect((await project.migrate([])).filter((line) => line.startsWith("Applying"))).toEqual([
      "Applying c.0001_initial... OK",
      "Applying b.0001_initial... OK",
      "Applying b.0002_more... OK",
      "Applying a.0001_initial... OK",
    ]);
  });

  test("puts the user model before what refers to it, though a file that is older than it cannot name it", async () => {
    await using project = new ScratchProject();
    const Account = userModel("zoo.Account", { email: field.email({ unique: true }) }, { usernameField: "email" });
    await makeMigrations({ registry: registryOf([], Account), folder: project.folder });
    const owner = 'owner: { kind: "foreignKey", to: "user" }';
    project.writeMigration("notes.0001_initial", { operations: `createModel("notes.Note", { ${id}, ${owner} })` });
    expect((await project.migrate([], { user: Account })).slice(-2)).toEqual([
      "Applying zoo.0001_initial... OK",
      "Applying notes.0001_initial... OK",
    ]);
    expect(await project.rows(`SELECT "table" FROM pragma_foreign_key_list('notes_note')`)).toEqual(["zoo_account"]);
  });

  test.each<[string, Readonly<Record<string, readonly string[]>>, string]>([
    ["a circle", { "a.0001_x": ["b.0001_y"], "b.0001_y": ["a.0001_x"] }, "circle: a.0001_x → b.0001_y → a.0001_x."],
    [
      "a migration that is not there",
      { "a.0001_x": ["b.0001_y"] },
      "a/0001_x.ts needs b.0001_y, and there is no such migration.",
    ],
    [
      "two ends",
      { "a.0001_x": [], "a.0002_one": ["a.0001_x"], "a.0002_two": ["a.0001_x"] },
      'The migrations of "a" end in 0002_one and 0002_two, which is first nobody says. Run npx drf-auth makemigrations ' +
        '--merge, or write an empty migration that depends on both: `dependencies: [["a", "0002_one"], ["a", "0002_two"]], ' +
        "operations: []`.",
    ],
  ])("cannot be told from %s", async (_what, migrations, message) => {
    await using project = new ScratchProject();
    for (const [key, dependencies] of Object.entries(migrations)) project.writeMigration(key, { dependencies });
    await expect(project.migrate([])).rejects.toThrow(message);
    expect(await project.tables()).toEqual([]);
  });
});
