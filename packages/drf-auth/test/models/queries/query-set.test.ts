import { describe, expect, test } from "vitest";
import { UniqueViolation } from "../../../src/database/index.ts";
import { ImproperlyConfigured } from "../../../src/errors.ts";
import { type Conditions, createRegistry, field, fieldOf, model, QuerySet } from "../../../src/models/index.ts";
import { observedStatements, read, temporaryDatabase } from "../../database/temporary-database.ts";
import { Author, type Book, library, type Library } from "../library.ts";

type BookConditions = Conditions<typeof Book>;

/** Two authors, ann and her mentor bob, and four books. */
async function filledLibrary(): Promise<Library & { ann: number; bob: number }> {
  const made = await library();
  const bob = await made.author("bob");
  const ann = await made.author("ann", bob);
  const dune = await made.book("Dune", bob, { pages: 400, printed_at: "1965-08-01T00:00:00Z", is_lent: true });
  await made.book("Dune Messiah", bob, {
    pages: 300,
    editor: ann,
    sequel_of: dune,
    printed_at: "1969-01-01T00:00:00.5Z",
  });
  await made.book("Emma", ann, { pages: 500, subtitle: "A Novel", editor: bob });
  await made.book("Ulysses", ann, { is_lent: true });
  return { ...made, ann, bob };
}

const titles = async (books: QuerySet<typeof Book>) => (await books.rows()).map(({ title }) => title);

describe("insert", () => {
  test("stores a row with its defaults and gives its key", async () => {
    const { authors, books, author } = await library();
    const ann = await author("ann");
    const id = await books.insert({ title: "Emma", author: ann, printed_at: "1815-12-23T10:00:00.123456+01:00" });
    expect([ann, id]).toEqual([1, 1]);
    expect(await books.first()).toEqual({
      id: 1,
      title: "Emma",
      subtitle: null,
      blurb: "",
      contact: "hello@example.com",
      pages: null,
      is_lent: false,
      author_id: 1,
      editor_id: null,
      sequel_of_id: null,
      printed_at: "1815-12-23T09:00:00.123456Z",
      created_at: expect.stringMatching(/^20\d\d-\d\d-\d\dT[\d:]{8}(\.\d{6})?Z$/),
      updated_at: expect.stringMatching(/^20\d\d-\d\d-\d\dT[\d:]{8}(\.\d{6})?Z$/),
    });
    expect(await authors.first()).toMatchObject({ handle: "ann", is_active: true, is_staff: false, last_login: null });
  });

  test("stores times and booleans as Django does", async () => {
    const { database, book, author } = await library();
    await book("Emma", await author("ann"), { printed_at: "2024-01-02T03:04:05.000100Z", is_lent: true });
    expect(
      await read(database, "select printed_at, is_lent, typeof(is_lent), typeof(author_id) from library_book"),
    ).toEqual([["2024-01-02 03:04:05.000100", 1, "integer", "integer"]]);
  });

  test("names the column of a row that would repeat what must be unique", async () => {
    const { author, book, books } = await library();
    const ann = await author("ann");
    await expect(author("ann")).rejects.toMatchObject({ table: "library_author", columns: ["handle"] });
    const first = await book("One", ann);
    await book("Two", ann, { sequel_of: first });
    await expect(book("Three", ann, { sequel_of: first })).rejects.toBeInstanceOf(UniqueViolation);
    expect(await books.count()).toBe(2);
  });

  test("binds whatever is given as a value", async () => {
    const { author, book, books } = await library();
    const hostile = `'); drop table library_book; -- " ? :a @b $c \u0000 é😀`;
    await book(hostile, await author("ann"));
    expect(await titles(books.filter({ title: hostile }))).toEqual([hostile]);
  });

  test("stores a model that has nothing but its key", async () => {
    const Ticket = model("library.Ticket", {});
    const database = await temporaryDatabase("create table library_ticket (id integer primary key autoincrement)");
    const tickets = QuerySet.of<typeof Ticket>(createRegistry([Ticket], Author).meta(Ticket), database);
    expect([await tickets.insert({}), await tickets.insert({})]).toEqual([1, 2]);
    expect(await tickets.rows()).toEqual([{ id: 1 }, { id: 2 }]);
  });

  test("gives the key of a model whose key is text", async () => {
    const Country = model("library.Country", { code: field.char({ maxLength: 2, primaryKey: true }) });
    const database = await temporaryDatabase("create table library_country (code varchar(2) primary key)");
    const countries = QuerySet.of<typeof Country>(createRegistry([Country], Author).meta(Country), database);
    expect(await countries.insert({ code: "fr" })).toBe("fr");
    expect(await countries.filter({ pk__in: ["fr"] }).first()).toEqual({ code: "fr" });
  });
});

