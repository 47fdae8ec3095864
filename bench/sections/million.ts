import { allowAny, application, cursor, field, include, model, modelSerializer, modelViewSet, router } from "drf-auth";
import { ApiClient, throwaway } from "drf-auth/testing";
import { type Bench, type Section, say } from "../bench.ts";
import { median, ratiosOf, spread } from "../numbers.ts";
import { serverOf } from "../postgresql.ts";
import { inTurn } from "../rounds.ts";
import { Table } from "../table.ts";

const rows = 1_000_000;
const pageSize = 50;
const asked = 40;

const Item = model("big.Item", { text: field.char({ maxLength: 40 }), at: field.dateTime({ index: true }) });
const views = { permissions: [allowAny], pagination: cursor({ pageSize, ordering: ["-at"] }) };
const fields = ["id", "text", "at"] as const;
const items = modelViewSet(modelSerializer(Item, { fields }), views);
// The same rows from their other end: the way back from its first page leads to the last pages of the list.
const oldest = modelViewSet(modelSerializer(Item, { fields }), {
  ...views,
  pagination: cursor({ pageSize: pageSize + 1, ordering: ["at"] }),
});
const app = application({
  settings: { authentication: [] },
  models: [Item],
  routes: [include("", router({ items, oldest }))],
});
const filling = {
  sqlite:
    "INSERT INTO big_item (text, at) WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < " +
    `${rows - 1}) SELECT 'text ' || i, datetime(1700000000 + i, 'unixepoch') FROM n`,
  postgresql:
    "INSERT INTO big_item (text, at) SELECT 'text ' || i, to_timestamp(1700000000 + i) " +
    `FROM generate_series(0, ${rows - 1}) AS i`,
};

/** A page of a list of a million rows by cursor: its first, its second and its last. */
export const million: Section = {
  name: "million",
  about: "pages of a list of 1,000,000 rows by cursor: the last one beside the first, on SQLite and PostgreSQL",
  async run(bench) {
    await pages(bench, "");
    await pages(bench, await serverOf(bench));
  },
};

async function pages({ options: { rounds = 7 } }: Bench, serverUrl: string): Promise<void> {
  const opened = await throwaway(app, { folder: "/", hasNoMigrations: true, serverUrl });
  const client = await ApiClient.open(opened);
  try {
    const { database } = opened.project;
    await database.run({ sql: filling[database.dialect], isWrite: true }, []);
    await database.run({ sql: "ANALYZE", isWrite: true }, []);
    const [first, second, last] = await places(client);
    const time = async (path: string): Promise<number> => {
      const times: number[] = [];
      for (let number = 0; number < asked; number += 1) {
        const started = performance.now();
        await page(client, path);
        times.push(performance.now() - started);
      }
      return median(times);
    };
    const [one = [], two = [], three = []] = await inTurn([first, second, last], rounds, time);
    say(`${database.dialect}: ${rows.toLocaleString("en")} rows, pages of ${pageSize}, ${rounds} rounds of ${asked}`);
    const table = new Table("page", "ms, median", "beside the first (least … most)");
    table.row("first", median(one).toFixed(2), "1");
    table.row("second", median(two).toFixed(2), spread(ratiosOf(two, one)));
    table.row("last", median(three).toFixed(2), spread(ratiosOf(three, one)));
  } finally {
    await client.close();
    await opened.close();
  }
}

interface Page {
  readonly next: string | null;
  readonly results: readonly { readonly id: number }[];
}

async function page(client: ApiClient, path: string): Promise<Page> {
  const { status, data } = await client.get(path);
  const found = data as Page;
  if (status === 200 && found.results.length === pageSize) return found;
  throw new Error(`${path} answered ${status} with ${found.results?.length ?? 0} rows.`);
}

/** The addresses of the first, the second and the last page; the last is where a cursor at the oldest rows but so many leads. */
async function places(client: ApiClient): Promise<readonly [string, string, string]> {
  const first = await page(client, "/items/");
  const fromEnd = (await client.get("/oldest/")).data as Page;
  // A cursor says after which value to go on, whichever way the list is ordered.
  const last = new URL(fromEnd.next ?? "").search;
  const found = await client.get(`/items/${last}`);
  const { next, results } = found.data as Page;
  if (next !== null || results.at(-1)?.id !== 1)
    throw new Error("The last page does not end with the first row that was made.");
  return ["/items/", `/items/${new URL(first.next ?? "").search}`, `/items/${last}`];
}
