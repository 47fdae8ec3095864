import type { Dialect } from "../../database/index.ts";

/** Writes the places of values, each a question mark, as a database wants them; the text has no others. */
export function withPlaces(sql: string, dialect: Dialect): string {
  let count = 0;
  return dialect === "sqlite" ? sql : sql.replaceAll("?", () => `$${(count += 1)}`);
}