describe("filter", () => {
  const conditions: [BookConditions, string][] = [
    [{}, "Dune,Dune Messiah,Emma,Ulysses"],
    [{ title: "Emma" }, "Emma"],
    [{ title: "emma" }, ""],
    [{ title: "Em%" }, ""],
    [{ is_lent: true }, "Dune,Ulysses"],
    [{ is_lent: false }, "Dune Messiah,Emma"],
    [{ subtitle: null }, "Dune,Dune Messiah,Ulysses"],
    [{ subtitle__isnull: false }, "Emma"],
    [{ editor: null }, "Dune,Ulysses"],
    [{ editor__isnull: true, is_lent: true }, "Dune,Ulysses"],
    [{ pages__gt: 400 }, "Emma"],
    [{ pages__gte: 400 }, "Dune,Emma"],
    [{ pages__lt: 400 }, "Dune Messiah"],
    [{ pages__lte: 400 }, "Dune,Dune Messiah"],
    [{ pages__gte: 300, pages__lt: 500 }, "Dune,Dune Messiah"],
    [{ printed_at: "1965-08-01T02:00:00+02:00" }, "Dune"],
    [{ printed_at__gt: "1969-01-01T00:00:00Z" }, "Dune Messiah"],
    [{ printed_at__lt: "1969-01-01" }, "Dune"],
    [{ author: 1 }, "Dune,Dune Messiah"],
    [{ author_id: 1 }, "Dune,Dune Messiah"],
    [{ author__handle: "ann" }, "Emma,Ulysses"],
    [{ author__handle__in: ["ann", "zoe"] }, "Emma,Ulysses"],
    [{ author__mentor__handle: "bob" }, "Emma,Ulysses"],
    [{ author__mentor: null }, "Dune,Dune Messiah"],
    [{ author__is_active: true, editor__handle: "bob" }, "Emma"],
    [{ author__handle: "bob", editor__handle: "ann" }, "Dune Messiah"],
    [{ editor__handle: null }, "Dune,Ulysses"],
    [{ sequel_of__title: "Dune" }, "Dune Messiah"],
    [{ sequel_of__author__handle: "bob" }, "Dune Messiah"],
    [{ sequel_of__sequel_of__title: null }, "Dune,Dune Messiah,Emma,Ulysses"],
    [{ id__in: [] }, ""],
    [{ id__in: [1, 3, 99] }, "Dune,Emma"],
    [{ pk__in: [4] }, "Ulysses"],
    [{ subtitle__in: ["A Novel", null] }, "Emma"],
    [{ is_lent__in: [true] }, "Dune,Ulysses"],
    [{ printed_at__in: ["1965-08-01T00:00:00Z"] }, "Dune"],
    [{ author__id__in: [2] }, "Emma,Ulysses"],
    [{ title__iexact: "emma" }, "Emma"],
    [{ title__iexact: "emm" }, ""],
    [{ title__iexact: "Em%" }, ""],
    [{ title__iexact: "_mma" }, ""],
    [{ subtitle__iexact: null }, "Dune,Dune Messiah,Ulysses"],
    [{ title__contains: "SS" }, "Dune Messiah,Ulysses"],
    [{ title__icontains: "ss" }, "Dune Messiah,Ulysses"],
    [{ subtitle__icontains: "" }, "Emma"],
    [{ title__startswith: "dune" }, "Dune,Dune Messiah"],
    [{ title__istartswith: "DUNE M" }, "Dune Messiah"],
    [{ title__istartswith: "une" }, ""],
    [{ title__endswith: "ES" }, "Ulysses"],
    [{ title__iendswith: "mess" }, ""],
    [{ pages__icontains: "00" }, "Dune,Dune Messiah,Emma"],
    [{ pages__startswith: 3 }, "Dune Messiah"],
    [{ author__handle__icontains: "N" }, "Emma,Ulysses"],
    [{ pages__range: [300, 400] }, "Dune,Dune Messiah"],
    [{ pages__range: [400, 300] }, ""],
    [{ title__range: ["E", "F"], is_lent: false }, "Emma"],
    [{ printed_at__range: ["1965-01-01", "1965-12-31"] }, "Dune"],
  ];

  test("narrows to the rows that meet every condition", async () => {
    const { books } = await filledLibrary();
    for (const [given, expected] of conditions) {
      const narrowed = books.filter(given);
      const found = await titles(narrowed);
      expect([given, found.join()]).toEqual([given, expected]);
      expect([given, await narrowed.count()]).toEqual([given, found.length]);
      expect([given, await narrowed.exists()]).toEqual([given, found.length > 0]);
    }
  });

  test("takes lists of tens of thousands", async () => {
    const { books } = await filledLibrary();
    const many = Array.from({ length: 40_000 }, (_, index) => index + 2);
    expect(await titles(books.filter({ id__in: many, author__handle__in: many.map(String).concat("ann") }))).toEqual([
      "Emma",
      "Ulysses",
    ]);
  });

  test("narrows further each time, and leaves the query set it came from as it was", async () => {
    const { books } = await filledLibrary();
    const lent = books.filter({ is_lent: true });
    expect(await titles(lent.filter({ author__handle: "ann" }).filter({ pages: null }))).toEqual(["Ulysses"]);
    expect(await titles(lent.filter({ author__handle: "bob" }))).toEqual(["Dune"]);
    expect(await titles(lent)).toEqual(["Dune", "Ulysses"]);
  });

  test.each([
    [{ titel: "Emma" }, 'filter: library.Book has no field "titel". Did you mean "title"?'],
    [{ author__handel: "ann" }, 'filter: library.Author has no field "handel". Did you mean "handle"?'],
    [{ pages__get: 3 }, 'filter: library.Book.pages is no relation, so "pages__get" leads nowhere.'],
    [{ 'title" = "" or 1 = 1; --': 1 }, "has no field"],
    [{ "title) or (1": 1 }, "has no field"],
    [{ "author__handle or 1=1": 1 }, "has no field"],
    [{ "id__in) --": [1] }, "is no relation"],
    [{ constructor: 1 }, 'has no field "constructor"'],
    [
      { author__icontains: "ann" },
      'filter: "author__icontains" compares text, and author is a relation: name a field of library.Author behind it.',
    ],
    [JSON.parse('{"__proto__": 1}'), "has no field"],
    [{ "": 1 }, "has no field"],
    [{ "library_author.password": "!" }, 'has no field "library_author"'],
  ])("refuses %o", async (given, message) => {
    const { books } = await library();
    expect(() => books.filter(given as BookConditions)).toThrow(ImproperlyConfigured);
    expect(() => books.filter(given as BookConditions)).toThrow(message);
  });

  test.each([
    [{ title: undefined }, "filter: title is undefined. Leave it out, or write null."],
    [{ id__in: [undefined] }, "cannot hold"],
    [{ title: new Date(0) }, "cannot hold"],
    [{ author: { id: 1 } }, "cannot hold"],
    [{ printed_at__gte: new Date(0) }, "cannot hold"],
    [{ pages: Number.NaN }, "cannot hold"],
    [{ id__in: "1,2" }, "takes a list"],
    [{ pages__gt: null }, "write __isnull instead"],
    [{ title__icontains: null }, "takes text or a number"],
    [{ title__icontains: ["a"] }, "takes text or a number"],
    [{ pages__range: [1] }, "a list of two values"],
    [{ pages__range: [1, 2, 3] }, "a list of two values"],
    [{ pages__range: [1, null] }, "neither is null"],
    [{ pages__range: "12" }, "a list of two values"],
    [{ editor__isnull: "false" }, "takes true or false"],
  ])("refuses a value that would match other rows than those meant: %o", async (given, message) => {
    const { books } = await library();
    expect(() => books.filter(given as BookConditions)).toThrow(TypeError);
    expect(() => books.filter(given as BookConditions)).toThrow(message);
  });
});

