import { describe, expectTypeOf, test } from "vitest";
import {
  type Conditions,
  type Field,
  field,
  type FieldName,
  type Insert,
  model,
  type PrimaryKey,
  type QuerySet,
  type RelationName,
  type Row,
  type Session,
  type SourcePath,
  User,
  userModel,
  type Values,
} from "../../src/models/index.ts";

/** A field's three flags, from the type alone. */
type FlagsOf<F> =
  F extends Field<infer _Kind, infer _Value, infer Null, infer Has, infer Primary>
    ? { null: Null; has: Has; primary: Primary }
    : never;

const Word = model(
  "words.Word",
  {
    text: field.char({ maxLength: 100, unique: true }),
    antonym: field.char({ maxLength: 100, null: true }),
    definition: field.text({ blank: true }),
    language: field.char({ maxLength: 2, default: "en" }),
    uses: field.integer({ null: true }),
    is_rare: field.boolean({ default: false }),
    owner: field.foreignKey(User, { onDelete: "cascade" }),
    editor: field.foreignKey("user", { onDelete: "setNull", null: true }),
    root: field.foreignKey("self", { onDelete: "setNull", null: true, blank: true }),
    found_at: field.dateTime({ default: "now" }),
    checked_at: field.dateTime(),
    created_at: field.dateTime({ autoNowAdd: true }),
    updated_at: field.dateTime({ autoNow: true }),
  },
  { ordering: ["-created_at", "text", "-pk"], uniqueTogether: [["owner", "text"]] },
);

const Author = model("library.Author", {
  name: field.char({ maxLength: 100 }),
  get favourite() {
    return field.foreignKey(Book, { onDelete: "setNull", null: true });
  },
});

const Book = model("library.Book", {
  title: field.char({ maxLength: 100 }),
  get author() {
    return field.foreignKey(Author, { onDelete: "cascade" });
  },
});

describe("a field's type", () => {
  test("says whether it may be null and whether it may be left out", () => {
    const plain = field.integer();
    const nullable = field.integer({ null: true });
    const filled = field.text({ default: "" });
    const blank = field.text({ blank: true });
    const auto = field.dateTime({ autoNow: true });
    const key = field.char({ maxLength: 2, primaryKey: true });
    expectTypeOf<FlagsOf<typeof plain>>().toEqualTypeOf<{ null: false; has: false; primary: false }>();
    expectTypeOf<FlagsOf<typeof nullable>>().toEqualTypeOf<{ null: true; has: false; primary: false }>();
    expectTypeOf<FlagsOf<typeof filled>>().toEqualTypeOf<{ null: false; has: true; primary: false }>();
    expectTypeOf<FlagsOf<typeof blank>>().toEqualTypeOf<{ null: false; has: true; primary: false }>();
    expectTypeOf<FlagsOf<typeof auto>>().toEqualTypeOf<{ null: false; has: true; primary: false }>();
    expectTypeOf<FlagsOf<typeof key>>().toEqualTypeOf<{ null: false; has: false; primary: true }>();
  });

  test("refuses what the field cannot be", () => {
    // @ts-expect-error a text has no number for its default
    expectTypeOf(field.char({ maxLength: 5, default: 5 })).toBeObject();
    // @ts-expect-error a number has no text for its default
    expectTypeOf(field.integer({ default: "5" })).toBeObject();
    // @ts-expect-error a boolean has no number for its default
    expectTypeOf(field.boolean({ default: 0 })).toBeObject();
    // @ts-expect-error a time's only default is now
    expectTypeOf(field.dateTime({ default: "2024-01-01T00:00:00Z" })).toBeObject();
    // @ts-expect-error maxLength is missing
    expectTypeOf(field.char({ null: true })).toBeObject();
    // @ts-expect-error a typo: null
    expectTypeOf(field.char({ maxLength: 5, nul: true })).toBeObject();
    // @ts-expect-error a typo: maxLength
    expectTypeOf(field.email({ maxLenght: 5 })).toBeObject();
    // @ts-expect-error a number has no length
    expectTypeOf(field.integer({ maxLength: 5 })).toBeObject();
    // @ts-expect-error onDelete is missing
    expectTypeOf(field.foreignKey(User, {})).toBeObject();
    // @ts-expect-error null is missing, so that setNull could not be done
    expectTypeOf(field.foreignKey(User, { onDelete: "setNull" })).toBeObject();
    // @ts-expect-error null is false, so that setNull could not be done
    expectTypeOf(field.oneToOne(User, { onDelete: "setNull", null: false })).toBeObject();
    // @ts-expect-error there is no such model
    expectTypeOf(field.foreignKey("users", { onDelete: "cascade" })).toBeObject();
    // @ts-expect-error a model is not given by a function
    expectTypeOf(field.foreignKey(() => User, { onDelete: "cascade" })).toBeObject();
  });
});

