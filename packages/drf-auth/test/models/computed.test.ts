import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import {
  application,
  avg,
  count,
  f,
  field,
  ImproperlyConfigured,
  max,
  min,
  model,
  QuerySet,
  sum,
} from "../../src/index.ts";
import { observedStatements } from "../database/temporary-database.ts";
import { open, type Opened } from "../fixtures/thesaurus.ts";

const Tag = model("shop.Tag", { name: field.char({ maxLength: 20 }) });
const Shop = model("shop.Shop", { name: field.char({ maxLength: 20 }), rank: field.integer({ default: 1 }) });
const Item = model(
  "shop.Item",
  {
    name: field.char({ maxLength: 20 }),
    shop: field.foreignKey(Shop, { onDelete: "cascade", relatedName: "items" }),
    part_of: field.foreignKey("self", { onDelete: "setNull", null: true, relatedName: "parts" }),
    tags: field.manyToMany(Tag, { relatedName: "items", blank: true }),
    stock: field.integer(),
    sold: field.integer({ null: true }),
    price: field.decimal({ maxDigits: 8, decimalPlaces: 2 }),
    weight: field.float({ default: 0.5 }),
    views: field.bigInteger({ default: 0n }),
    made_on: field.date({ default: "2026-01-01" }),
    is_new: field.boolean({ default: false }),
  },
  { ordering: ["id"] },
);

let opened: Opened;
let items: QuerySet<typeof Item>;
let shops: QuerySet<typeof Shop>;

beforeAll(async () => {
  const app = application({ models: [Tag, Shop, Item], routes: [] });
  opened = await open(app, { isSeeded: false, hasNoMigrations: true });
  const { registry, database } = opened.project;
  items = QuerySet.of<typeof Item>(registry.meta(Item), database);
  shops = QuerySet.of<typeof Shop>(registry.meta(Shop), database);
  const tags = QuerySet.of<typeof Tag>(registry.meta(Tag), database);
  await tags.bulkInsert(["red", "blue", "cheap"].map((name) => ({ name })));
  await shops.bulkInsert([{ name: "north" }, { name: "south", rank: 7 }, { name: "empty" }]);
  await items.bulkInsert([
    { name: "axe", shop: 1, stock: 5, sold: 2, price: "10.50" },
    { name: "bow", shop: 1, stock: 3, sold: 9, price: "0.10", part_of: 1, weight: 2 },
    { name: "cup", shop: 1, stock: 0, sold: null, price: "0.20", part_of: 1, made_on: "2026-02-03" },
    { name: "dye", shop: 2, stock: 8, sold: 8, price: "4.00", views: 2n ** 60n },
  ]);
  const joins = QuerySet.of(registry.meta(Item).manyToMany[0]?.join ?? registry.meta(Item), database);
  await joins.bulkInsert([
    { item: 1, tag: 1 },
    { item: 1, tag: 3 },
    { item: 2, tag: 3 },
  ] as never);
});
afterAll(() => opened.close());

const names = async (query: QuerySet<typeof Item>) => (await query.rows()).map(({ name }) => name).join();

