import { application, field, model, modelSerializer, QuerySet } from "drf-auth";
import { throwaway } from "drf-auth/testing";
import { say, type Section } from "../bench.ts";
import { ratiosOf, spread } from "../numbers.ts";
import { Table } from "../table.ts";

const repeats = 300;

const Sample = model("bench.Sample", {
  char: field.char({ maxLength: 20 }),
  text: field.text(),
  slug: field.slug(),
  email: field.email(),
  url: field.url(),
  uuid: field.uuid(),
  integer: field.integer(),
  big_integer: field.bigInteger(),
  positive: field.positiveInteger(),
  float: field.float(),
  decimal: field.decimal({ maxDigits: 8, decimalPlaces: 2 }),
  boolean: field.boolean(),
  maybe: field.boolean({ null: true }),
  date: field.date(),
  time: field.time(),
  datetime: field.dateTime(),
  duration: field.duration(),
  choice: field.char({ maxLength: 1, choices: [["a", "A"]] }),
  json: field.json(),
  ip: field.ip(),
  code: field.char({ maxLength: 20 }),
  owner: field.foreignKey("user", { onDelete: "cascade" }),
});

const Samples = modelSerializer(Sample, { fields: "__all__" });

/** Rows as the driver gives them to what goes on the wire, without a server: what a list costs beside its query. */
export const represent: Section = {
  name: "represent",
  about: "100 rows of 23 columns of every kind as the wire has them, beside the same conversions by hand",
  async run({ options, folder, leftovers }) {
    const { rounds = 15 } = options;
    const app = application({ models: [Sample], routes: [] });
    const { project, close } = await throwaway(app, { folder, hasNoMigrations: true });
    leftovers.defer(close);
    const { auth, database, registry } = project;
    const samples = QuerySet.of<typeof Sample>(registry.meta(Sample), database);
    const owner = await auth.users.create({ username: "bench", password: "", email: "" });
    for (let count = 0; count < 100; count += 1) await samples.insert({ ...values, char: `text ${count}`, owner });
    const serializer = Samples.bind(registry);
    const rows = await samples.select(serializer.selection);
    const ours = (row: Row): unknown => serializer.represent(row);
    mustBeAlike(rows.map(ours), rows.map(byHand));
    const took: { readonly ours: number[]; readonly byHand: number[] } = { ours: [], byHand: [] };
    // In the first rounds the engine finds out what is asked often.
    for (let round = -5; round < rounds; round += 1) {
      const [first, second] = [microseconds(rows, ours), microseconds(rows, byHand)];
      if (round < 0) continue;
      took.ours.push(first);
      took.byHand.push(second);
    }
    say(`${rounds} rounds of ${repeats} × ${rows.length} rows, in µs for all rows; ratio above 1: drf-auth is faster`);
    const table = new Table("", "drf-auth (least … most)", "by hand (least … most)", "ratio (least … most)");
    table.row("represent", spread(took.ours, 0), spread(took.byHand, 0), spread(ratiosOf(took.byHand, took.ours)));
  },
};

const values = {
  text: "some text",
  slug: "a-slug",
  email: "ada@example.com",
  url: "https://example.com/",
  uuid: "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
  integer: 5,
  big_integer: 123_456_789n,
  positive: 3,
  float: 1.5,
  decimal: "12.50",
  boolean: true,
  maybe: null,
  date: "2024-01-01",
  time: "12:30:00",
  datetime: "2024-01-01T12:00:00.123456Z",
  duration: "00:01:30",
  choice: "a",
  json: { a: [1, 2, 3] },
  ip: "192.0.2.1",
  code: "ABC-1234",
} as const;

type Row = readonly (string | number | bigint | Uint8Array | null)[];

function microseconds(rows: readonly Row[], work: (row: Row) => unknown): number {
  const started = performance.now();
  for (let repeat = 0; repeat < repeats; repeat += 1) rows.map((row) => work(row));
  return ((performance.now() - started) / repeats) * 1000;
}

function mustBeAlike(ours: unknown, other: unknown): void {
  const [own, hand] = [ours, other].map((one) => JSON.stringify(one)) as [string, string];
  if (own !== hand) throw new Error(`They do not represent alike:\n${own.slice(0, 700)}\n${hand.slice(0, 700)}`);
}

type N = number | null;
type T = string | null;
/** A row of these columns, in the serializer's order. */
type Stored = readonly [N, T, T, T, T, T, T, N, T, N, N, N, N, N, T, T, T, T, T, T, T, T, N];

/** What somebody writes who knows this one model. */
function byHand(row: Row): object {
  const r = row as Stored;
  return {
    id: r[0],
    char: r[1],
    text: r[2],
    slug: r[3],
    email: r[4],
    url: r[5],
    uuid: r[6] === null ? null : hyphened(r[6]),
    integer: r[7],
    big_integer: r[8] === null ? null : Number.isSafeInteger(Number(r[8])) ? Number(r[8]) : BigInt(r[8]),
    positive: r[9],
    float: r[10],
    decimal: r[11] === null ? null : r[11].toFixed(2),
    boolean: r[12] !== 0,
    maybe: r[13] === null ? null : r[13] !== 0,
    date: r[14],
    time: r[15],
    datetime: r[16] === null ? null : `${r[16].slice(0, 10)}T${r[16].slice(11)}Z`,
    duration: r[17] === null ? null : spanOf(Number(r[17])),
    choice: r[18],
    json: r[19] === null ? null : (JSON.parse(r[19]) as unknown),
    ip: r[20],
    code: r[21],
    owner: r[22],
  };
}

function hyphened(digits: string): string {
  const start = `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}`;
  return `${start}-${digits.slice(16, 20)}-${digits.slice(20)}`;
}

function spanOf(microseconds: number): string {
  const seconds = Math.floor(microseconds / 1e6);
  const days = Math.floor(seconds / 86_400);
  const rest = seconds % 86_400;
  const fraction = microseconds % 1e6;
  const clock = `${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}`;
  return `${days === 0 ? "" : `${days} `}${clock}${fraction === 0 ? "" : `.${String(fraction).padStart(6, "0")}`}`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
