import { expect, test } from "vitest";
import { type Fill, fillFromText } from "../../../src/migrations/index.ts";
import { field, model } from "../../../src/models/index.ts";
import { isOnPostgresql } from "../../fixtures/thesaurus.ts";
import { ModelsProject } from "../fixtures/models-project.ts";
import { registryOf, ScratchProject } from "../fixtures/scratch-project.ts";

const Code = model("notes.Code", { code: field.char({ maxLength: 3, primaryKey: true }) });
const Plain = model("notes.Note", {});
const fields = {
  big: field.bigInteger(),
  code: field.foreignKey(Code, { onDelete: "cascade" }),
  d: field.date(),
  email: field.email(),
  flag: field.boolean(),
  ip: field.ip(),
  j: field.json(),
  at: field.dateTime(),
  note: field.foreignKey("self", { onDelete: "cascade" }),
  price: field.decimal({ maxDigits: 5, decimalPlaces: 2 }),
  ratio: field.float(),
  size: field.positiveInteger(),
  small: field.smallInteger(),
  span: field.duration(),
  text: field.text(),
  time: field.time(),
  title: field.char({ maxLength: 5 }),
  uuid: field.uuid(),
  whole: field.integer(),
  wide: field.positiveBigInteger(),
};
const Full = model("notes.Note", fields);
const registry = registryOf([Code, Full]);

const uuid = "123e4567-e89b-42d3-a456-426614174000";
type Name = keyof typeof fields;
const right: readonly (readonly [Name, string, onSqlite: string, onPostgresql: string])[] = (
  [
    ["big", "-9223372036854775808", "-9223372036854775808"],
    ["code", "abc", "abc"],
    ["d", "2024-02-29", "2024-02-29"],
    ["email", "a@b.example", "a@b.example"],
    ["flag", "true", "1", "1"],
    ["ip", "2001:db8::1", "2001:db8::1"],
    [
      "j",
      '{"a-b": [1, null, "x"], "__proto__": {}, "n": 12345678901234567890}',
      '{"a-b":[1,null,"x"],"__proto__":{},"n":12345678901234567890}',
      '{"n": 12345678901234567890, "a-b": [1, null, "x"], "__proto__": {}}',
    ],
    ["j", "[]", "[]"],
    ["j", '"text"', '"text"'],
    ["at", "2026-12-31T23:59:00+01:00", "2026-12-31 22:59:00"],
    ["note", "1", "1"],
    ["price", "-999.99", "-999.99"],
    ["price", "1.500", "1.5", "1.50"],
    ["ratio", "1.5", "1.5"],
    ["size", "2147483647", "2147483647"],
    ["small", "-32768", "-32768"],
    ["span", "1 02:03:04", "93784000000"],
    ["text", "it's", "it's"],
    ["time", "23:59:00", "23:59:00"],
    ["title", "äöüß😀", "äöüß😀"],
    ["uuid", uuid, uuid.replaceAll("-", ""), uuid],
    ["whole", "-1", "-1"],
    ["wide", "9223372036854775807", "9223372036854775807"],
  ] as const
).map(([name, text, onSqlite, onPostgresql]) => [name, text, onSqlite, onPostgresql ?? onSqlite]);

test("a fill is what the rows that are there hold then", async () => {
  await using project = new ModelsProject();
  await project.make({ models: [Code, Plain] });
  await project.migrate({ models: [Code, Plain] });
  await project.execute("INSERT INTO notes_note (id) VALUES (1)", "INSERT INTO notes_code (code) VALUES ('abc')");
  const named = right.map(([name, ...rest], index) => [`${name}_${index}`, name, ...rest] as const);
  const models = [Code, model("notes.Note", Object.fromEntries(named.map(([own, name]) => [own, fields[name]])))];
  const own = registryOf(models);
  const fills = named.map(([name, , text]) => [`notes.Note.${name}`, fillFromText(own, `notes.Note.${name}`, text)]);
  await project.make({ models }, { fills: Object.fromEntries(fills) as Readonly<Record<string, Fill>> });
  await project.migrate({ models });
  const stored = await Promise.all(
    named.map(async ([name, kind, text]) => {
      const column = fields[kind].kind === "foreignKey" ? `${name}_id` : name;
      const read = isOnPostgresql ? readOnPostgresql(kind, column) : `CAST(${column} AS text)`;
      return [kind, text, ...(await project.rows(`SELECT ${read} FROM notes_note`))];
    }),
  );
  expect(stored).toEqual(
    right.map(([kind, text, onSqlite, onPostgresql]) => [kind, text, isOnPostgresql ? onPostgresql : onSqlite]),
  );
});

