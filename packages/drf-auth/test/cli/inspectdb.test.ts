import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Application, assemble, openProject } from "../../src/application/index.ts";
import { ApiClient } from "../../src/testing/index.ts";
import { root } from "../processes/running.ts";
import { command, type Ran } from "./command-line.ts";

/** In the repository, so that `drf-auth` and the compiler's settings are found as they are in a project. */
const folder = mkdtempSync(join(root, ".inspectdb-"));
const file = (name: string): string => join(folder, name);
const environment = { DATABASE_URL: "sqlite:shop.sqlite3" };
const run = (app: string, ...words: string[]): Promise<Ran> =>
  command([...words, "--app", file(app)], environment, folder);

beforeAll(() => {
  const database = new DatabaseSync(file("shop.sqlite3"));
  database.exec(`
    CREATE TABLE Customers ("CustomerID" integer PRIMARY KEY, Name varchar(40) NOT NULL, Bill decimal(8, 2) NOT NULL DEFAULT 0);
    CREATE TABLE Orders (OrderID integer PRIMARY KEY, Customer integer NOT NULL REFERENCES Customers ON DELETE CASCADE,
      Shipped date, "First" integer REFERENCES Orders);
    INSERT INTO Customers (Name, Bill) VALUES ('Ada', 12.5);
    INSERT INTO Orders (Customer, Shipped) VALUES (1, '2024-02-29')`);
  database.close();
  writeFileSync(
    file("empty.ts"),
    'import { application } from "drf-auth";\nexport default application({ settings: {}, models: [], routes: [] });\n',
  );
  writeFileSync(
    file("main.ts"),
    `import { allowAny, application, modelSerializer, modelViewSet, router } from "drf-auth";
import { Customers, Orders } from "./models.ts";

const permissions = [allowAny];
const customers = modelViewSet(modelSerializer(Customers, { fields: "__all__" }), { permissions });
const orders = modelViewSet(modelSerializer(Orders, { fields: ["order_id", "customer", "shipped"] }), { permissions });

export default application({
  settings: { authentication: [] },
  models: [Customers, Orders],
  routes: router({ customers, orders }),
});
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

test("a database of another program is served after inspectdb, makemigrations and migrate --fake-initial", async () => {
  const shown = await run("empty.ts", "inspectdb", "--app-label", "shop");
  expect(shown).toMatchObject({ code: 0, complained: "" });
  expect(await run("empty.ts", "inspectdb", "--app-label", "shop", "--output", "models.ts")).toEqual({
    code: 0,
    complained: "",
    said:
      "Wrote models.ts: the models of Customers, Orders.\nRead it, add the models to the application, then run " +
      "drf-auth makemigrations and drf-auth migrate --fake-initial.",
  });
  expect(readFileSync(file("models.ts"), "utf8")).toBe(`${shown.said}\n`);
  expect(existsSync(file(".secret-key"))).toBe(false);
  writeFileSync(file("tsconfig.json"), '{ "extends": "../tsconfig.json", "include": ["main.ts"] }');
  const compiler = [join(root, "node_modules/.bin/tsc"), "-p", folder];
  const { status, stdout } = spawnSync(process.execPath, compiler, { encoding: "utf8" });
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });

  expect(await run("main.ts", "makemigrations")).toMatchObject({ code: 0 });
  expect((await run("main.ts", "migrate", "--fake-initial")).said).toContain("Applying shop.0001_initial... FAKED");
  const { default: app } = (await import(pathToFileURL(file("main.ts")).href)) as { readonly default: Application };
  const project = await openProject(app, { environment, folder });
  const assembled = await assemble(project, { logLevel: "silent" });
  const client = await ApiClient.open({ assembled });
  expect((await client.get("/customers/")).data).toEqual([{ customer_id: 1, name: "Ada", bill: "12.50" }]);
  expect((await client.post("/orders/", { customer: 1 })).data).toEqual({ order_id: 2, customer: 1, shipped: null });
  expect((await client.send("/customers/1/", { method: "DELETE" })).status).toBe(204);
  expect((await client.get("/orders/")).data).toEqual([]);
  await client.close();
  await assembled.close();

  expect(await run("main.ts", "inspectdb")).toMatchObject({
    code: 1,
    said: "",
    complained: expect.stringMatching(/^There is no table in .* that has no model yet\.$/) as string,
  });
});

test.each([
  [["--output", "empty.ts"], "empty.ts is there already, and was left as it is: name another file."],
  [["nothing"], 'There is no table "nothing".'],
  [["--app-label", "Shop"], '"Shop" cannot be the label of models'],
])("inspectdb refuses %j", async (words, message) => {
  const { code, complained } = await run("empty.ts", "inspectdb", ...words);
  expect(code).toBe(78);
  expect(complained).toContain(message);
});