describe("filterAny", () => {
  const conditions: [BookConditions, string][] = [
    [{ title: "Emma" }, "Emma"],
    [{ title: "Emma", is_lent: true }, "Dune,Emma,Ulysses"],
    [{ title__icontains: "ss", subtitle__icontains: "nov" }, "Dune Messiah,Emma,Ulysses"],
    [{ editor: null, pages: 300 }, "Dune,Dune Messiah,Ulysses"],
    [{ editor__handle: "ann", author__handle: "ann" }, "Dune Messiah,Emma,Ulysses"],
    [{ sequel_of__title: "Dune", pages__gt: 450 }, "Dune Messiah,Emma"],
    [{ pages__range: [300, 400], printed_at: null }, "Dune,Dune Messiah,Emma,Ulysses"],
    [{ id__in: [], title: "nothing" }, ""],
  ];

  test("narrows to the rows that meet at least one condition", async () => {
    const { books } = await filledLibrary();
    for (const [given, expected] of conditions) {
      const narrowed = books.filterAny(given);
      const found = await titles(narrowed);
      expect([given, found.join()]).toEqual([given, expected]);
      expect([given, await narrowed.count()]).toEqual([given, found.length]);
    }
  });

  test("stands beside other conditions, each in its place", async () => {
    const { books } = await filledLibrary();
    const either = { title__icontains: "dune", author__handle: "ann" };
    const narrowed = books.filter({ is_lent: true }).filterAny(either).filterAny({ pages: 400, id: 2 });
    expect(await titles(narrowed)).toEqual(["Dune"]);
    expect(await titles(narrowed.filter({ pages__gt: 400 }))).toEqual([]);
    expect(await narrowed.update({ blurb: "changed" })).toBe(1);
    expect(await titles(books.filter({ blurb: "changed" }))).toEqual(["Dune"]);
    expect(await narrowed.delete()).toBe(1);
    expect(await books.count()).toBe(3);
  });

  test("is told from conditions that are all to be met", async () => {
    const { books } = await filledLibrary();
    const both = { pages: 500, is_lent: false };
    expect(await titles(books.filter(both))).toEqual(["Emma"]);
    expect(await titles(books.filterAny(both))).toEqual(["Dune Messiah", "Emma"]);
    expect(await titles(books.filterAny({ pages: 500 }).filterAny({ is_lent: false }))).toEqual(["Emma"]);
  });

  test("of no condition, of undefined or of an unknown field is refused", async () => {
    const { books } = await library();
    expect(() => books.filterAny({})).toThrow("filterAny: no condition is given");
    expect(() => books.filterAny({ title: undefined } as never)).toThrow("filterAny: title is undefined.");
    expect(() => books.filterAny({ titel: "x" } as never)).toThrow('filterAny: library.Book has no field "titel".');
  });
});

