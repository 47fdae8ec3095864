import type { SqlValue } from "../statement.ts";

/** What PostgreSQL says a column is of (pg_type.oid). */
const oid = Object.freeze({
  bool: 16,
  int8: 20,
  int2: 21,
  int4: 23,
  oidOfType: 26,
  float4: 700,
  float8: 701,
  time: 1083,
  timestamptz: 1184,
  uuid: 2950,
});

type Parser = (text: string) => SqlValue;

/**
 * Reads the text of a value as SQLite keeps the same value, so that fields are read alike on both: numbers as numbers
 * while they are exact, true as 1, times in UTC with all microseconds or none, a UUID as its digits.
 */
const parsers: ReadonlyMap<number, Parser> = new Map<number, Parser>([
  [oid.bool, (text) => (text === "t" ? 1 : 0)],
  [oid.int2, Number],
  [oid.int4, Number],
  [oid.oidOfType, Number],
  [oid.float4, Number],
  [oid.float8, Number],
  [oid.int8, wholeNumber],
  [oid.time, withWholeFraction],
  [oid.timestamptz, (text) => withWholeFraction(text.endsWith("+00") ? text.slice(0, -3) : text)],
  [oid.uuid, (text) => text.replaceAll("-", "")],
]);

const asItIs: Parser = (text) => text;

/** The shape in which the driver asks for parsers. */
export const storedForm = Object.freeze({ getTypeParser: (type: number) => parsers.get(type) ?? asItIs });

function wholeNumber(text: string): number | string {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
}

/** PostgreSQL leaves out the noughts at the end. */
function withWholeFraction(text: string): string {
  const point = text.lastIndexOf(".");
  return point === -1 ? text : text.padEnd(point + 7, "0");
}
