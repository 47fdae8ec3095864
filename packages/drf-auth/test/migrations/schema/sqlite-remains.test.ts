import { expect, test } from "vitest";
import { makeMigrations } from "../../../src/migrations/index.ts";
import { field, model } from "../../../src/models/index.ts";
import { registryOf, ScratchProject } from "../fixtures/scratch-project.ts";

const Shelf = model("shop.Shelf", { name: field.char({ maxLength: 10 }) }, { idKind: "auto" });
const Item = model(
  "shop.Item",
  {
    name: field.char({ maxLength: 10 }),
    price: field.integer(),
    shelf: field.foreignKey(Shelf, { onDelete: "cascade", null: true }),
  },
  { idKind: "auto" },
);
const Wider = model(
  "shop.Item",
  { ...Item.fields, name: field.char({ maxLength: 20 }), note: field.char({ maxLength: 5, null: true }) },
  { idKind: "auto" },
);

/** A table that somebody else made, adopted, and then changed. */
async function changed(columns: string, ending: "" | " STRICT" = "") {
  const project = new ScratchProject();
  const { database } = project;
  await project.execute("CREATE TABLE shop_shelf (id integer PRIMARY KEY AUTOINCREMENT, name varchar(10) NOT NULL)");
  await project.execute(
    `CREATE TABLE shop_item (id integer PRIMARY KEY AUTOINCREMENT, name ${ending ? "text" : "varchar(10)"} NOT NULL${columns})${ending}`,
  );
  await makeMigrations({ registry: registryOf([Shelf, Item]), folder: project.folder });
  await project.migrate([Shelf, Item], { database, isFakeInitial: true });
  await makeMigrations({ registry: registryOf([Shelf, Wider]), folder: project.folder });
  return { project, migrate: () => project.migrate([Shelf, Wider], { database }) };
}

test("what the database itself fills in or does with rows stays where a table is made anew", async () => {
  const { project, migrate } = await changed(
    " DEFAULT 'it''s', price integer NOT NULL DEFAULT (1 + 6), shelf_id integer REFERENCES shop_shelf (id) ON DELETE CASCADE",
  );
  await migrate();
  await project.execute("INSERT INTO shop_shelf (id, name) VALUES (1, 'a')");
  await project.execute("INSERT INTO shop_item (shelf_id) VALUES (1)");
  expect(await project.rows("SELECT name, price, note FROM shop_item")).toEqual(["it's 7 "]);
  await project.execute("DELETE FROM shop_shelf");
  expect(await project.rows("SELECT * FROM shop_item")).toEqual([]);
  await project[Symbol.asyncDispose]();
});

const rest = ", price integer NOT NULL, shelf_id integer REFERENCES shop_shelf (id)";
test.each<[string, "" | " STRICT", string]>([
  [
    `${rest}, total integer GENERATED ALWAYS AS (price * 2) STORED`,
    "",
    "the column total, which the database computes",
  ],
  [`${rest}, more blob`, "", "the column more"],
  [` COLLATE NOCASE${rest}`, "", "an order of letters of its own (COLLATE NOCASE)"],
  [`${rest}, UNIQUE (name, price)`, "", "what is unique in name, price"],
  [`${rest}, CHECK (price < 9)`, "", "the check price < 9"],
  [`, price integer NOT NULL REFERENCES shop_shelf (id), shelf_id integer`, "", "the reference of price to shop_shelf"],
  [rest, " STRICT", "strict types (STRICT)"],
])("a table with %s%s is not made anew without it", async (columns, ending, lost) => {
  const { project, migrate } = await changed(columns, ending);
  const before = await project.rows("SELECT sql FROM sqlite_master ORDER BY name");
  await expect(migrate()).rejects.toThrow(`shop_item has what its model does not say: ${lost}. SQLite`);
  expect(await project.rows("SELECT sql FROM sqlite_master ORDER BY name")).toEqual(before);
  await project[Symbol.asyncDispose]();
});
