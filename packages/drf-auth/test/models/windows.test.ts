import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  CheckViolation,
  count,
  field,
  application,
  model,
  MultipleObjectsReturned,
  QuerySet,
  UniqueViolation,
} from "../../src/index.ts";
import type { Window } from "../../src/models/index.ts";
import { observedStatements } from "../database/temporary-database.ts";
import { open } from "../fixtures/thesaurus.ts";
import { bookshop, type Bookshop } from "./bookshop.ts";

let shop: Bookshop;

beforeAll(async () => {
  shop = await bookshop();
  await shop.tags.bulkInsert(["a", "b", "c", "d", "e"].map((name) => ({ name })));
});
afterAll(() => shop[Symbol.asyncDispose]());

describe("a part of the rows", () => {
  test.each<[Window | undefined, string]>([
    [undefined, "abcde"],
    [{}, "abcde"],
    [{ limit: 2 }, "ab"],
    [{ offset: 2 }, "cde"],
    [{ limit: 2, offset: 1 }, "bc"],
    [{ limit: 0 }, ""],
    [{ limit: 9, offset: 4 }, "e"],
    [{ offset: 5 }, ""],
    [{ limit: 2 ** 60, offset: 3 }, "de"],
    [{ offset: 2 ** 60 }, ""],
    [{ limit: Number.MAX_SAFE_INTEGER, offset: Number.MAX_SAFE_INTEGER }, ""],
  ])("%j", async (window, expected) => {
    expect((await shop.tags.rows(window)).map(({ name }) => name).join("")).toBe(expected);
  });

  test.each([
    [{ limit: -1 }, "rows: limit is -1. Write a whole number, 0 or more."],
    [{ limit: 1.5 }, "rows: limit is 1.5."],
    [{ limit: Number.NaN }, "rows: limit is NaN."],
    [{ limit: Infinity }, "rows: limit is Infinity."],
    [{ limit: "2" }, "rows: limit is 2."],
    [{ limit: null }, "rows: limit is null."],
    [{ limit: 1, offset: -1 }, "rows: offset is -1. Write a whole number, 0 or more."],
    [{ offset: 0.1 }, "rows: offset is 0.1."],
  ])("%j is refused", async (window, message) => {
    await expect(shop.tags.rows(window as Window)).rejects.toThrow(TypeError);
    await expect(shop.tags.rows(window as Window)).rejects.toThrow(message);
  });

  test("is one statement, whatever is left out", async () => {
    const observed = observedStatements();
    for (const window of [{}, { limit: 1 }, { offset: 1 }, { limit: 1, offset: 1 }]) await shop.tags.rows(window);
    expect(new Set(observed).size).toBe(1);
  });

  test.each([-1, 0.5])("of groups is refused where it is %s", async (limit) => {
    await expect(shop.tags.aggregateBy(["name"], { all: count() }, { limit })).rejects.toThrow(
      `aggregateBy: limit is ${limit}. Write a whole number, 0 or more.`,
    );
  });
});

test("more rows than one are MultipleObjectsReturned", async () => {
  await expect(shop.tags.get()).rejects.toThrow(MultipleObjectsReturned);
  await expect(shop.tags.get({ name__in: ["a", "b"] })).rejects.toThrow("get: more than one Tag meets the conditions.");
  await expect(shop.tags.getOrCreate({ name__in: ["a", "b"] }, { name: "x" })).rejects.toThrow(MultipleObjectsReturned);
});

test.each([
  ["update", () => shop.books.update({ place: undefined } as never), "place"],
  ["update", () => shop.books.update({ title: "a", writer_id: undefined } as never), "writer_id"],
  ["insert", () => shop.books.insert({ isbn: "1", title: undefined } as never), "title"],
  ["insert", () => shop.books.create({ isbn: "1", title: "a", place: undefined } as never), "place"],
  ["insert", () => shop.tags.bulkInsert([{ name: "x" }, { name: undefined }] as never), "name"],
])("%s of what is undefined says what to write instead", async (how, storing, name) => {
  await expect(storing()).rejects.toThrow(TypeError);
  await expect(storing()).rejects.toThrow(`${how}: ${name} is undefined. Leave it out, or write null.`);
});

test("violations can be caught by what the front door has", async () => {
  const Seat = model(
    "hall.Seat",
    { number: field.integer({ unique: true }) },
    { constraints: [{ name: "hall_seat_above_nought", check: { number__gt: 0 } }] },
  );
  await using opened = await open(application({ models: [Seat], routes: [] }), {
    isSeeded: false,
    hasNoMigrations: true,
  });
  const { registry, database } = opened.project;
  const seats = QuerySet.of<typeof Seat>(registry.meta(Seat), database);
  await seats.insert({ number: 1 });
  await expect(seats.insert({ number: 1 })).rejects.toThrow(UniqueViolation);
  await expect(seats.insert({ number: -1 })).rejects.toThrow(CheckViolation);
});
