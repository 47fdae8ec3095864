import { afterAll, beforeAll, expect, expectTypeOf, test } from "vitest";
import {
  allowAny,
  application,
  charField,
  field,
  model,
  modelSerializer,
  modelViewSet,
  QuerySet,
  router,
  type Row,
} from "../../src/index.ts";
import { kyselyOf } from "../../src/models/index.ts";
import { open, type Opened } from "../fixtures/thesaurus.ts";

const Customer = model(
  "shop.Customer",
  {
    customer_id: field.inColumn("CustomerID", field.auto()),
    name: field.inColumn("Full Name", field.char({ maxLength: 40, unique: true })),
    stars: field.inColumn("select", field.integer({ default: 0 })),
  },
  { table: "All Customers", ordering: ["name"] },
);
const Order = model(
  "shop.Order",
  {
    customer: field.inColumn("buyer", field.foreignKey(Customer, { onDelete: "cascade" })),
    day: field.inColumn("order__day", field.date()),
  },
  { uniqueTogether: [["customer", "day"]] },
);
const permissions = [allowAny];
const customers = modelViewSet(modelSerializer(Customer, { fields: ["customer_id", "name", "stars"] }), {
  permissions,
  search: ["name"],
});
const orders = modelViewSet(
  modelSerializer(Order, {
    fields: ["id", "customer", "customer_name", "day"],
    declared: { customer_name: charField({ source: "customer.name", readOnly: true }) },
  }),
  {
    permissions,
    filters: { customer__stars: ["gte"] },
  },
);
let opened: Opened;

beforeAll(async () => {
  const app = application({
    settings: { authentication: [] },
    models: [Customer, Order],
    routes: router({ customers, orders }),
  });
  opened = await open(app, { isSeeded: false, hasNoMigrations: true });
});
afterAll(() => opened.close());

test("a field in a column of another name is known by its own name on the wire and in rows", async () => {
  const { client } = opened;
  const made = await client.post("/customers/", { name: "Ada" });
  expect(made.data).toEqual({ customer_id: 1, name: "Ada", stars: 0 });
  expect((await client.send("/customers/1/", { method: "PATCH", json: { stars: 5 } })).data).toEqual({
    customer_id: 1,
    name: "Ada",
    stars: 5,
  });
  expect((await client.post("/customers/", { name: "Ada" })).data).toEqual({
    name: ["customer with this name already exists."],
  });
  const order = { customer: 1, day: "2024-02-29" };
  expect((await client.post("/orders/", order)).data).toEqual({ id: 1, customer_name: "Ada", ...order });
  expect((await client.post("/orders/", order)).data).toEqual({
    non_field_errors: ["The fields customer, day must make a unique set."],
  });
  expect((await client.get("/orders/?customer__stars__gte=5")).data).toHaveLength(1);
  expect((await client.get("/customers/?search=ad")).data).toHaveLength(1);
  const { database, registry } = opened.project;
  const rows = QuerySet.of<typeof Order>(registry.meta(Order), database);
  const found = await rows.filter({ customer__name: "Ada", customer_id: 1 }).selectRelated("customer").rows();
  expect(found).toEqual([
    { id: 1, customer_id: 1, day: "2024-02-29", customer: { customer_id: 1, name: "Ada", stars: 5 } },
  ]);
  expect((await client.send("/customers/1/", { method: "DELETE" })).status).toBe(204);
  expect(await rows.count()).toBe(0);
});

test("Kysely knows it by its column, as the database does", async () => {
  const { registry, database } = opened.project;
  const kysely = kyselyOf(database, (one) => registry.meta(one), { "All Customers": Customer, shop_order: Order });
  const found = await kysely.selectFrom("All Customers").select(["CustomerID", "Full Name", "select"]).execute();
  expectTypeOf(found).toEqualTypeOf<{ CustomerID: number; "Full Name": string; select: number }[]>();
  expectTypeOf(kysely.selectFrom("shop_order").select(["id", "buyer", "order__day"]).execute()).toEqualTypeOf<
    Promise<{ id: number; buyer: number; order__day: string }[]>
  >();
  expectTypeOf<Row<typeof Order>>().toEqualTypeOf<{
    readonly id: number;
    readonly customer_id: number;
    readonly day: string;
  }>();
  expect(found).toEqual([]);
});
