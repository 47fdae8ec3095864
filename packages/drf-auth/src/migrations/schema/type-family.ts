import type { Dialect } from "../../database/index.ts";

type Family = "boolean" | "date" | "interval" | "json" | "moment" | "number" | "text" | "time" | "whole";

/** What types are called that hold values of one sort, the first that fits. */
const families: readonly (readonly [RegExp, Family])[] = [
  [/^interval/, "interval"],
  [/bool|^tinyint\(1\)/, "boolean"],
  [/int|serial/, "whole"],
  [/numeric|decimal|real|double|float/, "number"],
  [/^timestamp|^datetime/, "moment"],
  [/^date/, "date"],
  [/^time/, "time"],
  [/^json/, "json"],
  [/char|text|clob/, "text"],
];

/** Sorts that SQLite keeps alike. */
const alikeOnSqlite: readonly ReadonlySet<Family>[] = [
  new Set(["boolean", "number", "whole"]),
  new Set(["json", "text"]),
];

/** Whether a column of one type may hold the values of another; of types that are not known nobody can tell. */
export function mayHold(type: string, other: string, dialect: Dialect): boolean {
  const [one, two] = [familyOf(type), familyOf(other)];
  if (one === undefined || two === undefined || one === two) return true;
  return dialect === "sqlite" && alikeOnSqlite.some((alike) => alike.has(one) && alike.has(two));
}

function familyOf(type: string): Family | undefined {
  return families.find(([pattern]) => pattern.test(type.toLowerCase()))?.[1];
}
