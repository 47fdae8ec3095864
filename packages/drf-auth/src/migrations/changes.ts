import { isDeepStrictEqual } from "node:util";
import type { FieldState, ModelState } from "./operations.ts";
import { type ProjectState, withoutImplied } from "./state.ts";

/** What leads from one state to another. */
export interface Changes {
  /** The models that have no table yet. */
  readonly created: readonly ModelState[];
  /** Every other difference, a line each: what no operation of a migration can say yet. */
  readonly others: readonly string[];
}

/** Compares what migrations made with what the models declare, as far as it touches tables. */
export function changesBetween(from: ProjectState, to: ProjectState): Changes {
  const others: string[] = [];
  for (const [name, before] of from) {
    const now = to.get(name);
    others.push(...(now ? differences(before, now) : [`${name} was removed`]));
  }
  return { created: [...to.values()].filter(({ name }) => !from.has(name)), others };
}

function differences(before: ModelState, now: ModelState): string[] {
  const names = new Set([...Object.keys(before.fields), ...Object.keys(now.fields)]);
  const found = [...names].flatMap((name) => {
    const [old, field] = [before.fields[name], now.fields[name]];
    if (old && field) return difference(`${now.name}.${name}`, old, field);
    return `${now.name}.${name} was ${field ? "added" : "removed"}`;
  });
  // Names of tables are alike to SQLite whatever their case.
  if (before.table.toLowerCase() !== now.table.toLowerCase()) {
    found.push(`${now.name} is stored in ${now.table}, and was in ${before.table}`);
  }
  if (!isDeepStrictEqual(new Set(before.uniqueTogether.map(String)), new Set(now.uniqueTogether.map(String)))) {
    found.push(
      `${now.name} has uniqueTogether ${JSON.stringify(now.uniqueTogether)}, and had ${JSON.stringify(before.uniqueTogether)}`,
    );
  }
  return found;
}

function difference(name: string, before: FieldState, now: FieldState): string[] {
  if (isDeepStrictEqual(stored(before), stored(now))) return [];
  const [old, field] = [described(before), described(now)];
  return [`${name} is ${field}, and was ${old}`];
}

/** The field without what is only another word for the same column. */
function stored(field: FieldState): FieldState {
  const { kind, ...options } = withoutImplied(field);
  if (kind === "email" || kind === "slug" || kind === "url") return { kind: "char", ...options };
  return kind === "oneToOne" ? { kind: "foreignKey", unique: true, ...options } : { kind, ...options };
}

function described(field: FieldState): string {
  const { kind, ...options } = withoutImplied(field);
  const said = Object.entries(options).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return said.length === 0 ? kind : `${kind} (${said.join(", ")})`;
}
