import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type Fill, makeMigrations, unwrittenChanges, type WrittenMigration } from "../../../src/migrations/index.ts";
import { field, Group, model, type Model, User, type UserModel, userModel } from "../../../src/models/index.ts";
import { registryOf, ScratchProject } from "../fixtures/scratch-project.ts";
import { Event, Tag, thesaurus, Word } from "../fixtures/thesaurus.ts";

const repository = fileURLToPath(new URL("../../../../..", import.meta.url));

type Options = { readonly name?: string; readonly isDryRun?: boolean; readonly user?: UserModel };

async function make(project: ScratchProject, models: readonly Model[], { user, ...options }: Options = {}) {
  return makeMigrations({ registry: registryOf(models, user), folder: project.folder, ...options });
}

function keys(written: readonly WrittenMigration[]): string[] {
  return written.map(
    ({ appLabel, name, does }) => `${appLabel}.${name}: ${does.join(", ").replaceAll("makes the table of ", "")}`,
  );
}

/** A model "b.B" that refers to models by name, whichever is declared first. */
function referring(name: `${string}.${string}`, targets: Readonly<Record<string, () => Model>>): Model {
  const getters = Object.entries(targets).map(([key, target]) => [
    key,
    { enumerable: true, get: () => field.foreignKey(target(), { onDelete: "cascade" }) },
  ]);
  return model(name, Object.defineProperties({}, Object.fromEntries(getters) as PropertyDescriptorMap));
}