describe("a model's options", () => {
  test("refuse names that are no fields", () => {
    const fields = { text: field.text(), owner: field.foreignKey("user", { onDelete: "cascade" }) };
    // @ts-expect-error a typo in ordering
    expectTypeOf(model("a.B", fields, { ordering: ["txt"] })).toBeObject();
    // @ts-expect-error a typo behind a minus
    expectTypeOf(model("a.B", fields, { ordering: ["-txt"] })).toBeObject();
    // @ts-expect-error a typo in uniqueTogether
    expectTypeOf(model("a.B", fields, { uniqueTogether: [["text", "onwer"]] })).toBeObject();
    // @ts-expect-error a typo in an option
    expectTypeOf(model("a.B", fields, { orderng: ["text"] })).toBeObject();
    const email = field.email({ unique: true });
    // @ts-expect-error a username that is no field
    const account = () => userModel("a.B", { email }, { usernameField: "mail" });
    expectTypeOf(account).toBeFunction();
  });

  test("leave the name as it was written", () => {
    expectTypeOf(Word.name).toEqualTypeOf<"words.Word">();
    // @ts-expect-error a name without an application
    const nameless = () => model("Word", {});
    expectTypeOf(nameless).toBeFunction();
  });
});

describe("a row", () => {
  test("has a column for each field, and an id", () => {
    expectTypeOf<Row<typeof Word>>().toEqualTypeOf<{
      readonly id: number;
      readonly text: string;
      readonly antonym: string | null;
      readonly definition: string;
      readonly language: string;
      readonly uses: number | null;
      readonly is_rare: boolean;
      readonly owner_id: number;
      readonly editor_id: number | null;
      readonly root_id: number | null;
      readonly found_at: string;
      readonly checked_at: string;
      readonly created_at: string;
      readonly updated_at: string;
    }>();
  });

  test("has no id beside another primary key", () => {
    expectTypeOf<Row<typeof Session>>().toEqualTypeOf<{
      readonly session_key: string;
      readonly session_data: string;
      readonly expire_date: string;
    }>();
    expectTypeOf<FieldName<typeof Session>>().toEqualTypeOf<"session_key" | "session_data" | "expire_date">();
    expectTypeOf<PrimaryKey<typeof Session>>().toEqualTypeOf<string>();
    expectTypeOf<PrimaryKey<typeof Word>>().toEqualTypeOf<number>();
  });

  test("has an id of the model's own kind", () => {
    const Country = model("words.Country", { id: field.char({ maxLength: 2, primaryKey: true }) });
    expectTypeOf<Row<typeof Country>>().toEqualTypeOf<{ readonly id: string }>();
  });

  test("of a user has what every user has and one's own fields", () => {
    const Account = userModel("accounts.Account", { email: field.email({ unique: true }) }, { usernameField: "email" });
    expectTypeOf<Row<typeof Account>>().toEqualTypeOf<{
      readonly id: number;
      readonly password: string;
      readonly last_login: string | null;
      readonly is_superuser: boolean;
      readonly email: string;
      readonly is_staff: boolean;
      readonly is_active: boolean;
      readonly date_joined: string;
    }>();
  });

  test("of a user has no more than Django's AbstractBaseUser where that is said", () => {
    const Account = userModel(
      "accounts.Account",
      { id: field.uuid({ primaryKey: true }), email: field.email({ unique: true }), last_login: field.dateTime() },
      { usernameField: "email", hasPermissions: false, hasStanding: false, ordering: ["-last_login"] },
    );
    expectTypeOf<Row<typeof Account>>().toEqualTypeOf<{
      readonly password: string;
      readonly id: string;
      readonly email: string;
      readonly last_login: string;
    }>();
    const options = { usernameField: "email" } as const;
    const email = field.email({ unique: true });
    const refused = () => [
      // @ts-expect-error -- there is no field "emails"
      userModel("accounts.Account", { email }, { ...options, ordering: ["emails"] }),
      // @ts-expect-error -- the username is one of the fields
      userModel("accounts.Account", { email }, { usernameField: "name" }),
    ];
    expectTypeOf(refused).toBeFunction();
  });

  test("of models that refer to each other is whole", () => {
    expectTypeOf<Row<typeof Author>>().toEqualTypeOf<{
      readonly id: number;
      readonly name: string;
      readonly favourite_id: number | null;
    }>();
    expectTypeOf<Row<typeof Book>>().toEqualTypeOf<{
      readonly id: number;
      readonly title: string;
      readonly author_id: number;
    }>();
    expectTypeOf<SourcePath<typeof Book>>().toEqualTypeOf<
      "id" | "title" | "author" | "author.id" | "author.name" | "author.favourite" | `author.favourite.${string}`
    >();
    expectTypeOf<Row<typeof Author>>().not.toBeAny();
    expectTypeOf<(typeof Author)["fields"]["favourite"]>().not.toBeAny();
  });
});

