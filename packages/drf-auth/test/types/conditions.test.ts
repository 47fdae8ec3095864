import { describe, expectTypeOf, test } from "vitest";
import type { PrimaryKey } from "../../src/index.ts";
import { f, type Model, type QuerySet } from "../../src/models/index.ts";
import type { Book, Person } from "./shelf.ts";

declare const books: QuerySet<typeof Book>;
declare const people: QuerySet<typeof Person>;

describe("conditions", () => {
  test("take a field's values by each of its names", () => {
    expectTypeOf([
      () => books.filter({ pk: 1, id: 1, author: 1, author_id: 1, editor: null, title: "x", kind: "a", sold: null }),
      () => books.filter({ tags: 1, readers: 1, like: 2, tags__in: [1, 2], tags__isnull: true }),
      () => books.filter({ views: 5n, views__gt: 5, price: 5, price__lte: "5.00", score__gte: 0.5 }),
      () => books.filter({ facts: { a: 1 }, key: "0c1c46a1-54b4-4cb6-9ee8-8a1be1e6b4a1", is_lent: true }),
      () => books.exclude({ pk: 1 }).filterAny({ pk: 1, tags: 2 }).get({ author_id: 1 }),
      () => books.get(),
      // @ts-expect-error a typo
      () => books.filter({ titel: "x" }),
      // @ts-expect-error a text is no number
      () => books.filter({ pages: "5" }),
      // @ts-expect-error a title is never null
      () => books.filter({ title: null }),
      // @ts-expect-error no choice
      () => books.filter({ kind: "c" }),
      // @ts-expect-error a key is a number
      () => books.filter({ tags: "red" }),
      // @ts-expect-error undefined is no value
      () => books.filter({ title: undefined }),
    ]).toBeArray();
  });

  test("take what their look-up compares with", () => {
    expectTypeOf([
      () => books.filter({ title__icontains: "x", pages__startswith: 5, subtitle__iexact: null }),
      () => books.filter({ pages__gte: 1, pages__in: [1, 2], pages__range: [1, 2], sold__isnull: true }),
      () => books.filter({ kind__in: ["a", "b"], kind__gt: "c", author__in: [1, null], author_id__gt: 1 }),
      () => books.filter({ at__gte: "2024-01-01T00:00:00Z", at__year: 2024, at__date: "2024-01-01", at__hour__gte: 5 }),
      () => books.filter({ on__month__in: [1, 2], on__week_day__range: [1, 5], at__time__lt: "12:00:00" }),
      () => books.filter({ pk__in: [1], id__gt: 1, title__exact: "x" }),
      (keys: readonly number[] = []) => books.filter({ pk__in: keys, author__in: keys }),
      // @ts-expect-error no look-up
      () => books.filter({ title__regex: "x" }),
      // @ts-expect-error a text is no number
      () => books.filter({ pages__gte: "abc" }),
      // @ts-expect-error a text is no boolean
      () => books.filter({ pages__isnull: "yes" }),
      // @ts-expect-error no choice
      () => books.filter({ kind__in: ["c"] }),
      // @ts-expect-error a Date is no time of a row
      () => books.filter({ at__gte: new Date() }),
      // @ts-expect-error one value is no list
      () => books.filter({ pages__in: 5 }),
      // @ts-expect-error three values are no pair
      () => books.filter({ pages__range: [1, 2, 3] }),
      // @ts-expect-error nothing is after null
      () => books.filter({ sold__gt: null }),
      // @ts-expect-error a number has no year
      () => books.filter({ pages__year: 2024 }),
      // @ts-expect-error a year is a number
      () => books.filter({ at__year: "2024" }),
      // @ts-expect-error a year is not looked for in text
      () => books.filter({ at__year__contains: 4 }),
      // @ts-expect-error text is not looked for in keys
      () => books.filter({ author__contains: "x" }),
      // @ts-expect-error a boolean is no text
      () => books.filter({ title__contains: true }),
    ]).toBeArray();
  });

  test("go over relations as far as the models are known", () => {
    expectTypeOf([
      () => books.filter({ author__name: "x", author__pk: 1, author__boss_id: 1, author__boss__name__in: ["x"] }),
      () => books.filter({ editor__name: null, author__boss__boss__boss__age__gte: 5, author__favourite__title: "x" }),
      () => books.filter({ tags__name: "x", tags__name__startswith: "x", like__tags__weight__gt: 5, like__like: 1 }),
      () => books.filter({ keeper__username: "x", keeper__is_staff: true }),
      // @ts-expect-error a typo
      () => books.filter({ author__nmae: "x" }),
      // @ts-expect-error a typo, far away
      () => books.filter({ author__boss__boss__favourite__titel: "x" }),
      // @ts-expect-error a typo before a look-up
      () => books.filter({ author__name__contain: "x" }),
      // @ts-expect-error a name is never null, and neither is an author
      () => books.filter({ author__name: null }),
      // @ts-expect-error a name is no number
      () => books.filter({ author__boss__name: 5 }),
      // @ts-expect-error a typo in what many lead to
      () => books.filter({ tags__nmae: "x" }),
      // @ts-expect-error a weight is no text
      () => books.filter({ tags__weight__in: ["x"] }),
      // @ts-expect-error a title leads nowhere
      () => books.filter({ title__name: "x" }),
    ]).toBeArray();
  });

  test("take the key of a model that is a type parameter", () => {
    const found = <M extends Model>(query: QuerySet<M>, key: PrimaryKey<M>) => [
      query.filter({ pk: key }),
      query.exclude({ pk__in: [key] }),
      // @ts-expect-error the key may be a number
      query.filter({ pk: "a" }),
    ];
    expectTypeOf([
      () => found(books, 1),
      // @ts-expect-error a book's key is a number
      () => found(books, "a"),
      // @ts-expect-error a book's key is a number
      () => books.filter({ pk: "a" }),
      // @ts-expect-error a book's key is a number
      () => books.filter({ pk__in: ["a"] }),
    ]).toBeArray();
  });

  test("leave alone what the types do not know", () => {
    expectTypeOf([
      () => people.filter({ books__title: "x", book_set__title__in: [1], boss__books__nmae: new Date() }),
      () => books.filter({ owner__anything: 5, owner__groups__name: "x", readers__anything__in: 5, owner__in: [1] }),
      () => books.filter({ author__book_set__title: "x" }),
      (name = "x") => (books as unknown as QuerySet).filter({ [name]: 5, [`${name}__in`]: 5 }),
      // @ts-expect-error a key is in a list
      () => books.filter({ owner__in: 1 }),
    ]).toBeArray();
  });

  test("are the same for all that take them", () => {
    expectTypeOf([
      () => books.filterTogether([{ title: "x", tags__name: "y" }, { pages__gte: 5 }]),
      () => books.filterTogether([]),
      // @ts-expect-error a typo
      () => books.exclude({ author__nmae: "x" }),
      // @ts-expect-error a text is no number
      () => books.filterAny({ pages__gte: "abc", title: "x" }),
      // @ts-expect-error no look-up
      () => books.filterTogether([{ title: "x" }, { title__regex: "x" }]),
      // @ts-expect-error a text is no boolean
      () => books.get({ pages__isnull: "yes" }),
    ]).toBeArray();
  });

  test("take calculations with columns of the same kind", () => {
    expectTypeOf([
      () => books.filter({ pages: f("sold"), pages__gt: f("sold").plus(f("views")).times(2), price__lt: f("pages") }),
      () => books.filter({ title: f("author__name"), on: f("at"), author__age__gt: f("pages"), author: f("editor") }),
      () => books.filter({ title: f("owner__username"), pages: f("author__boss__favourite__pages") }),
      // @ts-expect-error a number is no text
      () => books.filter({ title: f("pages") }),
      // @ts-expect-error a typo
      () => books.filter({ pages__gt: f("page") }),
      // @ts-expect-error a typo over a relation
      () => books.filter({ pages__gt: f("author__agee") }),
      // @ts-expect-error a typo further on
      () => books.filter({ pages__gt: f("sold").plus(f("page")) }),
      // @ts-expect-error text is not calculated with
      () => books.filter({ title: f("title").plus(1) }),
      // @ts-expect-error only comparisons take a calculation
      () => books.filter({ pages__in: f("sold") }),
    ]).toBeArray();
  });
});
