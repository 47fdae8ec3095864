import { type Expression, sql } from "kysely";
import type { Dialect } from "../../database/index.ts";
import type { FieldKind } from "./field.ts";

/** The parts of a day or a time by which rows may be compared, as Django's. */
export type DatePart =
  | "date"
  | "day"
  | "hour"
  | "iso_week_day"
  | "iso_year"
  | "minute"
  | "month"
  | "quarter"
  | "second"
  | "time"
  | "week"
  | "week_day"
  | "year";

type Column = Expression<unknown>;

const whole =
  (format: string) =>
  (column: Column): Column =>
    sql`cast(strftime(${sql.lit(format)}, ${column}) as integer)`;

const extracted =
  (part: string) =>
  (column: Column): Column =>
    sql`extract(${sql.raw(part)} from ${column})`;

type Parts = Readonly<Record<DatePart, (column: Column) => Column>>;

/** How PostgreSQL takes a part out; its sessions are in UTC. */
const postgresqlParts: Parts = {
  date: (column) => sql`cast(${column} as date)`,
  day: extracted("day"),
  hour: extracted("hour"),
  iso_week_day: extracted("isodow"),
  iso_year: extracted("isoyear"),
  minute: extracted("minute"),
  month: extracted("month"),
  quarter: extracted("quarter"),
  second: (column) => sql`floor(extract(second from ${column}))`,
  time: (column) => sql`cast(${column} as time)`,
  week: extracted("week"),
  week_day: (column) => sql`(extract(dow from ${column}) + 1)`,
  year: extracted("year"),
};

/** How SQLite takes a part out of what Django stores there: `2024-01-01 12:00:00.123456`, or a part of it. */
const sqliteParts: Parts = {
  date: (column) => sql`substr(${column}, 1, 10)`,
  day: whole("%d"),
  hour: whole("%H"),
  iso_week_day: whole("%u"),
  iso_year: whole("%G"),
  minute: whole("%M"),
  month: whole("%m"),
  quarter: (column) => sql`((cast(strftime('%m', ${column}) as integer) + 2) / 3)`,
  second: whole("%S"),
  time: (column) => sql`substr(${column}, 12)`,
  week: whole("%V"),
  // Django's weeks begin on Sunday with 1.
  week_day: (column) => sql`(cast(strftime('%w', ${column}) as integer) + 1)`,
  year: whole("%Y"),
};

/** What takes a part out of a column. */
export const dateParts: Readonly<Record<Dialect, Parts>> = Object.freeze({
  postgresql: postgresqlParts,
  sqlite: sqliteParts,
});

const ofTimes: ReadonlySet<DatePart> = new Set<DatePart>(["hour", "minute", "second"]);

/** Whether the values of a kind of field have a part. */
export function hasDatePart(kind: FieldKind, part: DatePart): boolean {
  if (kind === "dateTime") return true;
  if (kind === "time") return ofTimes.has(part);
  return kind === "date" && !ofTimes.has(part) && part !== "date" && part !== "time";
}

/** Tells a part of a day or a time from other names. */
export function isDatePart(name: string): name is DatePart {
  return Object.hasOwn(dateParts.sqlite, name);
}
