import { describe, expect, test } from "vitest";
import { UniqueViolation } from "../../src/database/index.ts";
import { field, model, type Model, userModel } from "../../src/models/index.ts";
import { type Models, ModelsProject } from "./fixtures/models-project.ts";

const Tag = model("notes.Tag", { name: field.char({ maxLength: 20 }) });
const Label = model("notes.Label", { name: field.char({ maxLength: 20 }) });
const tagged = (name: `${string}.${string}`, to: Model, fieldName = "tags"): Model =>
  model(name, { title: field.char({ maxLength: 20 }), [fieldName]: field.manyToMany(to) });
const linked = (name: `${string}.${string}`): Model =>
  model(name, { title: field.char({ maxLength: 20 }), links: field.manyToMany("self") });

interface JoinCase {
  readonly before: Models;
  readonly after: Models;
  readonly renames: Readonly<Record<string, string>>;
  readonly does: readonly string[];
  /** The joining table and its columns. */
  readonly old: readonly [table: string, source: string, target: string];
  readonly now: readonly [table: string, source: string, target: string];
  readonly rows: readonly string[];
}

const person = (name: `${string}.${string}`) =>
  userModel(name, { email: field.email({ unique: true }) }, { usernameField: "email" });
const [Person, Human] = [person("people.Person"), person("people.Human")];
const pair = ["INSERT INTO notes_tag (name) VALUES ('red')"];

const joins: Readonly<Record<string, JoinCase>> = {
  "of a renamed model": {
    before: { models: [Tag, tagged("notes.Note", Tag)] },
    after: { models: [Tag, tagged("notes.Memo", Tag)] },
    renames: { "notes.Note": "notes.Memo" },
    does: [
      "renames notes.Note to notes.Memo",
      "renames notes.Note_tags to notes.Memo_tags",
      "renames notes.Memo_tags.note to memo",
    ],
    old: ["notes_note_tags", "note_id", "tag_id"],
    now: ["notes_memo_tags", "memo_id", "tag_id"],
    rows: ["INSERT INTO notes_note (title) VALUES ('one')", ...pair],
  },
  "of a renamed model to itself": {
    before: { models: [linked("notes.Note")] },
    after: { models: [linked("notes.Memo")] },
    renames: { "notes.Note": "notes.Memo" },
    does: [
      "renames notes.Note to notes.Memo",
      "renames notes.Note_links to notes.Memo_links",
      "renames notes.Memo_links.from_note to from_memo",
      "renames notes.Memo_links.to_note to to_memo",
    ],
    old: ["notes_note_links", "from_note_id", "to_note_id"],
    now: ["notes_memo_links", "from_memo_id", "to_memo_id"],
    rows: ["INSERT INTO notes_note (title) VALUES ('one')"],
  },
  "to a renamed model": {
    before: { models: [Tag, tagged("notes.Note", Tag)] },
    after: { models: [Label, tagged("notes.Note", Label)] },
    renames: { "notes.Tag": "notes.Label" },
    does: ["renames notes.Tag to notes.Label", "renames notes.Note_tags.tag to label"],
    old: ["notes_note_tags", "note_id", "tag_id"],
    now: ["notes_note_tags", "note_id", "label_id"],
    rows: ["INSERT INTO notes_note (title) VALUES ('one')", ...pair],
  },
  "of a renamed field": {
    before: { models: [Tag, tagged("notes.Note", Tag)] },
    after: { models: [Tag, tagged("notes.Note", Tag, "labels")] },
    renames: { "notes.Note.tags": "labels" },
    does: ["renames notes.Note_tags to notes.Note_labels"],
    old: ["notes_note_tags", "note_id", "tag_id"],
    now: ["notes_note_labels", "note_id", "tag_id"],
    rows: ["INSERT INTO notes_note (title) VALUES ('one')", ...pair],
  },
  "of which model, field and target are renamed at once": {
    before: { models: [Tag, tagged("notes.Note", Tag)] },
    after: { models: [Label, tagged("notes.Memo", Label, "labels")] },
    renames: { "notes.Note": "notes.Memo", "notes.Tag": "notes.Label", "notes.Memo.tags": "labels" },
    does: [
      "renames notes.Tag to notes.Label",
      "renames notes.Note to notes.Memo",
      "renames notes.Note_tags to notes.Memo_labels",
      "renames notes.Memo_labels.note to memo",
      "renames notes.Memo_labels.tag to label",
    ],
    old: ["notes_note_tags", "note_id", "tag_id"],
    now: ["notes_memo_labels", "memo_id", "label_id"],
    rows: ["INSERT INTO notes_note (title) VALUES ('one')", ...pair],
  },
  "of a renamed user model": {
    before: { models: [], user: Person },
    after: { models: [], user: Human },
    renames: { "people.Person": "people.Human" },
    does: [
      "renames people.Person to people.Human",
      "renames people.PersonGroup to people.HumanGroup",
      "renames people.PersonPermission to people.HumanPermission",
      "renames people.HumanGroup.person to human",
      "renames people.HumanPermission.person to human",
    ],
    old: ["people_person_groups", "person_id", "group_id"],
    now: ["people_human_groups", "human_id", "group_id"],
    rows: [
      "INSERT INTO people_person (email, password, is_superuser, is_staff, is_active, date_joined) VALUES " +
        "('a@b.example', '', '0', '0', '1', '2026-01-01')",
      "INSERT INTO auth_group (name) VALUES ('readers')",
    ],
  },
};

describe("the rows of a joining table stay, there and back,", () => {
  test.each(Object.entries(joins))("%s", async (_what, { before, after, renames, does, old, now, rows }) => {
    await using project = new ModelsProject();
    await project.make(before);
    await project.migrate(before);
    await project.execute(...rows, `INSERT INTO ${old[0]} (${old[1]}, ${old[2]}) VALUES (1, 1)`);
    const made = await project.make(after, { renames });
    expect(made.map((sentence) => sentence.replace(/^\S+ /, ""))).toEqual(does);
    await project.migrate(after);
    const read = ([table, ...columns]: typeof now) => project.rows(`SELECT ${columns.join()} FROM ${table}`);
    expect(await read(now)).toEqual(["1 1"]);
    await expect(project.execute(`INSERT INTO ${now[0]} (${now[1]}, ${now[2]}) VALUES (1, 1)`)).rejects.toThrow(
      UniqueViolation,
    );
    expect(await project.make(after)).toEqual([]);
    const [appLabel = ""] = made[0]?.split(".") ?? [];
    await project.migrate(after, `${appLabel}.0001`);
    expect(await read(old)).toEqual(["1 1"]);
    await project.migrate(after);
    expect(await read(now)).toEqual(["1 1"]);
    project.startAfresh();
    await project.migrate(after);
    expect(await read(now)).toEqual([]);
  });

  test.each<[string, Models, string]>([
    ["a model", { models: [Tag, tagged("notes.Memo", Tag)] }, "--rename notes.Note=notes.Memo"],
    ["a target", { models: [Label, tagged("notes.Note", Label)] }, "--rename notes.Tag=notes.Label"],
    ["a field", { models: [Tag, tagged("notes.Note", Tag, "labels")] }, "--rename notes.Note.tags=labels"],
  ])("and nothing but the rename is asked: %s", async (_what, after, question) => {
    await using project = new ModelsProject();
    await project.make({ models: [Tag, tagged("notes.Note", Tag)] });
    const refused: unknown = await project.make(after).catch((error: unknown) => error);
    expect(String(refused).match(/--\w+ [^\s,]+/g)).toEqual([
      question,
      question.replace("rename", "removed").split("=")[0],
    ]);
  });
});
