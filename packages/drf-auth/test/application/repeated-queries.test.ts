import { expect, test } from "vitest";
import { allowAny, application, field, model, path, QuerySet, view } from "../../src/index.ts";
import { open } from "../fixtures/thesaurus.ts";

const Shop = model("shop.Shop", { name: field.char({ maxLength: 20 }) });
const Item = model("shop.Item", { shop: field.foreignKey(Shop, { onDelete: "cascade" }) });
const slow = view({
  name: "Slow",
  permissions: [allowAny],
  get: async ({ objects }) => {
    const items = await objects(Item).rows();
    const shops = [];
    for (const item of items) shops.push(await objects(Shop).get({ id: item.shop_id }));
    return shops.length;
  },
});
const fast = view({
  name: "Fast",
  permissions: [allowAny],
  get: async ({ objects }) => (await objects(Item).prefetchRelated("shop").rows()).length,
});
const app = application({
  settings: { authentication: [] },
  models: [Shop, Item],
  routes: [path("slow/", slow), path("fast/", fast)],
});

test.each([
  ["development", ["GET /slow/ asked the same query 10 times"]],
  ["production", []],
])("in %s a query that is asked for each row is told: %j", async (mode, told) => {
  await using opened = await open(app, {
    isSeeded: false,
    hasNoMigrations: true,
    environment: { DRF_AUTH_MODE: mode },
  });
  const { registry, database } = opened.project;
  await QuerySet.of<typeof Shop>(registry.meta(Shop), database).insert({ name: "north" });
  const items = QuerySet.of<typeof Item>(registry.meta(Item), database);
  await items.bulkInsert(Array.from({ length: 10 }, () => ({ shop: 1 })));
  for (const address of ["/slow/", "/slow/", "/fast/"]) expect((await opened.client.get(address)).data).toBe(10);
  const warnings = opened.log.filter((line) => line.includes("N+1"));
  expect(warnings.map((line) => (JSON.parse(line) as { msg: string }).msg.split(",", 1)[0])).toEqual(told);
});