function readOnPostgresql(kind: Name, column: string): string {
  if (kind === "flag") return `${column}::int::text`;
  if (kind === "span") return `(extract(epoch from ${column}) * 1000000)::bigint::text`;
  if (kind === "at") return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')`;
  return kind === "ip" ? `host(${column})` : `${column}::text`;
}

const wrong: readonly (readonly [Name, string, takes: string])[] = [
  ["big", "abc", "a whole number from -9223372036854775808 to 9223372036854775807"],
  ["big", "1.5", "a whole number from -9223372036854775808 to 9223372036854775807"],
  ["big", "9223372036854775808", "a whole number from -9223372036854775808 to 9223372036854775807"],
  ["code", "abcd", "the key of a row of notes.Code"],
  ["d", "nodate", "a day that there is, such as 2026-12-31"],
  ["d", "2023-02-29", "a day that there is, such as 2026-12-31"],
  ["at", "2026-12-31T23:59:00", "a time with its zone, such as 2026-12-31T23:59:00Z"],
  ["email", "x".repeat(255), "a text of at most 254 characters"],
  ["flag", "yes", "true or false"],
  ["ip", "192.0.2.256", "an address, such as 192.0.2.1 or 2001:db8::1"],
  ["j", "{", "JSON, such as {} or [], and not null"],
  ["j", "null", "JSON, such as {} or [], and not null"],
  ["j", '"\\u0000"', "JSON, such as {} or [], and not null"],
  ["note", "first", "the key of a row of notes.Note"],
  ["price", "1000", "a number of at most 5 digits, 2 of them after the point"],
  ["price", "1.234", "a number of at most 5 digits, 2 of them after the point"],
  ["price", "NaN", "a number of at most 5 digits, 2 of them after the point"],
  ["ratio", "", "a number, such as 1.5"],
  ["ratio", "Infinity", "a number, such as 1.5"],
  ["size", "-1", "a whole number from 0 to 2147483647"],
  ["small", "32768", "a whole number from -32768 to 32767"],
  ["small", "", "a whole number from -32768 to 32767"],
  ["span", "long", "a span of time, such as 1 02:03:04"],
  ["text", "a\0b", "a text"],
  ["time", "24:00:00", "a time of day, such as 23:59:00"],
  ["title", "too long", "a text of at most 5 characters"],
  ["uuid", "123", "a UUID, such as 123e4567-e89b-42d3-a456-426614174000"],
  ["whole", "2147483648", "a whole number from -2147483648 to 2147483647"],
];

test.each(wrong)("a fill that a field cannot hold is refused where it is given: %s=%s", (name, text, takes) => {
  const where = `notes.Note.${name}`;
  expect(() => fillFromText(registry, where, text)).toThrow(`--fill ${where}=${text}: write ${takes}.`);
});

test.each([
  ["notes.Note.titles", 'Did you mean "title"?'],
  ["notes.Not.title", 'Did you mean "notes.Note"?'],
])("a fill of a field that is not there is refused: %s", (where, near) => {
  expect(() => fillFromText(registry, where, "1")).toThrow(`--fill ${where}: there is no such field. ${near}`);
});

test("a fill that is given as a value is checked too, and one in a file that was written by hand", async () => {
  await using project = new ModelsProject();
  await project.make({ models: [Plain] });
  const models = [model("notes.Note", { title: fields.title })];
  await expect(project.make({ models }, { fills: { "notes.Note.title": 7 } })).rejects.toThrow(
    "--fill notes.Note.title: it cannot hold 7. Write a text of at most 5 characters.",
  );
  await using scratch = new ScratchProject();
  const path = scratch.writeMigration("notes.0001_x", {
    operations: 'addField("notes.Note", "title", { kind: "char", maxLength: 5 }, { fill: "too long" })',
  });
  await expect(scratch.migrate([])).rejects.toThrow(
    `${path}: addField: \`fill\` of notes.Note.title cannot be "too long". Write a text of at most 5 characters.`,
  );
});

test("a default fills by itself where the column can hold it, JSON too", async () => {
  await using project = new ModelsProject();
  await project.make({ models: [Plain] });
  const of = (title: string) => [
    model("notes.Note", {
      j: field.json({ default: () => ({}) }),
      title: field.char({ maxLength: 5, default: title }),
    }),
  ];
  await expect(project.make({ models: of("too long") })).rejects.toThrow("--fill notes.Note.title=VALUE");
  const [written] = await project.written({ models: of("short") }, {});
  expect(written?.text).toContain('addField("notes.Note", "j", { kind: "json" }, { fill: {} }),');
  expect(written?.text).toContain('{ fill: "short" }');
});