describe("f", () => {
  test.each([
    ["a field of the same row", { sold__gt: f("stock") }, "bow"],
    ["equal fields", { stock: f("sold") }, "dye"],
    ["a calculation", { stock__lte: f("sold").plus(3) }, "axe,bow,dye"],
    ["several steps, left to right", { stock: f("sold").times(2).plus(1) }, "axe"],
    ["a calculation within another", { stock: f("sold").plus(f("stock").minus(f("sold"))) }, "axe,bow,dye"],
    ["a field of a related row", { stock__gt: f("shop__rank") }, "axe,bow,dye"],
    ["a quotient without its rest", { stock: f("sold").dividedBy(3) }, "bow"],
    ["what is divided by nought is nothing", { stock: f("sold").dividedBy(0) }, ""],
    ["decimals", { price__lt: f("price").times(2).minus("0.15") }, "axe,cup,dye"],
  ])("compares with %s", async (_what, conditions, found) => {
    expect(await names(items.filter(conditions))).toBe(found);
  });

  test("the values of two queries of one shape are their own", async () => {
    const above = (number: number) => names(items.filter({ stock__gt: f("sold").plus(number), stock__lt: 8 }));
    expect([await above(2), await above(3), await above(-7)]).toEqual(["axe", "", "axe,bow"]);
  });

  test("updates rows by what they hold, each once, at the same time too", async () => {
    const trial = opened.project.database.transaction(async () => {
      const changed = await items
        .filter({ shop: 1 })
        .update({ stock: f("stock").plus(10), price: f("price").times("1.5") });
      throw new Error(JSON.stringify([changed, ...(await items.values("stock", "price"))]));
    });
    await expect(trial).rejects.toThrow(
      JSON.stringify([
        3,
        { stock: 15, price: "15.75" },
        { stock: 13, price: "0.15" },
        { stock: 10, price: "0.30" },
        { stock: 8, price: "4.00" },
      ]),
    );
    await Promise.all(Array.from({ length: 20 }, () => items.filter({ id: 1 }).update({ stock: f("stock").plus(1) })));
    expect(await items.filter({ id: 1 }).update({ stock: f("stock").minus(20) })).toBe(1);
    expect(await items.get({ id: 1 })).toMatchObject({ stock: 5 });
  });

  test.each([
    // @ts-expect-error text is not calculated with
    ["text", () => items.filter({ stock: f("name").plus(1) }), /"name" is a char field, and only numbers/],
    // @ts-expect-error a typo
    ["a name that is none", () => items.filter({ stock: f("stok") }), /has no field "stok".*stock/],
    // @ts-expect-error only comparisons take a calculation
    ["a comparison of text", () => items.filter({ name__contains: f("name") }), /only exact, gt, gte, lt and lte can/],
    // @ts-expect-error there are many rows of it
    ["rows beyond", () => items.filter({ tags__name: f("name") }), /goes over a relation to many/],
    ["no number", () => items.filter({ stock: f("stock").plus("many") }), /"many" is no number/],
    ["a fraction beside a decimal", () => items.filter({ price: f("price").times(1.5) }), /write a fraction as text/],
  ])("refuses %s", (_what, query, message) => {
    expect(query).toThrow(ImproperlyConfigured);
    expect(query).toThrow(message);
  });

  test.each([
    ["a fraction in a whole number", { stock: f("weight") }, /stock is a integer field and cannot hold a float/],
    ["another row", { stock: f("shop__rank") }, /"shop__rank" leads to another row/],
    ["a day in a text", { name: f("made_on") }, /cannot hold a date/],
  ])("refuses to store %s", async (_what, changes, message) => {
    await expect(items.update(changes as never)).rejects.toThrow(message);
  });
});

