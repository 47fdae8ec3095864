import { describe, expectTypeOf, test } from "vitest";
import { avg, count, f, max, type QuerySet, sum } from "../../src/models/index.ts";
import type { NewRow } from "../../src/index.ts";
import type { Book, Person } from "./shelf.ts";

declare const books: QuerySet<typeof Book>;
declare const people: QuerySet<typeof Person>;
declare const anything: QuerySet;

describe("names", () => {
  test("of columns, of the model's own and over relations to one row", () => {
    expectTypeOf([
      () =>
        books.orderBy("title", "-pages", "pk", "-pk", "author_id", "author__name", "-author__boss__name", "owner__x"),
      () => books.values("pk", "author_id", "author__pk", "author__favourite_id", "keeper__username"),
      () =>
        books.aggregateBy(["author_id", "author__boss"], { n: count() }, { orderBy: ["-n", "author_id"], limit: 1 }),
      // @ts-expect-error a typo
      () => books.orderBy("titel"),
      // @ts-expect-error a typo over a relation
      () => books.orderBy("-author__nmae"),
      // @ts-expect-error many rows have no order
      () => books.orderBy("tags"),
      // @ts-expect-error many rows are no value
      () => books.values("tags"),
      // @ts-expect-error nor are what they hold
      () => books.values("tags__name"),
      // @ts-expect-error it was not asked for
      () => books.aggregateBy(["author"], { n: count() }, { orderBy: ["nope"] }),
      // @ts-expect-error it was not asked for, though there is one
      () => books.aggregateBy(["author"], { n: count() }, { orderBy: ["title"] }),
      // @ts-expect-error a typo
      () => books.aggregateBy(["autor"], { n: count() }),
    ]).toBeArray();
    const found = () => books.values("pk", "author_id", "editor__name");
    expectTypeOf(found).returns.resolves.items.toEqualTypeOf<{
      readonly pk: number;
      readonly author_id: number;
      readonly editor__name: string | null;
    }>();
  });

  test("of relations to one row", () => {
    expectTypeOf([
      () =>
        books.selectRelated("author", "editor__boss", "author__boss__boss", "owner__anything", "like__tags" as never),
      // @ts-expect-error a typo
      () => books.selectRelated("author__nope"),
      // @ts-expect-error a name is no relation
      () => books.selectRelated("author__name"),
      // @ts-expect-error there are many
      () => books.selectRelated("tags"),
    ]).toBeArray();
  });
});

test("rows have what relations lead to, one behind another", () => {
  const check = async () => {
    const row = await books.selectRelated("editor__boss", "author", "owner__profile").get({ pk: 1 });
    expectTypeOf(row.editor?.boss?.name).toEqualTypeOf<string | undefined>();
    expectTypeOf(row.editor?.name).toEqualTypeOf<string | undefined>();
    expectTypeOf(row.author.age).toEqualTypeOf<number | null>();
    expectTypeOf(row.owner).toEqualTypeOf<Readonly<Record<string, unknown>> | null>();
    // @ts-expect-error it was not asked for
    expectTypeOf(row.author.boss).toBeNever();
    const [one] = await books.prefetchRelated("like__tags", "author__books").rows();
    expectTypeOf(one?.like[0]?.tags[0]?.name).toEqualTypeOf<string | undefined>();
    expectTypeOf(one?.author.books).toEqualTypeOf<readonly Readonly<Record<string, unknown>>[] | undefined>();
  };
  expectTypeOf(check).toBeFunction();
});

describe("what is computed", () => {
  test("is over columns that hold what it takes", () => {
    expectTypeOf([
      () => books.aggregate({ a: sum("pages"), b: avg("author__age"), c: max("title"), d: count(), e: count("key") }),
      () => books.aggregate({ a: count("pk", { filter: { pages__gte: 5, tags__name: "x" }, distinct: true }) }),
      // @ts-expect-error a typo
      () => books.aggregate({ a: sum("titel") }),
      // @ts-expect-error a text is no number
      () => books.aggregate({ a: sum("title") }),
      // @ts-expect-error nor is one over a relation
      () => books.aggregate({ a: avg("author__name") }),
      // @ts-expect-error a boolean has no order
      () => books.aggregateBy(["author"], { a: max("is_lent") }),
      // @ts-expect-error there are many rows of each
      () => books.aggregate({ a: count("tags") }),
      // @ts-expect-error a typo among conditions
      () => books.aggregate({ a: count("pk", { filter: { page: 5 } }) }),
      // @ts-expect-error a text is no number
      () => books.aggregate({ a: count("pk", { filter: { author__age__gt: "x" } }) }),
    ]).toBeArray();
  });

  test("of each row is over rows that a relation leads to, or of its columns", () => {
    expectTypeOf([
      () =>
        books.annotate({ n: count("tags"), w: sum("tags__weight"), m: max("like__title"), x: count("author__books") }),
      () => books.annotate({ n: count("tags", { filter: { name: "x", weight__in: [1, 2] } }), r: count("readers__x") }),
      () => anything.annotate({ n: count("tags", { filter: { x: 1 } }), twice: f("x").times(2) }).orderBy("n", "x"),
      () => people.annotate({ n: count("books", { filter: { anything: 1 } }), p: sum("book_set__pages") }),
      () => books.annotate({ left: f("pages").minus(f("sold")), name: f("author__name") }),
      // @ts-expect-error a typo in what many rows hold
      () => books.annotate({ n: count("tags__nmae") }),
      // @ts-expect-error a name is no number
      () => books.annotate({ n: sum("tags__name") }),
      // @ts-expect-error a typo among the conditions of many rows
      () => books.annotate({ n: count("tags", { filter: { nope: 1 } }) }),
      // @ts-expect-error a weight is no text
      () => books.annotate({ n: count("tags", { filter: { weight__gte: "x" } }) }),
      // @ts-expect-error there is one title
      () => books.annotate({ n: count("title") }),
      // @ts-expect-error there is one author
      () => books.annotate({ n: count("author__name") }),
      // @ts-expect-error there is a field of that name
      () => books.annotate({ title: count("tags") }),
      // @ts-expect-error there is a column of that name
      () => books.annotate({ author_id: count("tags") }),
      // @ts-expect-error a typo
      () => books.annotate({ n: f("nope") }),
      // @ts-expect-error text is not calculated with
      () => books.annotate({ n: f("title").plus(1) }),
    ]).toBeArray();
  });

  test("is there to be asked for", () => {
    const check = async () => {
      const counted = books.annotate({ n: count("tags"), dear: f("price").times("2"), last: max("like__at") });
      await counted
        .filter({ n__gte: 1, n: 2, dear__lt: 5, n__gt: f("pages"), last__year: 2024 })
        .orderBy("-n", "title")
        .rows();
      await counted.filter({ pages__gt: f("n").plus(f("n")) }).aggregate({ all: sum("n") });
      const again = counted.annotate({ twice: f("n").times(2) });
      expectTypeOf(await again.values("n", "twice", "dear", "last")).items.toEqualTypeOf<{
        readonly n: number;
        readonly twice: number;
        readonly dear: string;
        readonly last: string | null;
      }>();
      // @ts-expect-error a count is a number
      counted.filter({ n__gte: "x" });
      // @ts-expect-error a typo
      counted.orderBy("-nn");
      // @ts-expect-error the name is taken
      counted.annotate({ n: count("tags") });
    };
    expectTypeOf(check).toBeFunction();
  });
});

