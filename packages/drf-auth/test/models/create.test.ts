import { expect, expectTypeOf, test } from "vitest";
import { UniqueViolation } from "../../src/database/index.ts";
import { application, model, QuerySet } from "../../src/index.ts";
import { observedStatements } from "../database/temporary-database.ts";
import { isOnPostgresql, open } from "../fixtures/thesaurus.ts";
import { bookshop } from "./bookshop.ts";

test("create gives the whole row, as get does", async () => {
  await using shop = await bookshop();
  const ann = await shop.writers.create({ name: "Ann" });
  expectTypeOf(ann).toEqualTypeOf<{ readonly id: number; readonly name: string; readonly born: number | null }>();
  expect(ann).toEqual({ id: 1, name: "Ann", born: null });
  const given = {
    isbn: "1",
    title: "One",
    writer: ann.id,
    price: "12.50",
    weight: 0.1,
    sold: 2n ** 62n,
    lent_for: "1 02:03:04.000005",
    printed_at: "2024-02-29T12:00:00.000100Z",
    code: "6f9619ff-8b86-d011-b42d-00cf4fc964ff",
    notes: { pages: [1, null] },
    is_new: false,
  };
  const { writer, ...own } = given;
  const made = await shop.books.create(given);
  expect(made).toMatchObject({ ...own, id: 1, writer_id: writer, shelf: "A" });
  expect(made).toEqual(await shop.books.get({ id: made.id }));
  expect(await shop.countries.create({ code: "fr" })).toEqual({ code: "fr", name: "" });
});

test("create is one statement on PostgreSQL", async () => {
  await using shop = await bookshop();
  const observed = observedStatements();
  await shop.tags.create({ name: "red" });
  await shop.tags.create({ name: "blue" });
  expect(observed).toHaveLength(isOnPostgresql ? 2 : 8);
  expect(new Set(observed).size).toBe(isOnPostgresql ? 1 : 4);
  await expect(shop.tags.create({ name: "red" })).rejects.toBeInstanceOf(UniqueViolation);
});

test("of rows that have nothing but a key as many are made as are asked for", async () => {
  const Ticket = model("queue.Ticket", {});
  const opened = await open(application({ models: [Ticket], routes: [] }), { isSeeded: false, hasNoMigrations: true });
  const { registry, database } = opened.project;
  const tickets = QuerySet.of<typeof Ticket>(registry.meta(Ticket), database);
  expect([await tickets.bulkInsert([{}, {}, {}]), await tickets.count()]).toEqual([[1, 2, 3], 3]);
  await opened.close();
});