describe("aggregate", () => {
  test("computes over all rows, exactly", async () => {
    const found = await items.aggregate({
      rows: count(),
      sold: count("sold"),
      shops: count("shop", { distinct: true }),
      stock: sum("stock"),
      price: sum("price"),
      views: sum("views"),
      mean: avg("stock"),
      least: min("price"),
      last: max("made_on"),
      first: min("name"),
      dear: count("pk", { filter: { price__gte: "4" } }),
    });
    expectTypeOf(found.rows).toEqualTypeOf<number>();
    expectTypeOf(found.price).toEqualTypeOf<string | null>();
    expectTypeOf(found.views).toEqualTypeOf<bigint | null>();
    expect(found).toEqual({
      rows: 4,
      sold: 3,
      shops: 2,
      stock: 16,
      price: "14.80",
      views: 2n ** 60n,
      mean: 4,
      least: "0.10",
      last: "2026-02-03",
      first: "axe",
      dear: 2,
    });
  });

  test("gives null and nought of no rows", async () => {
    const none = items.filter({ name: "none" });
    expect(await none.aggregate({ n: count(), s: sum("stock"), a: avg("price"), m: max("name") })).toEqual({
      n: 0,
      s: null,
      a: null,
      m: null,
    });
  });

  test("groups by fields, in an order, as many as wanted", async () => {
    const groups = await items.aggregateBy(
      ["shop__name"],
      { items: count(), stock: sum("stock") },
      { orderBy: ["-items"] },
    );
    expectTypeOf(groups).items.toHaveProperty("stock").toEqualTypeOf<number | null>();
    expect(groups).toEqual([
      { shop__name: "north", items: 3, stock: 8 },
      { shop__name: "south", items: 1, stock: 8 },
    ]);
    const first = await items
      .filter({ sold__gte: 0 })
      .aggregateBy(["part_of"], { n: count("pk", { filter: { stock__gt: 4 } }) }, { orderBy: ["part_of"], limit: 2 });
    expect(new Set(first.map(({ part_of, n }) => `${part_of}:${n}`))).toEqual(new Set(["1:0", "null:2"]));
  });

  test.each([
    // @ts-expect-error a typo
    ["a name that is none", () => items.aggregate({ n: sum("stok") }), /has no field "stok"/],
    // @ts-expect-error a text is no number
    ["the sum of text", () => items.aggregate({ n: sum("name") }), /name is a char field and holds no numbers/],
    // @ts-expect-error a boolean has no order
    ["the greatest of what has no order", () => items.aggregate({ n: max("is_new") }), /is_new is a boolean field/],
    [
      "many rows of each",
      // @ts-expect-error there are many rows of each
      () => items.aggregate({ n: count("tags") }),
      /leads to any number of rows. Annotate it first/,
    ],
    [
      "an order by what is not asked for",
      // @ts-expect-error it was not asked for
      () => items.aggregateBy(["shop"], {}, { orderBy: ["name"] }),
      /"name" was not/,
    ],
  ])("refuses %s", async (_what, query, message) => {
    await expect(query()).rejects.toThrow(message);
  });
});

describe("annotate", () => {
  test("computes over the rows that belong to each, and two of them do not multiply", async () => {
    const found = await items
      .annotate({ labels: count("tags"), pieces: count("parts") })
      .orderBy("-labels", "id")
      .rows();
    expectTypeOf(found).items.toHaveProperty("labels").toEqualTypeOf<number>();
    expect(found.map(({ name, labels, pieces }) => [name, labels, pieces])).toEqual([
      ["axe", 2, 2],
      ["bow", 1, 0],
      ["cup", 0, 0],
      ["dye", 0, 0],
    ]);
  });

  test("is filtered by, counted, read as a value, and aggregated", async () => {
    const busy = shops.annotate({
      goods: count("items"),
      worth: sum("items__price"),
      cheap: count("items", { filter: { price__lt: "1", tags__name: "cheap" } }),
    });
    expect(await busy.values("name", "goods", "worth", "cheap")).toEqual([
      { name: "north", goods: 3, worth: "10.80", cheap: 1 },
      { name: "south", goods: 1, worth: "4.00", cheap: 0 },
      { name: "empty", goods: 0, worth: null, cheap: 0 },
    ]);
    expect(await busy.filter({ goods__gte: 1 }).exclude({ worth: "4.00" }).count()).toBe(1);
    expect(await busy.filter({ goods__gt: f("rank") }).values("name")).toEqual([{ name: "north" }]);
    expect(await busy.aggregate({ all: sum("goods"), most: max("goods") })).toEqual({ all: 4, most: 3 });
  });

  test("takes conditions that came before and after", async () => {
    const query = items
      .filter({ stock__gte: 3 })
      .annotate({ left: f("stock").minus(f("sold")), dear: f("price").times("2") })
      .filter({ left__gte: -6, price__lt: 10 })
      .orderBy("left");
    const found = await query.rows();
    expectTypeOf(found).items.toHaveProperty("dear").toEqualTypeOf<string>();
    expect(found.map(({ name, left, dear }) => [name, left, dear])).toEqual([
      ["bow", -6, "0.20"],
      ["dye", 0, "8.00"],
    ]);
    expect(await query.update({ weight: 9 })).toBe(2);
    expect(await items.filter({ weight: 9 }).count()).toBe(2);
  });

  test("goes with a page of rows and what they refer to", async () => {
    const [row] = await items
      .annotate({ labels: count("tags") })
      .selectRelated("shop")
      .rows({ limit: 1, offset: 1 });
    expect(row).toMatchObject({ name: "bow", labels: 1, shop: { name: "north" } });
  });

  test.each([
    // @ts-expect-error it is taken
    ["a name that is taken", () => items.annotate({ stock: count("tags") }), /has "stock" already/],
    // @ts-expect-error it is taken
    ["a column's name", () => items.annotate({ shop_id: count("tags") }), /has "shop_id" already/],
    // @ts-expect-error it is taken
    ["the key's name", () => items.annotate({ pk: count("tags") }), /has "pk" already/],
    [
      "the name of what is loaded with the rows",
      () => items.annotate({ tags: count("tags") }).prefetchRelated("tags"),
      /rows have "tags" by annotate already/,
    ],
    ["a name that looks like a look-up", () => items.annotate({ n__gt: count("tags") }), /"n__gt" is no name/],
    // @ts-expect-error there is one row of each
    ["what leads to one row", () => items.annotate({ n: count("shop") }), /leads to no relation to many rows/],
    ["two relations to many", () => shops.annotate({ n: count("items__tags") }), /goes over two relations to many/],
  ])("refuses %s", (_what, query, message) => {
    expect(query).toThrow(ImproperlyConfigured);
    expect(query).toThrow(message);
  });
});