describe("what is stored", () => {
  test("needs what nothing else fills in", () => {
    expectTypeOf<Insert<typeof Word>>().toEqualTypeOf<{
      readonly text: string;
      readonly owner: number;
      readonly checked_at: string;
      readonly antonym?: string | null;
      readonly definition?: string;
      readonly language?: string;
      readonly uses?: number | null;
      readonly is_rare?: boolean;
      readonly editor?: number | null;
      readonly root?: number | null;
      readonly found_at?: string;
      readonly created_at?: string;
      readonly updated_at?: string;
    }>();
  });

  test("is changed by any of its fields, and by nothing else", () => {
    expectTypeOf<Values<typeof Book>>().toEqualTypeOf<{ readonly title?: string; readonly author?: number }>();
    const query = (books: QuerySet<typeof Book>) => [
      // @ts-expect-error a typo
      books.update({ titel: "x" }),
      // @ts-expect-error a book has a title
      books.update({ title: null }),
      // @ts-expect-error undefined is no value
      books.update({ title: undefined }),
      // @ts-expect-error the author is missing
      books.insert({ title: "x" }),
      // @ts-expect-error a Date is no time of a row
      (words: QuerySet<typeof Word>) => words.update({ checked_at: new Date() }),
    ];
    expectTypeOf(query).toBeFunction();
  });
});

describe("a query set", () => {
  test("is narrowed by fields, by columns, and by lookups", () => {
    expectTypeOf<{ title: "x"; author: 1; author_id: 1; id: 1; author__name: "x"; id__in: [1] }>().toExtend<
      Conditions<typeof Book>
    >();
    const query = (books: QuerySet<typeof Book>) => [
      // @ts-expect-error a typo
      books.filter({ titel: "x" }),
      // @ts-expect-error the wrong type
      books.filter({ title: 5 }),
      // @ts-expect-error a title is never null
      books.filter({ title: null }),
      // @ts-expect-error not a relation
      books.prefetchRelated("title"),
    ];
    expectTypeOf(query).toBeFunction();
  });

  test("gives rows and keys of its model", () => {
    expectTypeOf<QuerySet<typeof Book>["rows"]>().returns.resolves.toEqualTypeOf<Row<typeof Book>[]>();
    expectTypeOf<QuerySet<typeof Book>["first"]>().returns.resolves.toEqualTypeOf<Row<typeof Book> | undefined>();
    expectTypeOf<QuerySet<typeof Session>["insert"]>().returns.resolves.toEqualTypeOf<string>();
  });
});

describe("names", () => {
  test("of relations and of the ways over them are known", () => {
    expectTypeOf<RelationName<typeof Word>>().toEqualTypeOf<"owner" | "editor" | "root">();
    expectTypeOf<"owner.username" | "owner.id" | "root.text" | "root.owner" | "editor.anything" | "text">().toExtend<
      SourcePath<typeof Word>
    >();
    expectTypeOf<"owner.usernam">().not.toExtend<SourcePath<typeof Word>>();
    expectTypeOf<"root.txt">().not.toExtend<SourcePath<typeof Word>>();
    expectTypeOf<"text.id">().not.toExtend<SourcePath<typeof Word>>();
  });
});
