import type { FieldState } from "../operations.ts";
import { withoutImplied } from "../states/state.ts";

const texts: ReadonlySet<string> = new Set(["char", "email", "file", "image", "slug", "text", "url"]);
const wholes: ReadonlySet<string> = new Set([
  "bigInteger",
  "integer",
  "positiveBigInteger",
  "positiveInteger",
  "positiveSmallInteger",
  "smallInteger",
]);

/** Whether what one column holds may stand in the other. */
export function isSameFamily(one: FieldState, other: FieldState): boolean {
  if ((one.primaryKey ?? false) !== (other.primaryKey ?? false) || one.to !== other.to) return false;
  if (one.to !== undefined) return true;
  if (one.primaryKey) return one.kind === other.kind;
  return one.kind === other.kind || [texts, wholes].some((family) => family.has(one.kind) && family.has(other.kind));
}

/** The field without what is only another word for the same column. */
export function stored(field: FieldState): FieldState {
  const { kind, ...options } = withoutImplied(field);
  if (texts.has(kind) && kind !== "text") return { kind: "char", ...options };
  return kind === "oneToOne" ? { kind: "foreignKey", unique: true, ...options } : { kind, ...options };
}

/** What a field is, in words. */
export function described(field: FieldState): string {
  const { kind, ...options } = withoutImplied(field);
  const said = Object.entries(options).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return said.length === 0 ? kind : `${kind} (${said.join(", ")})`;
}