describe("orderBy", () => {
  test.each([
    [[], "1,2,3,4"],
    [["-title"], "4,3,2,1"],
    [["-author", "title"], "3,4,1,2"],
    [["author_id", "-pk"], "2,1,4,3"],
    [["pages"], "4,2,1,3"],
    [["-printed_at", "id"], "2,1,3,4"],
    [["author__handle", "-id"], "4,3,2,1"],
    [["-author__handle", "id"], "1,2,3,4"],
    [["editor__handle", "author__handle", "id"], "4,1,2,3"],
    [["-sequel_of__author__handle", "-id"], "2,4,3,1"],
  ])("sorts by %s", async (names, ids) => {
    const { books } = await filledLibrary();
    expect((await books.orderBy(...(names as "title"[])).rows()).map(({ id }) => id).join()).toBe(ids);
  });

  test("joins a table once, whether rows are ordered or narrowed by it, and counts without an order's", async () => {
    const { books } = await filledLibrary();
    const observed = observedStatements();
    const ordered = books.filter({ author__handle: "ann" }).orderBy("author__handle", "-author__id", "title");
    expect(await titles(ordered)).toEqual(["Emma", "Ulysses"]);
    expect(observed[0]?.match(/join/g)).toHaveLength(1);
    expect(await books.orderBy("editor__handle").count()).toBe(4);
    expect(observed[1]).not.toContain("join");
    expect(await ordered.update({ blurb: "new" })).toBe(2);
  });

  test("replaces the order there was", async () => {
    const { books } = await filledLibrary();
    expect((await books.orderBy("title").orderBy("-id").first())?.id).toBe(4);
    expect((await books.orderBy("-id").orderBy("title").first())?.id).toBe(1);
  });

  test.each([
    "titel",
    "title desc",
    "title; drop table library_book",
    '"title"',
    "title__handle",
    "author__handel",
    "-",
    "?",
    "constructor",
  ])("refuses %s", async (name) => {
    const { books } = await library();
    expect(() => books.orderBy(name as never)).toThrow(ImproperlyConfigured);
  });
});