describe("what is stored", () => {
  test("is named by a relation or by its column, with the key or without", () => {
    expectTypeOf([
      () => books.insert({ title: "x", pages: 5, author: 1 }),
      () => books.insert({ title: "x", pages: 5, author_id: 1, editor_id: null, id: 5 }),
      () =>
        books.bulkInsert([
          { title: "x", pages: 5, author_id: 1 },
          { title: "x", pages: 5, author: 1, kind: "a" },
        ]),
      () => books.update({ author_id: 1, editor: null }),
      // @ts-expect-error the author is missing
      () => books.insert({ title: "x", pages: 5 }),
      // @ts-expect-error the pages are missing
      () => books.insert({ title: "x", author: 5 }),
      // @ts-expect-error a typo
      () => books.insert({ title: "x", pages: 5, author: 1, subtitel: "x" }),
      // @ts-expect-error a key is a number
      () => books.insert({ title: "x", pages: 5, author_id: "x" }),
      // @ts-expect-error pk is no column
      () => books.insert({ title: "x", pages: 5, author: 1, pk: 5 }),
      // @ts-expect-error an author is never null
      () => books.update({ author_id: null }),
      // @ts-expect-error a typo
      () => books.update({ autor_id: 1 }),
    ]).toBeArray();
  });

  test("may be computed from the row's own columns", () => {
    expectTypeOf([
      () => books.update({ pages: f("pages").plus(f("sold")).minus(1), sold: f("views"), title: f("subtitle") }),
      () => books.update({ price: f("price").times("1.5").plus(f("pages")), score: f("price"), author: f("editor") }),
      // @ts-expect-error a typo
      () => books.update({ pages: f("nope") }),
      // @ts-expect-error a number is no text
      () => books.update({ title: f("pages") }),
      // @ts-expect-error a fraction is no whole number
      () => books.update({ pages: f("score") }),
      // @ts-expect-error a fraction is no decimal
      () => books.update({ price: f("price").plus(f("score")) }),
      // @ts-expect-error another row's column
      () => books.update({ pages: f("author__age") }),
      // @ts-expect-error a moment is no day
      () => books.update({ on: f("at") }),
    ]).toBeArray();
  });
});

describe("a new row", () => {
  test("takes a relation by its name or by its column, in defaults as in an insert", () => {
    expectTypeOf([
      () => books.insert({ title: "x", pages: 1, author_id: 1, id: 5 }),
      () => books.getOrCreate({ title: "x" }, { pages: 1, author_id: 1, editor_id: null, id: 5 }),
      () => books.getOrCreate({ title: "x" }, { pages: 1, author: 1 }),
      () => books.getOrCreate({ title: "x", author_id: 1 }, { pages: 1 }),
      () => books.getOrCreate({ title: "x", author: 1, pages: 1 }),
      () => books.updateOrCreate({ title: "x" }, { pages: 1, author_id: 1 }),
      () => books.updateOrCreate({ title: "x" }, { pages: f("pages").plus(1) }, { pages: 1, author_id: 1, id: 5 }),
      () => books.updateOrCreate({ title: "x" }, { author_id: 1 }, { pages: 1, author_id: 1 }),
      // @ts-expect-error the author is missing
      () => books.getOrCreate({ title: "x" }, { pages: 1, editor_id: 1 }),
      // @ts-expect-error an author's key is a number
      () => books.getOrCreate({ title: "x" }, { pages: 1, author_id: "1" }),
      // @ts-expect-error a typo
      () => books.getOrCreate({ title: "x" }, { pages: 1, author_id: 1, editr_id: 1 }),
    ]).toBeArray();
  });

  test("has a name for those who make one", () => {
    const made = (given: NewRow<typeof Book>) => books.insert(given);
    expectTypeOf(made).returns.resolves.toEqualTypeOf<number>();
    expectTypeOf<{ title: string; pages: number; author_id: number }>().toExtend<NewRow<typeof Book>>();
    expectTypeOf<{ title: string; pages: number }>().not.toExtend<NewRow<typeof Book>>();
  });
});
