import { readFileSync } from "node:fs";
import { application, field, model } from "../../../src/index.ts";
import { readJson } from "../../../src/http/index.ts";
import { type Model, type ModelRegistry, QuerySet } from "../../../src/models/index.ts";
import { open, type Opened } from "../../fixtures/thesaurus.ts";

export const Person = model("t.Person", {
  name: field.char({ maxLength: 50 }),
  nick: field.char({ maxLength: 50, null: true }),
  born: field.date({ null: true }),
  boss: field.foreignKey("self", { null: true, onDelete: "setNull", relatedName: "staff" }),
  friends: field.manyToMany("self", { relatedName: "befriended", symmetrical: false }),
});
export const Profile = model("t.Profile", {
  person: field.oneToOne(Person, { onDelete: "cascade", relatedName: "profile" }),
  bio: field.text({ blank: true }),
});
export const Publisher = model("t.Publisher", {
  name: field.char({ maxLength: 50 }),
  country: field.char({ maxLength: 2, null: true }),
});
export const Tag = model("t.Tag", { name: field.char({ maxLength: 30 }), weight: field.integer({ null: true }) });
export const Book = model("t.Book", {
  title: field.char({ maxLength: 100 }),
  subtitle: field.char({ maxLength: 100, null: true }),
  pages: field.integer({ null: true }),
  big: field.bigInteger({ null: true }),
  price: field.decimal({ maxDigits: 10, decimalPlaces: 2, null: true }),
  rating: field.float({ null: true }),
  published: field.date({ null: true }),
  at: field.dateTime({ null: true }),
  span: field.duration({ null: true }),
  tod: field.time({ null: true }),
  data: field.json({ null: true }),
  uid: field.uuid({ null: true }),
  flag: field.boolean({ null: true }),
  author: field.foreignKey(Person, { onDelete: "cascade", relatedName: "books" }),
  editor: field.foreignKey(Person, { null: true, onDelete: "setNull", relatedName: "edited" }),
  publisher: field.foreignKey(Publisher, { null: true, onDelete: "protect", relatedName: "books" }),
  sequel_of: field.oneToOne("self", { null: true, onDelete: "setNull", relatedName: "sequel" }),
  tags: field.manyToMany(Tag, { relatedName: "books" }),
});
export const Review = model("t.Review", {
  book: field.foreignKey(Book, { onDelete: "cascade", relatedName: "reviews" }),
  reviewer: field.foreignKey(Person, { null: true, onDelete: "setNull", relatedName: "reviews" }),
  stars: field.integer({ null: true }),
  text: field.char({ maxLength: 100, null: true }),
  cost: field.decimal({ maxDigits: 8, decimalPlaces: 2, null: true }),
});

const models: Readonly<Record<string, Model>> = { Person, Profile, Publisher, Tag, Book, Review };
type Row = Readonly<Record<string, unknown>>;

/** Reads a file of what a Django was asked beside this one, with its numbers exact. */
export function recorded(name: string): unknown {
  return readJson(readFileSync(new URL(name, import.meta.url), "utf8"));
}

/** The rows of a model of the library by its name, as query sets of unknown fields. */
export type RowsOf = (name: string) => QuerySet;

/** Opens a database with the rows that the Django had. */
export async function openLibrary(): Promise<Opened & { readonly rowsOf: RowsOf }> {
  const opened = await open(application({ models: Object.values(models), routes: [] }), {
    isSeeded: false,
    hasNoMigrations: true,
  });
  const { registry, database } = opened.project;
  const rowsOf: RowsOf = (name) => QuerySet.of(registry.meta(models[name] ?? Book), database);
  const rows = recorded("rows.json") as Readonly<Record<string, readonly (Row | readonly number[])[]>>;
  for (const [name, own] of Object.entries(rows)) {
    const many = joinOf(registry, name);
    for (const row of own as readonly Row[]) {
      const values = many ? { [many.source.name]: row[0], [many.target.name]: row[1] } : row;
      const all = many ? QuerySet.of(many.join, database) : rowsOf(name);
      // Rows may refer to each other, and to those that come later.
      await all.insert(values as never);
    }
  }
  return { ...opened, rowsOf };
}

function joinOf(registry: ModelRegistry, name: string) {
  const [owner = "", relation] = name.split(".");
  return registry.meta(models[owner] ?? Book).manyToMany.find((one) => one.name === relation);
}