describe("makeMigrations", () => {
  test("writes the new models of an application as plain data, and then finds nothing to write", async () => {
    await using project = new ScratchProject();
    const written = await make(project, thesaurus);
    expect(keys(written)).toEqual(["thesaurus.0001_initial: thesaurus.Tag, thesaurus.Word, thesaurus.Event"]);
    const { path, text } = written[0] as WrittenMigration;
    expect(path).toBe(`${project.folder}/thesaurus/0001_initial.ts`);
    expect(readFileSync(path, "utf8")).toBe(text);
    expect(text).toBe(`import { createModel, migration } from "drf-auth/migrations";

export default migration({
  dependencies: [],
  operations: [
    createModel("thesaurus.Tag", {
      id: { kind: "bigAuto", primaryKey: true },
      name: { kind: "char", maxLength: 30, unique: true },
    }),
    createModel("thesaurus.Word", {
      id: { kind: "bigAuto", primaryKey: true },
      text: { kind: "char", maxLength: 100, unique: true },
      synonym: { kind: "char", maxLength: 100 },
      antonym: { kind: "char", maxLength: 100, null: true },
      definition: { kind: "text" },
      owner: { kind: "foreignKey", to: "user" },
      created_at: { kind: "dateTime" },
      updated_at: { kind: "dateTime" },
    }),
    createModel(
      "thesaurus.Event",
      {
        id: { kind: "bigAuto", primaryKey: true },
        title: { kind: "char", maxLength: 50 },
        room: { kind: "char", maxLength: 20 },
        starts_at: { kind: "dateTime" },
      },
      { uniqueTogether: [["room", "starts_at"]] },
    ),
  ],
});
`);
    expect(await make(project, thesaurus)).toEqual([]);
  });

  test("writes text that the formatter leaves as it is, and that reads back as the same models", async () => {
    await using project = new ScratchProject();
    const long = (name: string) => `a_name_that_is_long_enough_for_a_line_of_its_own_and_more_${name}`;
    const Wide = model(
      "shop.Wide",
      {
        [long("one")]: field.foreignKey(Group, { onDelete: "protect", null: true, index: false }),
        [long("two")]: field.char({ maxLength: 100, null: true, unique: true }),
        code: field.char({ maxLength: 10, primaryKey: true }),
        owner: field.oneToOne(User, { onDelete: "cascade" }),
        parent: field.foreignKey("self", { onDelete: "setNull", null: true }),
        at: field.dateTime({ index: true }),
      },
      {
        table: "wide",
        uniqueTogether: [
          ["code", "owner"],
          ["code", "at"],
        ],
      },
    );
    const Wider = model(
      "shop.Wider",
      { [long("one")]: field.text(), [long("two")]: field.text() },
      {
        uniqueTogether: [[long("one"), long("two")]],
      },
    );
    const written = await make(project, [Wide, Wider]);
    const [{ path, text }] = written as [WrittenMigration];
    expect(text).toContain(`    createModel(
      "shop.Wide",
      {
        ${long("one")}: {
          kind: "foreignKey",
          to: "auth.Group",
          null: true,
          index: false,
        },`);
    expect(text).toContain(`        code: { kind: "char", primaryKey: true, maxLength: 10 },
        owner: { kind: "oneToOne", to: "user" },
        parent: { kind: "foreignKey", to: "shop.Wide", null: true },
        at: { kind: "dateTime", index: true },`);
    const oxfmt = `${repository}/node_modules/.bin/oxfmt`;
    execFileSync(oxfmt, ["--config", `${repository}/.oxfmtrc.json`, path], { cwd: project.root });
    expect(readFileSync(path, "utf8")).toBe(text);
    expect(await make(project, [Wide, Wider])).toEqual([]);
    await project.migrate([Wide, Wider]);
    expect(await project.rows("SELECT name FROM pragma_index_list('wide') WHERE origin = 'c' ORDER BY name")).toEqual([
      "wide_at_560b84a8",
      "wide_code_at_9e0e66db_uniq",
      "wide_code_owner_id_4c00f57d_uniq",
      "wide_parent_id_29dd2bf1",
    ]);
  });

  test("numbers what follows, names it after its models, and lets it depend on what it needs", async () => {
    await using project = new ScratchProject();
    await make(project, [Tag]);
    const Link = referring("links.Link", { tag: () => Tag, word: () => Word });
    const written = await make(project, [Tag, Word, Event, Link]);
    expect(keys(written)).toEqual([
      "thesaurus.0002_word_event: thesaurus.Word, thesaurus.Event",
      "links.0001_initial: links.Link",
    ]);
    expect(written[0]?.text).toContain('dependencies: [["thesaurus", "0001_initial"]],');
    expect(written[1]?.text).toContain(`  dependencies: [
    ["thesaurus", "0001_initial"],
    ["thesaurus", "0002_word_event"],
  ],`);
  });

  test("cuts a name that would be longer than Django's", async () => {
    await using project = new ScratchProject();
    await make(project, [Tag]);
    const many = ["Alphabetical", "Botanical", "Chronological", "HistoricalComparative"].map((name) =>
      model(`thesaurus.${name}`, {}),
    );
    expect((await make(project, [Tag, ...many]))[0]?.name).toBe("0002_alphabetical_botanical_chronological_and_more");
  });

  test("takes a name, and refuses one that would leave the folder", async () => {
    await using project = new ScratchProject();
    expect(keys(await make(project, [Tag], { name: "tags" }))).toEqual(["thesaurus.0001_tags: thesaurus.Tag"]);
    await expect(make(project, [Tag, Event], { name: "../../app" })).rejects.toThrow('--name "../../app"');
  });

  test("writes nothing on a dry run", async () => {
    await using project = new ScratchProject();
    expect(await make(project, [Tag], { isDryRun: true })).toHaveLength(1);
    expect(existsSync(project.folder)).toBe(false);
  });

  test("never writes over a file that is there", async () => {
    await using project = new ScratchProject();
    const text = "export {};";
    const path = project.write("migrations/thesaurus/0001_initial.ts", text);
    await expect(make(project, [Tag])).rejects.toThrow(`${path}: it exports no migration`);
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  test("writes a file once, of two runs at the same time", async () => {
    await using project = new ScratchProject();
    const runs = await Promise.allSettled([make(project, [Tag]), make(project, [Event])]);
    expect(runs.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(readFileSync(`${project.folder}/thesaurus/0001_initial.ts`, "utf8")).toContain("thesaurus.Tag");
  });
});

describe("models that refer to each other", () => {
  test("are made in one migration when they belong to one application", async () => {
    await using project = new ScratchProject();
    const Book: Model = referring("shop.Book", { author: () => Author });
    const Author: Model = referring("shop.Author", { favourite: () => Book });
    expect(keys(await make(project, [Book, Author]))).toEqual(["shop.0001_initial: shop.Author, shop.Book"]);
    await project.migrate([Book, Author]);
    expect(await project.rows(`SELECT "table" FROM pragma_foreign_key_list('shop_author')`)).toEqual(["shop_book"]);
  });

  test("split an application's migration where only the applications refer to each other", async () => {
    await using project = new ScratchProject();
    const A1 = model("a.A1", {});
    const B1 = referring("b.B1", { a: () => A1 });
    const A2 = referring("a.A2", { b: () => B1 });
    const models = [A2, B1, A1];
    expect(keys(await make(project, models))).toEqual([
      "a.0001_initial: a.A1",
      "b.0001_initial: b.B1",
      "a.0002_a2: a.A2",
    ]);
    expect(await project.migrate(models)).toEqual(
      expect.arrayContaining([
        "Applying a.0001_initial... OK",
        "Applying b.0001_initial... OK",
        "Applying a.0002_a2... OK",
      ]),
    );
  });

  test("are refused in a circle over several applications", async () => {
    await using project = new ScratchProject();
    const Book: Model = referring("shop.Book", { author: () => Author });
    const Author: Model = referring("people.Author", { favourite: () => Book });
    await expect(make(project, [Book, Author, Tag])).rejects.toThrow(
      "Models of several applications refer to each other in a circle: shop.Book, people.Author.",
    );
  });

  test("come after a user model of the project's own", async () => {
    await using project = new ScratchProject();
    const Account = userModel("zoo.Account", { email: field.email({ unique: true }) }, { usernameField: "email" });
    const Note = model("notes.Note", { owner: field.foreignKey(Account, { onDelete: "cascade" }) });
    const written = await make(project, [Note], { user: Account });
    expect(keys(written)).toEqual([
      "zoo.0001_initial: zoo.Account, zoo.AccountGroup, zoo.AccountPermission",
      "notes.0001_initial: notes.Note",
    ]);
    expect(written[1]?.text).toContain('owner: { kind: "foreignKey", to: "user" },');
    expect(written[1]?.text).toContain('dependencies: [["zoo", "0001_initial"]],');
  });
});

describe("a change of a model that has its table", () => {
  const base = { text: field.char({ maxLength: 10 }), at: field.dateTime() };
  const Note = model("notes.Note", base);
  const Other = model("notes.Other", { email: field.email({ unique: true }) });

  const answers = (renames: Readonly<Record<string, string | null>>, fills: Readonly<Record<string, Fill>> = {}) => ({
    renames: new Map(Object.entries(renames)),
    fills: new Map(Object.entries(fills)),
  });
  const change = async (changed: readonly Model[], known = answers({})) => {
    await using project = new ScratchProject();
    await make(project, [Note, Other]);
    const registry = registryOf(changed);
    const made = await makeMigrations({ registry, folder: project.folder, answers: known });
    expect(await unwrittenChanges({ registry, folder: project.folder })).toEqual([]);
    await project.migrate(changed);
    return made.map(({ name, text }) => [name, /operations: \[\n([\s\S]*?)\n {2}\],/.exec(text)?.[1]?.trim()]);
  };

  test.each<[string, Model, string, string]>([
    [
      "an added field",
      model("notes.Note", { ...base, more: field.text({ blank: true }) }),
      "0002_note_more",
      'addField("notes.Note", "more", { kind: "text" }, { fill: "" }),',
    ],
    [
      "an added field with a default",
      model("notes.Note", { ...base, count: field.integer({ default: 3 }) }),
      "0002_note_count",
      'addField("notes.Note", "count", { kind: "integer" }, { fill: 3 }),',
    ],
    [
      "an added field that may be null",
      model("notes.Note", { ...base, owner: field.foreignKey("user", { onDelete: "cascade", null: true }) }),
      "0002_note_owner",
      'addField("notes.Note", "owner", { kind: "foreignKey", to: "user", null: true }),',
    ],
    [
      "a removed field",
      model("notes.Note", { text: base.text }),
      "0002_remove_note_at",
      'removeField("notes.Note", "at"),',
    ],
    [
      "another length",
      model("notes.Note", { ...base, text: field.char({ maxLength: 20 }) }),
      "0002_alter_note_text",
      'alterField("notes.Note", "text", { kind: "char", maxLength: 20 }),',
    ],
    [
      "null",
      model("notes.Note", { ...base, at: field.dateTime({ null: true }) }),
      "0002_alter_note_at",
      'alterField("notes.Note", "at", { kind: "dateTime", null: true }),',
    ],
    [
      "an index",
      model("notes.Note", { ...base, at: field.dateTime({ index: true }) }),
      "0002_alter_note_at",
      'alterField("notes.Note", "at", { kind: "dateTime", index: true }),',
    ],
    [
      "a unique set",
      model("notes.Note", base, { uniqueTogether: [["text", "at"]] }),
      "0002_alter_note_unique_together",
      'alterUniqueTogether("notes.Note", [["text", "at"]]),',
    ],
    [
      "another table",
      model("notes.Note", base, { table: "notes" }),
      "0002_alter_note_table",
      'alterTable("notes.Note", "notes"),',
    ],
  ])("is written: %s", async (_what, changed, name, text) => {
    expect(await change([changed, Other])).toEqual([[name, text]]);
  });

  test("is written as what it is said to be: a rename, or a field that is gone and another", async () => {
    const renamed = model("notes.Note", { title: field.char({ maxLength: 10 }), at: base.at });
    expect(await change([renamed, Other], answers({ "notes.Note.text": "title" }))).toEqual([
      ["0002_rename_text_note_title", 'renameField("notes.Note", "text", "title"),'],
    ]);
    expect(
      await change([renamed, Other], answers({ "notes.Note.text": null }, { "notes.Note.title": "none" })),
    ).toEqual([
      [
        "0002_note_title_remove_note_text",
        'addField("notes.Note", "title", { kind: "char", maxLength: 10 }, { fill: "none" }),\n    removeField("notes.Note", "text"),',
      ],
    ]);
    const Remark = model("notes.Remark", base);
    expect(await change([Remark, Other], answers({ "notes.Note": "notes.Remark" }))).toEqual([
      ["0002_rename_note", 'renameModel("notes.Note", "notes.Remark"),'],
    ]);
  });

  test.each<[string, readonly Model[], string]>([
    [
      "a needed field",
      [model("notes.Note", { ...base, more: field.text() }), Other],
      "notes.Note.more is new and may not be null. Say what the rows that are there hold: --fill notes.Note.more=VALUE",
    ],
    [
      "what may be a rename of a field",
      [model("notes.Note", { title: field.char({ maxLength: 10 }), at: base.at }), Other],
      "--rename notes.Note.text=title, or that its content goes: --removed notes.Note.text",
    ],
    [
      "what may be a rename of a model",
      [model("notes.Remark", base), Other],
      "--rename notes.Note=notes.Remark, or that its content goes: --removed notes.Note",
    ],
    [
      "another kind",
      [model("notes.Note", { ...base, at: field.text() }), Other],
      "notes.Note.at is text, and was dateTime: what rows hold cannot become that by itself.",
    ],
    ["another id", [model("notes.Note", base, { idKind: "auto" }), Other], "notes.Note.id is auto (primaryKey: true)"],
    [
      "another primary key",
      [model("notes.Note", { ...base, code: field.char({ maxLength: 9, primaryKey: true }) }), Other],
      "notes.Note: its primary key is code, and was id. Rows are known by their key",
    ],
    [
      "a field that becomes the primary key",
      [model("notes.Note", { ...base, text: field.char({ maxLength: 10, primaryKey: true }) }), Other],
      "notes.Note: its primary key is text, and was id. Rows are known by their key",
    ],
  ])("is not guessed: %s", async (_what, changed, message) => {
    await using project = new ScratchProject();
    await make(project, [Note, Other]);
    await expect(make(project, [...changed, Tag])).rejects.toThrow(message);
    expect(existsSync(`${project.folder}/thesaurus`)).toBe(false);
  });

  test.each<[string, Model, Readonly<Record<string, string | null>>, string]>([
    [
      "of another length",
      model("notes.Code", { code: field.char({ maxLength: 20, primaryKey: true }) }),
      {},
      "notes.Code.code is char (primaryKey: true, maxLength: 20), and was char (primaryKey: true, maxLength: 9). Rows are known",
    ],
    ["that is the implicit id now", model("notes.Code", {}), {}, "notes.Code: its primary key is id, and was code."],
    [
      "that is the implicit id beside it now",
      model("notes.Code", { code: field.char({ maxLength: 9 }) }),
      {},
      "notes.Code: its primary key is id, and was code.",
    ],
    [
      "that may have another name",
      model("notes.Code", { slug: field.char({ maxLength: 9, primaryKey: true }) }),
      {},
      "--rename notes.Code.code=slug, or that its content goes: --removed notes.Code.code",
    ],
    [
      "that is gone",
      model("notes.Code", { slug: field.char({ maxLength: 9, primaryKey: true }) }),
      { "notes.Code.code": null },
      "notes.Code: its primary key is slug, and was code.",
    ],
  ])("refuses a primary key %s", async (_what, changed, renames, message) => {
    await using project = new ScratchProject();
    await make(project, [model("notes.Code", { code: field.char({ maxLength: 9, primaryKey: true }) })]);
    const made = makeMigrations({ registry: registryOf([changed]), folder: project.folder, answers: answers(renames) });
    await expect(made).rejects.toThrow(message);
  });

  test("is asked about where somebody can be asked, one question after another", async () => {
    await using project = new ScratchProject();
    await make(project, [Note, Other]);
    const asked: string[] = [];
    const changed = [
      model("notes.Note", { title: field.char({ maxLength: 10 }), at: base.at, size: field.integer() }),
      Other,
    ];
    const [written] = await makeMigrations({
      registry: registryOf(changed),
      folder: project.folder,
      ask: async (question, known) => {
        asked.push(question.type === "fill" ? question.field : question.name);
        return question.type === "fill"
          ? { ...known, fills: new Map([...known.fills, [question.field, 0]]) }
          : { ...known, renames: new Map([...known.renames, [question.name, "title"]]) };
      },
    });
    expect(asked).toEqual(["notes.Note.text", "notes.Note.size"]);
    expect(written?.does).toEqual(["renames notes.Note.text to title", "adds notes.Note.size"]);
  });

  test("of several applications is as many migrations as their order needs", async () => {
    await using project = new ScratchProject();
    await make(project, [Note, Other]);
    const Label = model("labels.Label", { name: field.char({ maxLength: 5 }) });
    const labelled = model("notes.Note", {
      ...base,
      label: field.foreignKey(Label, { onDelete: "cascade", null: true }),
    });
    expect(keys(await make(project, [labelled, Other, Label]))).toEqual([
      "labels.0001_initial: labels.Label",
      "notes.0002_note_label: adds notes.Note.label",
    ]);
    await project.migrate([labelled, Other, Label]);
    expect(keys(await make(project, [Note, Other]))).toEqual([
      "notes.0003_remove_note_label: removes notes.Note.label, and LOSES WHAT IS IN IT",
      "labels.0002_delete_label: removes labels.Label, and LOSES ITS ROWS",
    ]);
    await project.migrate([Note, Other]);
    expect(await project.tables()).not.toContain("labels_label");
  });

  test("needs no migration where the table stays the same", async () => {
    await using project = new ScratchProject();
    await make(project, [Note, Other]);
    const sameNote = model(
      "notes.Note",
      {
        at: field.dateTime({ default: "now", blank: true, null: false, index: false, verboseName: "when" }),
        text: field.char({ maxLength: 10, blank: true, default: "", helpText: "What it says." }),
      },
      { ordering: ["-at"], verboseName: "remark" },
    );
    const sameOther = model("notes.Other", { email: field.char({ maxLength: 254, unique: true, index: true }) });
    expect(await make(project, [sameNote, sameOther])).toEqual([]);
    expect(await unwrittenChanges({ registry: registryOf([sameNote, sameOther]), folder: project.folder })).toEqual([]);
  });

  test("is said in lines, beside the models that have no table", async () => {
    await using project = new ScratchProject();
    await make(project, [Note]);
    const registry = registryOf([model("notes.Note", { text: base.text }), Tag]);
    expect(await unwrittenChanges({ registry, folder: project.folder })).toEqual([
      "thesaurus.Tag has no table yet",
      "a migration removes notes.Note.at, and LOSES WHAT IS IN IT",
    ]);
  });
});