describe("rows", () => {
  test("come in windows", async () => {
    const { books } = await filledLibrary();
    const ids = async (limit: number, offset: number) => (await books.rows({ limit, offset })).map(({ id }) => id);
    expect([await ids(2, 0), await ids(2, 2), await ids(2, 3), await ids(2, 9), await ids(0, 0)]).toEqual([
      [1, 2],
      [3, 4],
      [4],
      [],
      [],
    ]);
  });

  test("first is the first by key where no order is asked for, whichever index finds it", async () => {
    const { authors, author } = await library();
    for (const handle of ["zoe", "ann", "bob"]) await author(handle);
    expect(await authors.filter({ handle__gte: "a" }).first()).toMatchObject({ handle: "zoe" });
    expect(await authors.orderBy("handle").first()).toMatchObject({ handle: "ann" });
    expect(await authors.filter({ handle: "eve" }).first()).toBeUndefined();
  });
});

describe("prefetchRelated", () => {
  test("makes one query more a relation, whatever the number of rows", async () => {
    const { authors, books, author, book } = await library();
    const ids = [await author("ann"), await author("bob")];
    const observed = observedStatements();
    for (const size of [1, 40]) {
      for (let number = 0; number < size; number += 1)
        await book(`Book ${number}`, ids[number % 2] ?? 0, { editor: ids[0] });
      observed.length = 0;
      const rows = await books.prefetchRelated("author", "editor").rows();
      expect(observed).toHaveLength(3);
      expect(rows).toHaveLength(await books.count());
    }
    const [ann] = await authors.filter({ handle: "ann" }).rows();
    expect(await books.prefetchRelated("author").first()).toMatchObject({ author_id: 1, author: ann });
  });

  test("gives parents that are shared, none, or the model's own", async () => {
    const { books, authors } = await filledLibrary();
    const rows = await books.prefetchRelated("author", "editor", "sequel_of").rows();
    const names = rows.map(({ author, editor, sequel_of }) => [
      author["handle"],
      editor?.handle ?? null,
      sequel_of?.title ?? null,
    ]);
    expect(names).toEqual([
      ["bob", null, null],
      ["bob", "ann", "Dune"],
      ["ann", "bob", null],
      ["ann", null, null],
    ]);
    const mentors = await authors.orderBy("id").prefetchRelated("mentor").rows();
    expect(mentors.map(({ mentor }) => mentor)).toMatchObject([null, { handle: "bob" }]);
  });

  test.each(["title", "author__handle", "nothing", "id", "books"])("refuses %s", async (name) => {
    const { books } = await library();
    expect(() => books.prefetchRelated(name as "author")).toThrow(ImproperlyConfigured);
  });
});

