import { afterAll, beforeAll, expect, test } from "vitest";
import { application } from "../../src/index.ts";
import {
  avg,
  count,
  createRegistry,
  f,
  field,
  max,
  model,
  type ModelRegistry,
  QuerySet,
  sum,
  User,
} from "../../src/models/index.ts";
import { observedStatements } from "../database/temporary-database.ts";
import { open, type Opened } from "../fixtures/thesaurus.ts";

// Names that several models have are what makes one statement look like another.
const Tag = model("keys.Tag", { name: field.char({ maxLength: 20 }), size: field.integer({ default: 1 }) });
const Box = model("keys.Box", { name: field.char({ maxLength: 20 }), size: field.integer({ default: 1 }) });
const Item = model("keys.Item", {
  name: field.char({ maxLength: 20 }),
  size: field.integer({ null: true }),
  price: field.decimal({ maxDigits: 8, decimalPlaces: 2, default: "1.50" }),
  at: field.dateTime({ default: "now" }),
  box: field.foreignKey(Box, { onDelete: "cascade", null: true, relatedName: "items" }),
  tags: field.manyToMany(Tag, { blank: true }),
});
const models = [Tag, Box, Item];
type Any = QuerySet;
type Random = (below: number) => number;

let opened: Opened;

beforeAll(async () => {
  opened = await open(application({ models, routes: [] }), { isSeeded: false, hasNoMigrations: true });
  const { registry, database } = opened.project;
  await QuerySet.of(registry.meta(Tag), database).bulkInsert([{ name: "a" }, { name: "b" }] as never);
  await QuerySet.of(registry.meta(Box), database).bulkInsert([{ name: "a" }, { name: "b" }] as never);
  const rows = ["a", "b", "ab"].map((name, index) => ({ name, size: index, box: (index % 2) + 1 }));
  await QuerySet.of(registry.meta(Item), database).bulkInsert(rows as never);
  const join = registry.meta(Item).manyToMany[0]?.join ?? registry.meta(Item);
  await QuerySet.of(join, database).bulkInsert([
    { item: 1, tag: 1 },
    { item: 1, tag: 2 },
    { item: 2, tag: 1 },
  ] as never);
});
afterAll(() => opened.close());

/** Numbers that look random, and are the same in every run of one seed. */
function randomFrom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
}

function conditions(random: Random): object {
  const all: readonly (() => object)[] = [
    () => ({ name: "a" }),
    () => ({ name__contains: "A" }),
    () => ({ name__icontains: "A" }),
    () => ({ name__iexact: "AB" }),
    () => ({ name__startswith: "a" }),
    () => ({ size: random(2) === 0 ? null : 1 }),
    () => ({ size__gt: random(2) === 0 ? 1 : 0.5 }),
    () => ({ size__in: random(2) === 0 ? [1, 2] : [0.5] }),
    () => ({ size__range: random(2) === 0 ? [0, 1] : [0.5, 1] }),
    () => ({ size__isnull: random(2) === 0 }),
    () => ({ id: random(2) === 0 ? 1 : f("size") }),
    () => ({ price__gte: random(2) === 0 ? "1.004" : f("size").times(2) }),
    () => ({ at__year__gte: 2020 }),
    () => ({ box__name: "a" }),
    () => ({ box__size__lt: 5 }),
    () => ({ tags__name: "a" }),
    () => ({ tags__size: 1 }),
    () => ({ tags__isnull: random(2) === 0 }),
  ];
  const chosen = Array.from({ length: 1 + random(3) }, () => all[random(all.length)]?.());
  return Object.assign({}, ...chosen) as object;
}

const related = (random: Random): Readonly<Record<string, unknown>> =>
  random(2) === 0 ? { name: "a" } : { size: 1, name: "a" };

/** One way to go on from a query set. */
function step(query: Any, random: Random, count_: number): Any {
  const given = conditions(random) as never;
  const filter = random(2) === 0 ? {} : { filter: related(random) };
  switch (random(9)) {
    case 0:
      return query.exclude(given);
    case 1:
      return query.filterAny(given);
    case 2:
      return query.filterTogether([given, conditions(random) as never]);
    case 3:
      return query.annotate({ [`n${count_}`]: count("tags", { ...filter, distinct: random(2) === 0 }) }) as Any;
    case 4:
      return query.annotate({ [`n${count_}`]: random(2) === 0 ? f("size").plus(1) : f("price").dividedBy(3) }) as Any;
    case 5:
      return query.orderBy(...(random(2) === 0 ? ["-name", "id"] : ["box__name", "id"]));
    default:
      return query.filter(given);
  }
}

/** One way to ask it something. */
async function asked(query: Any, random: Random): Promise<unknown> {
  const filter = random(2) === 0 ? {} : { filter: related(random) };
  switch (random(7)) {
    case 0:
      return query.count();
    case 1:
      return query.exists();
    case 2:
      return query.aggregate({ all: count("pk", filter), most: max("size"), mean: avg("size", filter) });
    case 3:
      return query.aggregateBy(["name"], { n: count("pk", filter), total: sum("price") }, { orderBy: ["name"] });
    case 4:
      return query.values("id", "name");
    case 5:
      return query.update({ size: random(2) === 0 ? 1 : f("size").plus(1) } as never);
    default:
      return query.orderBy("id").rows(random(2) === 0 ? undefined : { limit: 2, offset: 0 });
  }
}

test("a query asks what it would ask alone, whatever was asked before it", async () => {
  const { database } = opened.project;
  const { dialect } = database;
  const statements = observedStatements();
  const run = async (registry: ModelRegistry, seed: number): Promise<readonly string[]> => {
    const random = randomFrom(seed);
    let query: Any = QuerySet.of(registry.meta(Item), database);
    const steps = random(4);
    for (let at = 0; at < steps; at += 1) query = step(query, random, at);
    const before = statements.length;
    await asked(query, random);
    return statements.slice(before);
  };
  const shared = createRegistry(models, User, dialect);
  for (let seed = 1; seed <= 1500; seed += 1) {
    expect([seed, await run(shared, seed)]).toEqual([seed, await run(createRegistry(models, User, dialect), seed)]);
  }
});
