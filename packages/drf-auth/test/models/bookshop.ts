import type { Database } from "../../src/database/index.ts";
import { application, field, model, QuerySet } from "../../src/index.ts";
import { open } from "../fixtures/thesaurus.ts";

export const Tag = model("bookshop.Tag", { name: field.char({ maxLength: 20, unique: true }) }, { ordering: ["name"] });

export const Writer = model("bookshop.Writer", {
  name: field.char({ maxLength: 20, unique: true }),
  born: field.integer({ null: true }),
});

/** A field of every way of being stored, a unique one, two that are unique together, and relations of each kind. */
export const Book = model(
  "bookshop.Book",
  {
    isbn: field.char({ maxLength: 20, unique: true }),
    title: field.char({ maxLength: 20 }),
    writer: field.foreignKey(Writer, { onDelete: "cascade", null: true, relatedName: "books" }),
    shelf: field.char({ maxLength: 5, default: "A" }),
    place: field.integer({ null: true }),
    price: field.decimal({ maxDigits: 8, decimalPlaces: 2, default: "1.00" }),
    weight: field.float({ null: true }),
    sold: field.bigInteger({ default: 0n }),
    lent_for: field.duration({ null: true }),
    printed_at: field.dateTime({ null: true }),
    code: field.uuid({ null: true }),
    notes: field.json({ null: true }),
    is_new: field.boolean({ default: true }),
    tags: field.manyToMany(Tag, { blank: true }),
    updated_at: field.dateTime({ autoNow: true }),
  },
  { uniqueTogether: [["shelf", "place"]], ordering: ["id"] },
);

/** A model whose key is text of its own. */
export const Country = model("bookshop.Country", {
  code: field.char({ maxLength: 2, primaryKey: true }),
  name: field.char({ maxLength: 20, default: "" }),
  tags: field.manyToMany(Tag, { blank: true }),
});

export interface Bookshop extends AsyncDisposable {
  readonly database: Database;
  readonly tags: QuerySet<typeof Tag>;
  readonly writers: QuerySet<typeof Writer>;
  readonly books: QuerySet<typeof Book>;
  readonly countries: QuerySet<typeof Country>;
}

/** An empty shop on the database of the project; `await using` closes it. */
export async function bookshop(): Promise<Bookshop> {
  const app = application({ models: [Tag, Writer, Book, Country], routes: [] });
  const opened = await open(app, { isSeeded: false, hasNoMigrations: true });
  const { registry, database } = opened.project;
  return {
    database,
    tags: QuerySet.of<typeof Tag>(registry.meta(Tag), database),
    writers: QuerySet.of<typeof Writer>(registry.meta(Writer), database),
    books: QuerySet.of<typeof Book>(registry.meta(Book), database),
    countries: QuerySet.of<typeof Country>(registry.meta(Country), database),
    [Symbol.asyncDispose]: () => opened.close(),
  };
}