describe("keys", () => {
  test("go by pk, by a relation's column, and by what many rows lead to", async () => {
    expect([await names(items.filter({ pk: 1 })), await names(items.filter({ tags: 3 }))]).toEqual(["axe", "axe,bow"]);
    expect(await items.filter({ shop_id: 2 }).values("pk", "shop_id")).toEqual([{ pk: 4, shop_id: 2 }]);
    const trial = opened.project.database.transaction(async () => {
      await items.insert({ id: 50, name: "elk", shop_id: 2, stock: 1, price: "1.00" });
      await items.filter({ pk: 50 }).update({ shop_id: 3 });
      throw new Error(JSON.stringify(await items.filter({ pk: 50 }).values("id", "shop")));
    });
    await expect(trial).rejects.toThrow(JSON.stringify([{ id: 50, shop: 3 }]));
  });
});

describe("selectRelated", () => {
  test("reads what rows refer to by one statement, over any number of relations", async () => {
    const observed = observedStatements();
    const found = await items.selectRelated("shop", "part_of__shop").rows();
    expect(observed).toHaveLength(1);
    expectTypeOf(found).items.toHaveProperty("shop").toExtend<{ readonly name: string }>();
    expect(found.map(({ name, shop, part_of }) => [name, shop.name, part_of])).toEqual([
      ["axe", "north", null],
      ["bow", "north", expect.objectContaining({ name: "axe", shop: { id: 1, name: "north", rank: 1 } })],
      ["cup", "north", expect.objectContaining({ name: "axe", price: "10.50" })],
      ["dye", "south", null],
    ]);
  });

  test.each(["tags", "name", "shop__items"])("refuses %s", (name) => {
    expect(() => items.selectRelated(name as "shop")).toThrow(/is no relation of .* to one row/);
  });
});

describe("prefetchRelated", () => {
  test("loads lists over both ends of relations, with one query each", async () => {
    const observed = observedStatements();
    const found = await shops.orderBy("id").prefetchRelated("items__tags").rows();
    expect(observed).toHaveLength(3);
    type Loaded = readonly { readonly name: string; readonly tags: readonly { readonly name: string }[] }[];
    expect(
      found.map(({ name, items: own }) => [
        name,
        (own as unknown as Loaded).map((one) => [one.name, one.tags.map((tag) => tag.name)]),
      ]),
    ).toEqual([
      [
        "north",
        [
          ["axe", ["red", "cheap"]],
          ["bow", ["cheap"]],
          ["cup", []],
        ],
      ],
      ["south", [["dye", []]]],
      ["empty", []],
    ]);
    const tagged = await items.prefetchRelated("tags", "parts").rows();
    expectTypeOf(tagged)
      .items.toHaveProperty("tags")
      .toEqualTypeOf<readonly { readonly id: number; readonly name: string }[]>();
    expect(tagged.map(({ tags, parts }) => [tags.length, parts.length])).toEqual([
      [2, 2],
      [1, 0],
      [0, 0],
      [0, 0],
    ]);
  });
});
