import type { SqliteDatabase, SqliteOptions } from "../../src/database/index.ts";
import {
  createRegistry,
  field,
  model,
  type Model,
  type ModelRegistry,
  QuerySet,
  userModel,
} from "../../src/models/index.ts";
import { temporaryDatabase } from "../database/temporary-database.ts";

/** The user: found by a handle. */
export const Author = userModel(
  "library.Author",
  {
    handle: field.char({ maxLength: 20, unique: true }),
    mentor: field.foreignKey("self", { null: true, onDelete: "setNull" }),
  },
  { usernameField: "handle" },
);

/** Two relations to the same table, one to its own, and a field of every other kind. */
export const Book = model(
  "library.Book",
  {
    title: field.char({ maxLength: 100 }),
    subtitle: field.char({ maxLength: 100, null: true, blank: true }),
    blurb: field.text({ blank: true }),
    contact: field.email({ default: "hello@example.com" }),
    pages: field.integer({ null: true }),
    is_lent: field.boolean({ default: false }),
    author: field.foreignKey("user", { onDelete: "cascade", relatedName: "books" }),
    editor: field.foreignKey(Author, { onDelete: "setNull", null: true }),
    sequel_of: field.oneToOne("self", { onDelete: "setNull", null: true }),
    printed_at: field.dateTime({ null: true }),
    created_at: field.dateTime({ autoNowAdd: true }),
    updated_at: field.dateTime({ autoNow: true }),
  },
  { ordering: ["id"] },
);

const schema = `
  create table "library_author" ("id" integer primary key autoincrement, "password" varchar(128) not null,
    "last_login" datetime null, "is_superuser" bool not null, "handle" varchar(20) not null unique,
    "mentor_id" bigint null references "library_author" ("id"), "is_staff" bool not null, "is_active" bool not null,
    "date_joined" datetime not null);
  create table "library_book" ("id" integer primary key autoincrement, "title" varchar(100) not null,
    "subtitle" varchar(100) null, "blurb" text not null, "contact" varchar(254) not null, "pages" integer null,
    "is_lent" bool not null, "author_id" bigint not null references "library_author" ("id"),
    "editor_id" bigint null references "library_author" ("id"),
    "sequel_of_id" bigint null unique references "library_book" ("id"), "printed_at" datetime null,
    "created_at" datetime not null, "updated_at" datetime not null)`;

export interface Library {
  readonly database: SqliteDatabase;
  readonly registry: ModelRegistry;
  readonly authors: QuerySet<typeof Author>;
  readonly books: QuerySet<typeof Book>;
  /** Makes an author; gives the id. */
  readonly author: (handle: string, mentor?: number) => Promise<number>;
  /** Makes a book; gives the id. */
  readonly book: (title: string, author: number, others?: object) => Promise<number>;
}

/** An empty library in a file of its own, until the test has ended. */
export async function library(options: Partial<SqliteOptions> = {}): Promise<Library> {
  const database = await temporaryDatabase(schema, { synchronous: "OFF", ...options });
  const registry = createRegistry([Book], Author);
  const authors = QuerySet.of<typeof Author>(registry.meta(Author), database);
  const books = QuerySet.of<typeof Book>(registry.meta(Book), database);
  return {
    database,
    registry,
    authors,
    books,
    author: (handle, mentor) => authors.insert({ handle, password: "!", ...(mentor !== undefined && { mentor }) }),
    book: (title, author, others = {}) => books.insert({ title, author, ...others }),
  };
}

/** A registry of some models beside a user, where nothing is stored. */
export function registryOf(...models: readonly Model[]): ModelRegistry {
  return createRegistry(models, Author);
}
