import { describe, expect, test } from "vitest";
import { ImproperlyConfigured } from "../../src/errors.ts";
import { createRegistry, field, fieldOf, model, type Model, type ModelOptions, User } from "../../src/models/index.ts";
import { orderingsOf } from "../../src/models/queries/ordering.ts";
import { Author, Book, registryOf } from "./library.ts";

describe("a model's names", () => {
  test.each([
    ["words.Word", "word", "words_word"],
    ["words.SynonymGroup", "synonym group", "words_synonymgroup"],
    ["words.HTTPRequest", "http request", "words_httprequest"],
    ["words.RequestHTTP", "request http", "words_requesthttp"],
    ["words.OAuthToken", "o auth token", "words_oauthtoken"],
    ["words.Word2Vec", "word2 vec", "words_word2vec"],
    ["words.ABC", "abc", "words_abc"],
    ["words.X", "x", "words_x"],
    ["words.PlanB", "plan b", "words_planb"],
  ] as const)("are Django's: %s is a %s in %s", (name, verboseName, table) => {
    const meta = registryOf(model(name, {})).metas.at(-1);
    const objectName = name.split(".")[1];
    expect(meta).toMatchObject({ appLabel: "words", objectName, verboseName, table });
    expect(meta?.modelName).toBe(objectName?.toLowerCase());
  });

  test("may be given", () => {
    const Word = model("words.Word", {}, { table: "old_words", verboseName: "term" });
    expect(registryOf(Word).meta(Word)).toMatchObject({ table: "old_words", verboseName: "term" });
  });
});

describe("a model's fields", () => {
  test("keep their order behind an id that counts up, and name their columns", () => {
    const meta = registryOf(Book).meta(Book);
    expect(meta.fields.map(({ column }) => column).join()).toBe(
      "id,title,subtitle,blurb,contact,pages,is_lent,author_id,editor_id,sequel_of_id,printed_at,created_at,updated_at",
    );
    expect(meta.primaryKey).toMatchObject({ name: "id", kind: "bigAuto", verboseName: "ID", isUnique: true });
    expect(meta.fieldsByName.get("is_lent")).toMatchObject({ verboseName: "is lent", isNull: false, isUnique: false });
    expect(meta.fieldsByName.get("sequel_of")).toMatchObject({ isNull: true, isUnique: true, related: meta });
  });

  test("have the kind of id that is asked for", () => {
    const Old = model("words.Old", {}, { idKind: "auto" });
    expect(registryOf(Old).meta(Old).primaryKey.kind).toBe("auto");
    expect(createRegistry([], User).user.primaryKey.kind).toBe("auto");
  });

  test("have no id beside another primary key", () => {
    const Session = model("words.Session", {
      key: field.char({ maxLength: 40, primaryKey: true }),
      data: field.text(),
    });
    const meta = registryOf(Session).meta(Session);
    expect(meta.fields.map(({ name }) => name)).toEqual(["key", "data"]);
    expect(meta.primaryKey).toMatchObject({ name: "key", isUnique: true, isPrimaryKey: true });
  });

  test("may be an id of their own", () => {
    const Country = model("words.Country", { id: field.char({ maxLength: 2, primaryKey: true }) });
    expect(
      registryOf(Country)
        .meta(Country)
        .fields.map(({ kind }) => kind),
    ).toEqual(["char"]);
  });

  test("behind getters are made once, and may go in circles", () => {
    let runs = 0;
    const Left: Model = model("words.Left", {
      get right() {
        runs += 1;
        return field.foreignKey(Right, { onDelete: "cascade" });
      },
    });
    const Right: Model = model("words.Right", {
      get left() {
        return field.foreignKey(Left, { onDelete: "cascade" });
      },
    });
    const registry = registryOf(Left, Right);
    const left = registry.meta(Left);
    expect(left.fieldsByName.get("right")?.related).toBe(registry.meta(Right));
    expect(registry.meta(Right).fieldsByName.get("left")?.related).toBe(left);
    expect(runs).toBe(1);
  });

  test("lead to the user that the application has", () => {
    expect(registryOf(Book).meta(Book).fieldsByName.get("author")?.related?.model).toBe(Author);
    const OtherBook = model("library.OtherBook", { author: field.foreignKey("user", { onDelete: "cascade" }) });
    const registry = createRegistry([OtherBook], User);
    expect(registry.meta(OtherBook).fieldsByName.get("author")?.related).toBe(registry.user);
  });
});