describe("update", () => {
  test("changes the rows of the query set alone, and gives how many", async () => {
    const { books, ann } = await filledLibrary();
    expect(await books.filter({ author__handle: "bob" }).update({ pages: 1, editor: ann, is_lent: false })).toBe(2);
    expect((await books.rows()).map(({ pages, editor_id, is_lent }) => [pages, editor_id, is_lent])).toEqual([
      [1, ann, false],
      [1, ann, false],
      [500, 1, false],
      [null, null, true],
    ]);
  });

  test("puts each value into its place, whatever the order of the fields and of the conditions", async () => {
    const { books } = await filledLibrary();
    const narrowed = books.filter({ pages__gte: 300, title: "Emma", author__handle: "ann", id__in: [3] });
    expect(await narrowed.update({ subtitle: "Changed", title: "Emma 2", pages: 7 })).toBe(1);
    expect(await books.filter({ id: 3 }).first()).toMatchObject({ title: "Emma 2", subtitle: "Changed", pages: 7 });
  });

  test("follows the clock in what is updated by itself, and leaves the time of making", async () => {
    const { books, database } = await filledLibrary();
    const long = "2001-01-01 00:00:00";
    await database.run({ sql: "update library_book set created_at = ?, updated_at = ?", isWrite: true }, [long, long]);
    await books.filter({ id: 1 }).update({ pages: 1 });
    const [changed, other] = await books.rows();
    expect(changed?.created_at).toBe("2001-01-01T00:00:00Z");
    expect(changed && changed.updated_at > "2020").toBe(true);
    expect(other?.updated_at).toBe("2001-01-01T00:00:00Z");
  });

  test("of nothing gives how many rows there are, for none is missing", async () => {
    const { authors } = await filledLibrary();
    expect(await authors.update({})).toBe(2);
    expect(await authors.filter({ handle: "eve" }).update({})).toBe(0);
  });

  test("changes no row where none meets the conditions", async () => {
    const { books } = await filledLibrary();
    expect(await books.filter({ id__in: [] }).update({ pages: 1 })).toBe(0);
    expect(await books.filter({ pages: 1 }).count()).toBe(0);
  });

  test("names what would be repeated", async () => {
    const { authors } = await filledLibrary();
    await expect(authors.filter({ handle: "ann" }).update({ handle: "bob" })).rejects.toMatchObject({
      columns: ["handle"],
    });
    expect((await authors.orderBy("id").rows()).map(({ handle }) => handle)).toEqual(["bob", "ann"]);
  });
});

