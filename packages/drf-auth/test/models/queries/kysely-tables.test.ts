import { afterAll, beforeAll, expect, expectTypeOf, test } from "vitest";
import { application, field, model, path, QuerySet, User, view, allowAny } from "../../../src/index.ts";
import { kyselyOf } from "../../../src/models/index.ts";
import { open, type Opened } from "../../fixtures/thesaurus.ts";

const Book = model("shop.Book", {
  title: field.char({ maxLength: 20 }),
  owner: field.foreignKey(User, { onDelete: "cascade", null: true }),
  is_lent: field.boolean({ default: false }),
});
const lent = view({
  name: "Lent",
  permissions: [allowAny],
  get: ({ objects }) =>
    objects
      .kysely({ shop_book: Book })
      .selectFrom("shop_book")
      .select(({ fn }) => ["is_lent", fn.countAll<number>().as("books")])
      .groupBy("is_lent")
      .orderBy("is_lent")
      .execute(),
});
let opened: Opened;

beforeAll(async () => {
  const app = application({ settings: { authentication: [] }, models: [Book], routes: [path("lent/", lent)] });
  opened = await open(app, { isSeeded: false, hasNoMigrations: true });
  const { registry, database } = opened.project;
  await QuerySet.of<typeof Book>(registry.meta(Book), database).bulkInsert([
    { title: "Emma" },
    { title: "Dune", is_lent: true },
    { title: "Ulysses" },
  ]);
});
afterAll(() => opened.close());

const tables = () => {
  const { registry, database } = opened.project;
  return kyselyOf(database, (one) => registry.meta(one), { shop_book: Book, auth_user: User });
};

test("a typed query of Kysely runs on the same database, and its values are those that are kept", async () => {
  const found = await tables()
    .selectFrom("shop_book")
    .leftJoin("auth_user", "auth_user.id", "shop_book.owner_id")
    .select(["shop_book.title", "shop_book.is_lent", "auth_user.username"])
    .where("shop_book.title", "like", "%u%")
    .orderBy("shop_book.id")
    .execute();
  expectTypeOf(found).toEqualTypeOf<{ title: string; is_lent: number; username: string | null }[]>();
  expect(found).toEqual([
    { title: "Dune", is_lent: 1, username: null },
    ...(opened.project.database.dialect === "sqlite" ? [{ title: "Ulysses", is_lent: 0, username: null }] : []),
  ]);
  const all = await tables().selectFrom("shop_book").selectAll().where("id", "=", 1).execute();
  expect(all).toEqual([{ id: 1, title: "Emma", owner_id: null, is_lent: 0 }]);
});

test("changes are counted, and given back where that is asked for", async () => {
  const kysely = tables();
  await expect(
    opened.project.database.transaction(async () => {
      const { numUpdatedRows } = await kysely.updateTable("shop_book").set({ title: "x" }).executeTakeFirstOrThrow();
      expect(numUpdatedRows).toBe(3n);
      const gone = await kysely.deleteFrom("shop_book").where("id", "<", 3).returning("id").execute();
      expect(gone.map(({ id }) => id).toSorted()).toEqual([1, 2]);
      throw new Error("undone");
    }),
  ).rejects.toThrow("undone");
  const { books } = await kysely
    .selectFrom("shop_book")
    .select(({ fn }) => fn.countAll<number>().as("books"))
    .executeTakeFirstOrThrow();
  expect(books).toBe(3);
});

test("a table by another name, and a transaction beside the database's own, are refused", async () => {
  const { registry, database } = opened.project;
  expect(() => kyselyOf(database, (one) => registry.meta(one), { books: Book })).toThrow(
    'kysely: shop.Book is stored in "shop_book", not in "books".',
  );
  await expect(
    tables()
      .transaction()
      .execute(() => Promise.resolve()),
  ).rejects.toThrow("Use database.transaction(work)");
});

test("a view has it beside its query sets", async () => {
  expect((await opened.client.get("/lent/")).data).toEqual([
    { is_lent: 0, books: 2 },
    { is_lent: 1, books: 1 },
  ]);
});
