import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import { UniqueViolation } from "../../../src/database/index.ts";
import type { Row } from "../../../src/index.ts";
import { observedStatements } from "../../database/temporary-database.ts";
import type { ChangedRow } from "../../../src/models/queries/bulk-update.ts";
import { type Book, bookshop, type Bookshop, type Country } from "../bookshop.ts";

/** Three books with nothing but what they need. */
async function filled() {
  const shop = await bookshop();
  const writer = await shop.writers.insert({ name: "Ann" });
  await shop.books.bulkInsert(["1", "2", "3"].map((isbn) => ({ isbn, title: `title ${isbn}` })));
  return { ...shop, writer };
}

let shop: Bookshop & { readonly writer: number };

beforeAll(async () => {
  shop = await filled();
});
afterAll(() => shop[Symbol.asyncDispose]());

test.each([
  ["title", "new", "", 'it\'s \\ "new"'],
  ["writer_id", 1, null, 1],
  ["place", 7, null, -7],
  ["price", "12.50", "0.10", "999999.99"],
  ["weight", 0.1, null, 1e300],
  ["sold", 2n ** 62n, 0n, -(2n ** 62n)],
  ["lent_for", "1 02:03:04.000005", null, "00:00:00"],
  ["printed_at", "2024-02-29T12:00:00.000100Z", null, "1900-01-01T00:00:00Z"],
  ["code", "6f9619ff-8b86-d011-b42d-00cf4fc964ff", null, "00000000-0000-0000-0000-000000000000"],
  ["notes", { a: [1, null] }, null, ["text"]],
  ["is_new", false, true, false],
] as const)("changes %s of each row to its own value", async (name, ...values) => {
  const rows = values.map((value, index) => ({ id: index + 1, [name]: value }));
  expect(await shop.books.bulkUpdate(rows as never, [name])).toBe(3);
  const found = await shop.books.rows();
  expect(found.map((row) => row[name])).toEqual(values);
});

describe("bulkUpdate", () => {
  test("changes several fields of rows as they were read, and no other", async () => {
    await using shop = await filled();
    const before = await shop.books.selectRelated("writer").rows();
    // The clock has milliseconds.
    await wait(2);
    const { writer } = shop;
    const rows = before.map((row, index) => ({ ...row, title: "same", shelf: "B", place: index, writer_id: writer }));
    expect(await shop.books.bulkUpdate(rows.slice(1), ["shelf", "place", "writer_id"])).toBe(2);
    const after = await shop.books.rows();
    expect(after.map(({ title, shelf, place, writer_id }) => [title, shelf, place, writer_id])).toEqual([
      ["title 1", "A", null, null],
      ["title 2", "B", 1, writer],
      ["title 3", "B", 2, writer],
    ]);
    expect(after[0]?.updated_at).toBe(before[0]?.updated_at);
    expect((after[1]?.updated_at ?? "") > (before[1]?.updated_at ?? "")).toBe(true);
  });

  test("leaves rows that the query set does not have, and keys of none", async () => {
    await using shop = await filled();
    const rows = [1, 2, 99].map((id) => ({ id, title: "new" }));
    expect(await shop.books.filter({ title__startswith: "title", isbn: "2" }).bulkUpdate(rows, ["title"])).toBe(1);
    expect(await shop.books.orderBy("title").values("title")).toEqual(
      ["new", "title 1", "title 3"].map((title) => ({ title })),
    );
    expect(await shop.books.bulkUpdate([], ["title"])).toBe(0);
  });

  test("finds rows by a key that is text", async () => {
    await using shop = await filled();
    await shop.countries.bulkInsert([{ code: "fr" }, { code: "de" }]);
    const rows = [
      { code: "de", name: "Germany" },
      { code: "fr", name: "France" },
    ];
    expect(await shop.countries.bulkUpdate(rows, ["name"])).toBe(2);
    expect(await shop.countries.orderBy("code").rows()).toEqual(rows);
  });

  test("is a hundred rows a statement, of one text, and all or nothing", async () => {
    await using shop = await filled();
    const made = await shop.tags.bulkInsert(Array.from({ length: 300 }, (_, index) => ({ name: `tag ${index}` })));
    const observed = observedStatements();
    expect(
      await shop.tags.bulkUpdate(
        made.map((id) => ({ id, name: `new ${id}` })),
        ["name"],
      ),
    ).toBe(300);
    const updates = observed.filter((sql) => sql.startsWith("update"));
    expect([updates.length, new Set(updates).size]).toEqual([3, 1]);
    const repeated = made.map((id, index) => ({ id, name: index < 299 ? `newer ${id}` : "newer 1" }));
    await expect(shop.tags.bulkUpdate(repeated, ["name"])).rejects.toBeInstanceOf(UniqueViolation);
    expect(await shop.tags.filter({ name__startswith: "new " }).count()).toBe(300);
  });

  test("refuses text that a column cannot hold, as PostgreSQL does where one row is changed", async () => {
    await using shop = await filled();
    const isCut = async () => {
      await shop.books.bulkUpdate([{ id: 1, shelf: "too long for it" }], ["shelf"]);
      return (await shop.books.get({ id: 1 })).shelf !== "too long for it";
    };
    expect(await isCut().catch(() => false)).toBe(false);
  });

  test.each([
    [[{ id: 1, title: "a" }], [], TypeError, "name the fields"],
    [[{ id: 1 }], ["id"], TypeError, "rows are found by their key"],
    [[{ title: "a" }], ["title"], TypeError, "a row has no id"],
    [[{ id: 1 }], ["title"], TypeError, "a row has no title"],
    [[{ id: 1, title: null }], ["title"], TypeError, "title may not be null"],
    [[{ id: 1, place: "x" }], ["place"], TypeError, "cannot hold"],
    [[{ id: 1, titel: "x" }], ["titel"], Error, 'no field "titel"'],
    [
      [
        { id: 1, title: "a" },
        { id: 1, title: "b" },
      ],
      ["title"],
      TypeError,
      "the Book with the key 1 is given twice",
    ],
  ])("refuses %j for %j", async (rows, names, kind, message) => {
    const changing = () => shop.books.bulkUpdate(rows as never, names as never);
    await expect(changing()).rejects.toThrow(kind);
    await expect(changing()).rejects.toThrow(message);
  });

  test("is typed by what rows have", () => {
    expectTypeOf<ChangedRow<typeof Book, "writer_id">>().toEqualTypeOf<Pick<Row<typeof Book>, "id" | "writer_id">>();
    expectTypeOf<ChangedRow<typeof Country, "name">>().toEqualTypeOf<Row<typeof Country>>();
    const asks = async () => {
      await shop.books.bulkUpdate([{ id: 1, title: "a" }], ["title"]);
      // @ts-expect-error a place is needed
      await shop.books.bulkUpdate([{ id: 1, title: "a" }], ["title", "place"]);
      // @ts-expect-error there is no such field
      await shop.books.bulkUpdate([{ id: 1, title: "a" }], ["titel"]);
      // @ts-expect-error the key is needed
      await shop.books.bulkUpdate([{ title: "a" }], ["title"]);
    };
    expectTypeOf(asks).toBeFunction();
  });
});
