import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { field, model, type Model } from "../../../src/models/index.ts";
import { ModelsProject, type Said } from "../fixtures/models-project.ts";

const char = field.char({ maxLength: 9 });
const Tag = model("notes.Tag", { name: char });
const Label = model("notes.Label", { name: char });
const before = [
  model("notes.Note", { text: char, size: field.integer(), tags: field.manyToMany(Tag) }),
  model("notes.Draft", { text: char }),
  Tag,
];
const note = (name: "Memo" | "Note", columns: Parameters<typeof model>[1]) => model(`notes.${name}`, columns);
/** Both models and both fields have another name. */
const after = [
  note("Memo", { body: char, length: field.integer(), tags: field.manyToMany(Tag) }),
  model("notes.Sketch", { text: char }),
  Tag,
];
const all = {
  "notes.Note": "notes.Memo",
  "notes.Draft": "notes.Sketch",
  "notes.Memo.text": "body",
  "notes.Memo.size": "length",
};

async function written(models: readonly Model[], said: Said, earlier: readonly Model[]): Promise<string[]> {
  await using project = new ModelsProject();
  await project.make({ models: earlier });
  const made = await project.make({ models }, said);
  return made.map((line) => line.replace(/^notes\.0002\S* /, ""));
}

async function refused(models: readonly Model[], said: Said, earlier: readonly Model[] = before): Promise<unknown> {
  await using project = new ModelsProject();
  await project.make({ models: earlier });
  const [{ reason } = { reason: undefined }] = (await Promise.allSettled([project.make({ models }, said)])) as [
    { readonly reason?: unknown },
  ];
  expect(readdirSync(`${project.scratch.folder}/notes`)).toEqual(["0001_initial.ts"]);
  return reason instanceof Error ? reason.message : reason;
}

describe("an answer that does not fit is an error that says why, and nothing is written:", () => {
  test.each<[string, Said["renames"], string]>([
    ["a model that is not there", { "notes.Notes": "notes.Memo" }, 'the model notes.Notes. Did you mean "notes.Note"?'],
    ["another case", { "notes.note": "notes.Memo" }, 'the model notes.note. Did you mean "notes.Note"?'],
    ["no model at all", { Note: "notes.Memo" }, "write a model as words.Word, and a field as words.Word.text."],
    [
      "a model that stayed",
      { "notes.Tag": "notes.Memo" },
      "--rename notes.Tag=notes.Memo: the model notes.Tag is there still.",
    ],
    ["a model removed that stayed", { "notes.Tag": null }, "--removed notes.Tag: the model notes.Tag is there still."],
    ["a new name that is not there", { "notes.Note": "notes.Mem" }, 'no model notes.Mem. Did you mean "notes.Memo"?'],
    ["a new name that is not new", { "notes.Note": "notes.Tag" }, "the model notes.Tag is not new."],
    ["another application", { "notes.Note": "other.Memo" }, "a model cannot move to another application."],
    ["a new name twice", { "notes.Draft": "notes.Memo" }, "notes.Note is said to be notes.Memo too."],
    [
      "a field that was not there",
      { "notes.Memo.tekst": "body" },
      'the field tekst of notes.Memo. Did you mean "text"?',
    ],
    ["a field that stayed", { "notes.Memo.tags": "body" }, "the field tags of notes.Memo is there still."],
    ["a field of the old name", { "notes.Note.text": "body" }, "notes.Note is notes.Memo now: write notes.Memo.text."],
    ["a field of no model", { "notes.Mem.text": "body" }, 'there is no model notes.Mem. Did you mean "notes.Memo"?'],
    [
      "a new field that is not there",
      { "notes.Memo.text": "boddy" },
      'no field boddy of notes.Memo. Did you mean "body"?',
    ],
    ["a new field that is not new", { "notes.Memo.text": "tags" }, "the field tags of notes.Memo is not new."],
    [
      "a field of another kind",
      { "notes.Memo.text": "length", "notes.Memo.size": "body" },
      "text was char (maxLength: 9), and length is integer: what rows hold cannot become that by itself.",
    ],
    ["a new field twice", { "notes.Memo.size": "body" }, "text is said to be body too."],
  ])("%s", async (_what, wrong, message) => {
    expect(await refused(after, { renames: { ...all, ...wrong } })).toContain(message);
  });

  test.each<[string, readonly Model[], Said, string]>([
    [
      "names that are exchanged",
      [Tag, ...before.slice(0, 2)],
      { renames: { "notes.Tag": "notes.Draft", "notes.Draft": "notes.Tag" } },
      "notes.Tag and notes.Draft cannot take each other's name at once.",
    ],
    [
      "a name that is taken from what goes",
      [...before.slice(0, 1), Tag],
      { renames: { "notes.Draft": "notes.Tag", "notes.Tag": null } },
      "the model notes.Tag is not new.",
    ],
    [
      "a fill that nobody asks for",
      before,
      { fills: { "notes.Note.text": "x" } },
      "--fill notes.Note.text: it is neither new",
    ],
    [
      "a fill of what may be null",
      [note("Note", { ...before[0]?.fields, more: field.text({ null: true }) }), ...before.slice(1)],
      { fills: { "notes.Note.more": "x" } },
      "--fill notes.Note.more: it is neither new",
    ],
    [
      "a relation of many to many that became a column",
      [note("Note", { text: char, size: field.integer(), labels: char }), ...before.slice(1)],
      { renames: { "notes.Note.tags": "labels" } },
      "tags was manyToMany to notes.Tag, and labels is char (maxLength: 9)",
    ],
    [
      "a relation of many to many to another model",
      [note("Note", { text: char, size: field.integer(), labels: field.manyToMany(Label) }), ...before.slice(1), Label],
      { renames: { "notes.Note.tags": "labels" } },
      "tags was manyToMany to notes.Tag, and labels is manyToMany to notes.Label",
    ],
  ])("%s", async (_what, models, said, message) => {
    expect(await refused(models, said)).toContain(message);
  });
});

