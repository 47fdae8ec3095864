import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, expectTypeOf, test } from "vitest";
import { application, field, ImproperlyConfigured, model, QuerySet } from "../../../src/index.ts";
import { UniqueViolation } from "../../../src/database/index.ts";
import { observedStatements } from "../../database/temporary-database.ts";
import { open } from "../../fixtures/thesaurus.ts";
import { bookshop } from "../bookshop.ts";

describe("bulkInsert that ignores conflicts", () => {
  test("leaves out what would repeat anything, and gives the keys of what it made", async () => {
    await using shop = await bookshop();
    const [red] = await shop.tags.bulkInsert([{ name: "red" }]);
    const names = ["red", "blue", "blue", "green"].map((name) => ({ name }));
    const made = await shop.tags.bulkInsert(names, { onConflict: "ignore" });
    const rows = await shop.tags.orderBy("id").rows();
    expect(rows.map(({ name }) => name)).toEqual(["red", "blue", "green"]);
    expect([red, ...made]).toEqual(rows.map(({ id }) => id));
    expect(await shop.tags.bulkInsert(names, { onConflict: "ignore" })).toEqual([]);
    await expect(shop.tags.bulkInsert(names)).rejects.toBeInstanceOf(UniqueViolation);
    await expect(shop.tags.bulkInsert([{ name: null as never }], { onConflict: "ignore" })).rejects.toThrow(
      "may not be null",
    );
  });

  test("does so in a transaction, which goes on", async () => {
    await using shop = await bookshop();
    await shop.database.transaction(async () => {
      await shop.tags.insert({ name: "red" });
      await shop.tags.bulkInsert([{ name: "red" }], { onConflict: "ignore" });
      await shop.tags.insert({ name: "blue" });
    });
    expect(await shop.tags.count()).toBe(2);
  });
});

describe("bulkInsert that changes what is there", () => {
  const options = { onConflict: "update", unique: ["isbn"], update: ["title", "place"] } as const;

  test("changes the fields that are named, makes the others, and gives the keys of all", async () => {
    await using shop = await bookshop();
    const before = await shop.books.create({ isbn: "1", title: "One", shelf: "B", price: "3.00" });
    // The clock has milliseconds.
    await wait(2);
    const keys = await shop.books.bulkInsert(
      [
        { isbn: "1", title: "New", place: 1, price: "9.00" },
        { isbn: "2", title: "Two", place: 2 },
      ],
      options,
    );
    const [one, two] = await shop.books.rows();
    expect(keys).toEqual([one?.id, two?.id]);
    expect(one).toMatchObject({ id: before.id, title: "New", place: 1, shelf: "B", price: "3.00" });
    expect((one?.updated_at ?? "") > before.updated_at).toBe(true);
    expect(two).toMatchObject({ title: "Two", shelf: "A" });
  });

  test("of rows that repeat each other the last counts, on both databases", async () => {
    await using shop = await bookshop();
    const given = ["a", "b", "c"].map((title) => ({ isbn: "1", title, place: 1 }));
    const keys = await shop.books.bulkInsert([...given, { isbn: "2", title: "d" }], options);
    const [one, two] = await shop.books.rows();
    expect(keys).toEqual([one?.id, one?.id, one?.id, two?.id]);
    expect([one?.title, two?.title]).toEqual(["c", "d"]);
  });

  test("is by fields that are unique together, of which null repeats nothing, and by the key", async () => {
    await using shop = await bookshop();
    const given = [
      { isbn: "1", title: "a", place: 1 },
      { isbn: "2", title: "b", place: null },
      { isbn: "3", title: "c", place: null },
      { isbn: "4", title: "d", place: 1 },
    ];
    await shop.books.bulkInsert(given, { onConflict: "update", unique: ["place", "shelf"], update: ["title"] });
    expect((await shop.books.rows()).map(({ isbn, title }) => isbn + title)).toEqual(["1d", "2b", "3c"]);
    for (const name of ["one", "two"]) {
      const byKey = { onConflict: "update", unique: ["code"], update: ["name"] } as const;
      expect(await shop.countries.bulkInsert([{ code: "fr", name }], byKey)).toEqual(["fr"]);
    }
    expect(await shop.countries.rows()).toEqual([{ code: "fr", name: "two" }]);
  });

  test("refuses a row that would repeat something else", async () => {
    await using shop = await bookshop();
    await shop.books.bulkInsert([
      { isbn: "1", title: "a", place: 1 },
      { isbn: "2", title: "b", place: 2 },
    ]);
    await expect(shop.books.bulkInsert([{ isbn: "1", title: "a", place: 2 }], options)).rejects.toBeInstanceOf(
      UniqueViolation,
    );
    expect((await shop.books.get({ isbn: "1" })).place).toBe(1);
  });

  test("is told at once where what is named is not unique, or nothing is changed", async () => {
    await using shop = await bookshop();
    const { books } = shop;
    const rows = [{ isbn: "1", title: "a" }];
    const wrong = { onConflict: "update", unique: ["title", "isbn"], update: ["title"] } as const;
    await expect(books.bulkInsert(rows, wrong)).rejects.toThrow(ImproperlyConfigured);
    await expect(books.bulkInsert(rows, wrong)).rejects.toThrow(
      "no two rows of bookshop.Book need to differ in title and isbn. What is unique: id; isbn; shelf and place.",
    );
    await expect(books.bulkInsert(rows, { ...wrong, unique: [] })).rejects.toThrow(ImproperlyConfigured);
    await expect(books.bulkInsert(rows, { ...options, update: [] })).rejects.toThrow(TypeError);
    expectTypeOf(books.bulkInsert).parameter(1).not.toBeAny();
    // @ts-expect-error there is no such field
    await expect(books.bulkInsert(rows, { ...options, update: ["titel"] })).rejects.toThrow('no field "titel"');
    expect(await books.count()).toBe(0);
  });

  test("is by a constraint of the model too", async () => {
    const Seat = model(
      "hall.Seat",
      { row: field.integer(), number: field.integer(), taken: field.boolean({ default: false }) },
      { constraints: [{ name: "hall_seat_place", unique: ["row", "number"] }] },
    );
    await using opened = await open(application({ models: [Seat], routes: [] }), {
      isSeeded: false,
      hasNoMigrations: true,
    });
    const { registry, database } = opened.project;
    const seats = QuerySet.of<typeof Seat>(registry.meta(Seat), database);
    const options = { onConflict: "update", unique: ["number", "row"], update: ["taken"] } as const;
    for (const taken of [false, true]) await seats.bulkInsert([{ row: 1, number: 2, taken }], options);
    expect(await seats.rows()).toEqual([{ id: 1, row: 1, number: 2, taken: true }]);
  });
});

test("each way of it is a statement of one text", async () => {
  await using shop = await bookshop();
  const observed = observedStatements();
  for (const name of ["red", "blue"]) {
    await shop.tags.bulkInsert([{ name }]);
    await shop.tags.bulkInsert([{ name }], { onConflict: "ignore" });
    await shop.tags.bulkInsert([{ name }], { onConflict: "update", unique: ["name"], update: ["name"] });
  }
  expect(new Set(observed.filter((sql) => sql.startsWith("insert"))).size).toBe(3);
});
