import { Calculation } from "../../models/index.ts";

/** The width at which the usual formatters of a project on this framework break lines. */
export const maxColumns = 120;

/** Plain data as it is written in TypeScript: names need no quotes, for they are checked to be names. */
export type Data =
  | Calculation
  | bigint
  | boolean
  | null
  | number
  | string
  | readonly Data[]
  | { readonly [name: string]: Data };

/** Writes data in one line where it fits there after `column` characters, else opened at an indent. */
export function written(data: Data, column: number, indent: number): string {
  if (!isNested(data)) return inOneLine(data);
  const inLine = inOneLine(data);
  // One more for the comma that follows.
  if (!isAlwaysOpened(data) && column + inLine.length + 1 <= maxColumns) return inLine;
  if (!Array.isArray(data)) return opened("{}", propertiesOf(data as Data & object, indent + 2), indent);
  return opened(
    "[]",
    (data as readonly Data[]).map((one) => written(one, indent + 2, indent + 2)),
    indent,
  );
}

/** The properties of an object, a line each or more. */
export function propertiesOf(data: object, indent: number): string[] {
  return Object.entries(data as Readonly<Record<string, Data>>).map(([name, value]) => {
    const start = `${propertyName(name)}: `;
    return `${start}${written(value, indent + start.length, indent)}`;
  });
}

/** Lines within brackets. */
export function opened(brackets: string, lines: readonly string[], indent: number): string {
  const inner = lines.map((line) => `${" ".repeat(indent + 2)}${line},\n`).join("");
  return `${brackets[0]}\n${inner}${" ".repeat(indent)}${brackets[1]}`;
}

/** Writes data in one line. */
export function inOneLine(data: Data): string {
  if (Array.isArray(data)) return `[${data.map(inOneLine).join(", ")}]`;
  if (typeof data === "bigint") return `${data}n`;
  if (data instanceof Calculation) return calculationText(data.term);
  if (!isNested(data)) return JSON.stringify(data);
  const properties = Object.entries(data).map(([name, value]) => `${propertyName(name)}: ${inOneLine(value)}`);
  return properties.length === 0 ? "{}" : `{ ${properties.join(", ")} }`;
}

/** A name as it stands in an object; in JSON it may be any. */
function propertyName(name: string): string {
  if (name === "__proto__") return `["${name}"]`;
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

/** Whether data holds data, in a list or by name. */
function isNested(data: Data): data is readonly Data[] | { readonly [name: string]: Data } {
  return typeof data === "object" && data !== null && !(data instanceof Calculation);
}

const methods = Object.freeze({ "*": "times", "+": "plus", "-": "minus", "/": "dividedBy" });

/** A calculation as it is written: `f("stock").minus(5)`. */
function calculationText(term: Calculation["term"]): string {
  if ("path" in term) return `f(${JSON.stringify(term.path)})`;
  if ("value" in term) return inOneLine(term.value);
  return `${calculationText(term.left)}.${methods[term.operator]}(${calculationText(term.right)})`;
}

/** Formatters open a list of several lists that have several values each, and whatever holds it. */
function isAlwaysOpened(data: Data): boolean {
  if (!isNested(data)) return false;
  const values = Object.values(data) as Data[];
  const isTable = Array.isArray(data) && data.length > 1 && values.every((one) => Array.isArray(one) && one.length > 1);
  return isTable || values.some(isAlwaysOpened);
}