describe("delete", () => {
  test("removes the rows of the query set alone, and gives how many", async () => {
    const { books } = await filledLibrary();
    expect(await books.filter({ author__handle: "ann" }).delete()).toBe(2);
    expect(await titles(books)).toEqual(["Dune", "Dune Messiah"]);
    expect(await books.filter({ title: "Emma" }).delete()).toBe(0);
    expect(await books.filter({ sequel_of__isnull: false }).delete()).toBe(1);
    expect(await books.delete()).toBe(1);
  });

  test("does to the rows that refer to them what their relations say", async () => {
    const { authors, books } = await filledLibrary();
    expect(await authors.filter({ handle: "bob" }).delete()).toBe(1);
    expect(await authors.rows()).toMatchObject([{ handle: "ann", mentor_id: null }]);
    expect(await titles(books)).toEqual(["Emma", "Ulysses"]);
  });

  test("removes rows that refer to each other, though that is what they were found by", async () => {
    const { authors, author, book, books } = await library();
    const bob = await author("bob");
    const ann = await author("ann", bob);
    await author("eve", ann);
    expect(await authors.filter({ mentor__isnull: false }).delete()).toBe(2);
    expect(await authors.rows()).toMatchObject([{ handle: "bob" }]);
    const first = await book("One", bob);
    await book("Three", bob, { sequel_of: await book("Two", bob, { sequel_of: first }) });
    expect(await books.filter({ sequel_of__isnull: false }).delete()).toBe(2);
    expect(await titles(books)).toEqual(["One"]);
  });
});

describe("in a transaction", () => {
  test("a query set reads what it wrote, and all of it is undone together", async () => {
    const { database, books, author } = await library();
    const ann = await author("ann");
    const failing = database.transaction(async () => {
      await books.insert({ title: "Emma", author: ann });
      expect(await books.count()).toBe(1);
      throw new Error("undone");
    });
    await expect(failing).rejects.toThrow("undone");
    expect(await books.count()).toBe(0);
  });
});