describe("what is refused at start", () => {
  const text = field.text();
  const options = (given: object) => given as ModelOptions<never>;

  test.each([
    ["two models of one name", [model("a.Word", {}), model("a.Word", {})], 'Two models are named "a.Word"'],
    [
      "two names that differ in case alone",
      [model("a.HTTPWord", {}), model("a.HttpWord", {})],
      'are named "a.HttpWord"',
    ],
    ["two models in one table", [model("a.B_c", {}), model("a.D", {}, { table: "A_b_C" })], 'both stored in "A_b_C"'],
    ["what is no field", [model("a.Word", { text: "text" })], "a.Word.text is not a field: write it as field.char"],
    ["nothing for a field", [model("a.Word", { text: undefined })], "a.Word.text is not a field"],
    [
      "a relation to a model that is not listed",
      [model("a.Word", { b: field.foreignKey(Book, { onDelete: "cascade" }) })],
      "Add it there",
    ],
    ["a field named pk", [model("a.Word", { pk: text })], "kept for the primary key"],
    ["a field named id that is not the primary key", [model("a.Word", { id: text })], "kept for the primary key"],
    [
      "two primary keys",
      [model("a.Word", { b: field.text({ primaryKey: true }), c: field.text({ primaryKey: true }) })],
      "two primary keys: b and c",
    ],
    [
      "two fields in one column",
      [model("a.Word", { owner_id: text, owner: field.foreignKey("user", { onDelete: "cascade" }) })],
      'owner_id is "owner_id" in a row already',
    ],
    [
      "an ordering by no field",
      [model("a.Word", { text }, options({ ordering: ["-txt"] }))],
      'ordering: a.Word has no field "txt". Did you mean "text"?',
    ],
    [
      "a set of no fields",
      [model("a.Word", { text }, options({ uniqueTogether: [["texts"]] }))],
      'uniqueTogether: a.Word has no field "texts". Did you mean "text"?',
    ],
  ])("%s", (_, models: readonly Model[], message) => {
    expect(() => registryOf(...models)).toThrow(ImproperlyConfigured);
    expect(() => registryOf(...models)).toThrow(message);
  });

  test.each(["Text", "two__parts", "text_", "_text", "text-", "te xt", 'text"', "1st", "", "__proto__"])(
    "a field named %o",
    (name) => {
      const fields = JSON.parse(`{${JSON.stringify(name)}: null}`) as Record<string, unknown>;
      Object.defineProperty(fields, name, { value: text, enumerable: true });
      expect(() => registryOf(model("a.Word", fields))).toThrow("a field's name is lower case with single underscores");
    },
  );
});

describe("fieldOf", () => {
  const meta = registryOf(Book).meta(Book);

  test.each([
    ["title", "title"],
    ["pk", "id"],
    ["id", "id"],
    ["author", "author"],
    ["author_id", "author"],
  ])("finds %s", (name, found) => {
    expect(fieldOf(meta, name, "filter").name).toBe(found);
  });

  test.each(["constructor", "__proto__", "toString", "title_id", "Title", "title ", ""])("knows no %o", (name) => {
    expect(() => fieldOf(meta, name, "filter")).toThrow(`filter: library.Book has no field "${name}".`);
  });
});

describe("orderingsOf", () => {
  const meta = registryOf(Book).meta(Book);

  test.each([
    ["title", "title", false],
    ["-title", "title", true],
    ["-pk", "id", true],
    ["author_id", "author_id", false],
    ["-author__handle", "handle", true],
    ["author__mentor__pk", "id", false],
  ])("reads %s", (text, column, isDescending) => {
    expect(orderingsOf(meta, text)).toMatchObject([{ field: { column }, isDescending }]);
  });

  test.each(["--title", "+title", "-", "", "title desc", "title;--", "title__handle", "-author__handel"])(
    "refuses %o",
    (text) => {
      expect(() => orderingsOf(meta, text)).toThrow(ImproperlyConfigured);
    },
  );
});