describe("names go on from one to the next", () => {
  test("of models", async () => {
    const earlier = [model("notes.A", { text: char }), model("notes.B", { text: char, a: field.manyToMany("self") })];
    const later = [model("notes.B", { text: char }), model("notes.C", { text: char, a: field.manyToMany("self") })];
    const renames = { "notes.A": "notes.B", "notes.B": "notes.C" };
    expect(await written(later, { renames }, earlier)).toEqual([
      "renames notes.B to notes.C",
      "renames notes.A to notes.B",
      "renames notes.B_a to notes.C_a",
      "renames notes.C_a.from_b to from_c",
      "renames notes.C_a.to_b to to_c",
    ]);
  });

  test("of fields", async () => {
    const earlier = [model("notes.A", { one: char, two: char })];
    const later = [model("notes.A", { two: char, three: char })];
    const renames = { "notes.A.one": "two", "notes.A.two": "three" };
    expect(await written(later, { renames }, earlier)).toEqual([
      "renames notes.A.two to three",
      "renames notes.A.one to two",
    ]);
  });
});

test("what is asked of models is asked first, and fields that lead to them wait", async () => {
  const leading = (to: Model) => model("notes.Note", { main: field.foreignKey(to, { onDelete: "cascade" }) });
  const earlier = [Tag, leading(Tag)];
  expect(await refused([Label, leading(Label)], {}, earlier)).toBe(
    "Changes that may be meant in more than one way:\n  - notes.Tag is gone, and notes.Label is new. Say which it is: " +
      "--rename notes.Tag=notes.Label, or that its content goes: --removed notes.Tag",
  );
  expect(await written([Label, leading(Label)], { renames: { "notes.Tag": "notes.Label" } }, earlier)).toEqual([
    "renames notes.Tag to notes.Label",
  ]);
});

test("a model that has another name and another field is asked about, one that is like none that is gone is not", async () => {
  const whole = field.integer({ default: 0 });
  const earlier = [model("notes.Post", { title: char, body: char, likes: whole })];
  const later = [model("notes.Article", { title: char, body: char, votes: whole, views: whole })];
  expect(await refused(later, {}, earlier)).toContain("--rename notes.Post=notes.Article, or that its content goes");
  const renames = { "notes.Post": "notes.Article", "notes.Article.likes": "votes" };
  expect(await written(later, { renames }, earlier)).toEqual([
    "renames notes.Post to notes.Article",
    "renames notes.Article.likes to votes",
    "adds notes.Article.views",
  ]);
  expect(await written([model("notes.Vote", { votes: whole })], {}, earlier)).toEqual([
    "makes the table of notes.Vote",
    "removes notes.Post, and LOSES ITS ROWS",
  ]);
});

test("two models of which one refers to the other may both have another name", async () => {
  const both = (names: readonly [string, string]): readonly Model[] => {
    const main = model(`notes.${names[0]}`, { name: char });
    return [main, model(`notes.${names[1]}`, { main: field.foreignKey(main, { onDelete: "cascade" }) })];
  };
  const message = await refused(both(["C", "D"]), {}, both(["A", "B"]));
  expect(String(message).match(/--rename [^,]+/g)).toEqual(["--rename notes.A=notes.C", "--rename notes.B=notes.D"]);
  const renames = { "notes.A": "notes.C", "notes.B": "notes.D" };
  expect(await written(both(["C", "D"]), { renames }, both(["A", "B"]))).toEqual([
    "renames notes.A to notes.C",
    "renames notes.B to notes.D",
  ]);
});
