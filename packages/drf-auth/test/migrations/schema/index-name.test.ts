import { expect, test } from "vitest";
import { indexName } from "../../../src/migrations/schema/index-name.ts";

const w = "w".repeat(95);
const t = "t".repeat(220);

// Each name is what Django 5.2's own schema editor gives for SQLite.
test.each([
  ["thesaurus_word", ["owner_id"], "", "thesaurus_word_owner_id_7cbd7cfa"],
  ["thesaurus_event", ["room", "starts_at"], "_uniq", "thesaurus_event_room_starts_at_34cd25a8_uniq"],
  [w, ["c".repeat(94)], "", `${w}_${"c".repeat(94)}_9764c162`],
  [w, ["c".repeat(95)], "", `${w}_${"c".repeat(95)}_814fafdd`],
  ["words_word", ["a".repeat(120), "b".repeat(120)], "_uniq", `words_word_${"a".repeat(92)}_e62a3fcf_uniq`],
  [`_${t}`, ["x"], "", `D_${"t".repeat(94)}_x_24acfb0`],
  [`9${t}`, ["x".repeat(90)], "_uniq", `D9${"t".repeat(91)}_${"x".repeat(90)}_f564418b_uni`],
])("names the index of %.20s on %.20s as Django does", (table, columns, ending, name) => {
  expect(indexName(table, columns, ending, "sqlite")).toBe(name);
});