describe("statements", () => {
  test("of one shape are one text, whatever the values", async () => {
    const { books } = await filledLibrary();
    const observed = observedStatements();
    const shapes = (round: number) => [
      books
        .filter({ title: `Book ${round}`, pages__gte: round })
        .orderBy("-title")
        .rows({ limit: round, offset: round }),
      books.filter({ id__in: Array.from({ length: round * 7 }, (_, index) => index) }).count(),
      books.filter({ author__handle: `author ${round}` }).exists(),
      books.filter({ pages: round }).update({ title: `Book ${round}` }),
      books.filter({ subtitle: `${round}` }).delete(),
      books.prefetchRelated("author").rows(),
    ];
    for (let round = 1; round <= 5; round += 1) await Promise.all(shapes(round));
    expect(new Set(observed.filter((sql) => !/^(BEGIN|COMMIT)/.test(sql))).size).toBe(7);
  });

  test("hold no value that was given", async () => {
    const { books, author } = await filledLibrary();
    const observed = observedStatements();
    await author("secret");
    await books.filter({ title: "secret", subtitle__in: ["secret"], pages: 31_337 }).update({ blurb: "secret" });
    await books.filter({ author__handle: "secret" }).rows({ limit: 31_337, offset: 31_337 });
    expect(observed.join("\n")).not.toMatch(/secret|31337/);
  });

  test("that differ in null, in order, in the columns or in what they do differ in their text", async () => {
    const { books } = await filledLibrary();
    const lent = await books.filter({ subtitle: "A Novel" }).rows();
    expect(lent).toHaveLength(1);
    expect(await books.filter({ subtitle: null }).rows()).toHaveLength(3);
    expect(await books.filter({ subtitle__isnull: true }).count()).toBe(3);
    expect(await books.filter({ subtitle__isnull: false }).count()).toBe(1);
    expect((await books.orderBy("title").rows()).map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    expect((await books.orderBy("-title").rows()).map(({ id }) => id)).toEqual([4, 3, 2, 1]);
    expect((await books.rows({ limit: 1, offset: 0 })).length).toBe(1);
    expect(await books.rows()).toHaveLength(4);
  });

  test("of a selection named as another kind of statement are not taken for it", async () => {
    const { books, registry } = await filledLibrary();
    expect(await books.count()).toBe(4);
    const title = { relations: [], field: fieldOf(books.meta, "title", "test") };
    for (const key of ["count", "delete", "insert title"]) {
      expect((await books.select({ key, paths: [title] }))[0]).toEqual(["Dune"]);
    }
    expect(registry.meta(books.meta.model)).toBe(books.meta);
  });
});

describe("a relation named as the table", () => {
  test("is told from it", async () => {
    const Person = model(
      "people.Person",
      { name: field.text(), person: field.foreignKey("self", { null: true, onDelete: "setNull" }) },
      {
        table: "person",
      },
    );
    const database = await temporaryDatabase(
      "create table person (id integer primary key, name text, person_id bigint references person (id))",
    );
    const people = QuerySet.of<typeof Person>(createRegistry([Person], Author).meta(Person), database);
    const eve = await people.insert({ name: "eve" });
    await people.insert({ name: "dan", person: eve });
    expect((await people.filter({ person__name: "eve" }).rows()).map(({ name }) => name)).toEqual(["dan"]);
    expect(await people.filter({ person__name: "eve" }).update({ name: "don" })).toBe(1);
    expect(await people.filter({ person__person__name: null, name: "don" }).delete()).toBe(1);
    expect(await people.count()).toBe(1);
  });
});

describe("exclude, get and the like", () => {
  test("exclude leaves out what meets every condition, and keeps what holds null", async () => {
    const { books, ann } = await filledLibrary();
    const left = (conditions: BookConditions) => titles(books.exclude(conditions).orderBy("id"));
    expect(await left({ author: ann })).toEqual(["Dune", "Dune Messiah"]);
    expect(await left({ pages__gte: 400 })).toEqual(["Dune Messiah", "Ulysses"]);
    expect(await left({ pages__gte: 400, is_lent: true })).toEqual(["Dune Messiah", "Emma", "Ulysses"]);
    expect(await left({ editor__handle: "ann" } as BookConditions)).toEqual(["Dune", "Emma", "Ulysses"]);
    expect(await left({})).toHaveLength(4);
    expect(await books.filter({ is_lent: true }).exclude({ author: ann }).count()).toBe(1);
  });

  test("get gives the one row, and says what it found instead", async () => {
    const { books } = await filledLibrary();
    expect(await books.get({ title: "Emma" })).toMatchObject({ title: "Emma", pages: 500 });
    await expect(books.get({ title: "Moby Dick" })).rejects.toThrow("No Book matches the given query.");
    await expect(books.get({ is_lent: true })).rejects.toThrow("get: more than one Book meets the conditions.");
  });

  test("values gives some fields, of related rows too", async () => {
    const { books } = await filledLibrary();
    expect(await books.orderBy("id").values("title", "pages", "author__handle")).toEqual([
      { title: "Dune", pages: 400, author__handle: "bob" },
      { title: "Dune Messiah", pages: 300, author__handle: "bob" },
      { title: "Emma", pages: 500, author__handle: "ann" },
      { title: "Ulysses", pages: null, author__handle: "ann" },
    ]);
  });

  test("bulkInsert makes all rows or none, with a hundred a statement", async () => {
    const { books, author, database } = await library();
    const ann = await author("ann");
    const given = Array.from({ length: 250 }, (_, index) => ({ title: `Book ${index}`, author: ann }));
    const observed = observedStatements();
    expect(await books.bulkInsert(given)).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
    expect(observed.filter((sql) => sql.startsWith("insert"))).toHaveLength(3);
    expect(await read(database, "select count(*), min(title), max(author_id) from library_book")).toEqual([
      [250, "Book 0", ann],
    ]);
    const wrong = [
      { title: "last", author: ann },
      { title: null as never, author: ann },
    ];
    await expect(books.bulkInsert(wrong)).rejects.toThrow("title may not be null");
    expect(await books.count()).toBe(250);
    expect(await books.bulkInsert([])).toEqual([]);
  });
});
