import { type Dependency, defaultTable, type FieldState, type ModelState, type Operation } from "./operations.ts";

/** The width at which the usual formatters of a project on this framework break lines. */
const maxColumns = 120;

/** Plain data as it is written in TypeScript: names need no quotes, for they are checked to be names. */
type Data = string | number | bigint | boolean | readonly Data[] | { readonly [name: string]: Data };

/** Writes a migration as the text of its file, as a formatter would leave it. */
export function migrationText(dependencies: readonly Dependency[], operations: readonly Operation[]): string {
  const makers = new Set(operations.map(({ type }) => type as string));
  const names = [...makers, "migration"].toSorted();
  const imported = `import { ${names.join(", ")} } from "drf-auth/migrations";`;
  return [
    imported.length <= maxColumns
      ? imported
      : `import {\n${names.map((name) => `  ${name},\n`).join("")}} from "drf-auth/migrations";`,
    "",
    "export default migration({",
    `  dependencies: ${written(dependencies, "  dependencies: ".length, 2)},`,
    "  operations: [",
    ...operations.map((operation) =>
      operation.type === "createModel" ? createText(operation.model) : callText(operation.type, argumentsOf(operation)),
    ),
    "  ],",
    "});",
    "",
  ].join("\n");
}

/** The arguments of an operation's maker. */
function argumentsOf(operation: Exclude<Operation, { readonly type: "createModel" }>): readonly Data[] {
  const options = "fill" in operation && operation.fill !== undefined ? [{ fill: operation.fill }] : [];
  switch (operation.type) {
    case "deleteModel":
      return [operation.name];
    case "renameModel":
      return [
        operation.name,
        operation.to,
        ...(operation.table === defaultTable(operation.to) ? [] : [{ table: operation.table }]),
      ];
    case "addField":
    case "alterField":
      return [operation.model, operation.name, { ...operation.field } as Data, ...options];
    case "removeField":
      return [operation.model, operation.name];
    case "renameField":
      return [operation.model, operation.name, operation.to];
    case "alterUniqueTogether":
      return [operation.model, operation.sets];
    case "alterTable":
      return [operation.model, operation.table];
    case "runCode":
    case "runSql":
      throw new TypeError(`${operation.type} is written by hand.`);
  }
}

function callText(name: string, values: readonly Data[]): string {
  const inLine = `    ${name}(${values.map(inOneLine).join(", ")}),`;
  if (inLine.length <= maxColumns) return inLine;
  return [`    ${name}(`, ...values.map((value) => `      ${written(value, 6, 6)},`), "    ),"].join("\n");
}

function createText({ name, table, fields, uniqueTogether }: ModelState): string {
  const options: Data = {
    ...(table !== defaultTable(name) && { table }),
    ...(uniqueTogether.length > 0 && { uniqueTogether }),
  };
  // A formatter lets the last argument stand open beside the first ones only where no other is an object.
  if (Object.keys(options).length === 0) {
    return `    createModel(${JSON.stringify(name)}, ${fieldsText(fields, 4)}),`;
  }
  return [
    "    createModel(",
    `      ${JSON.stringify(name)},`,
    `      ${fieldsText(fields, 6)},`,
    `      ${written(options, 6, 6)},`,
    "    ),",
  ].join("\n");
}

/** The fields of a model, always a line each or more. */
function fieldsText(fields: Readonly<Record<string, FieldState>>, indent: number): string {
  return opened("{}", propertiesOf({ ...fields } as Data & object, indent + 2), indent);
}

/** Writes data in one line where it fits there after `column` characters, else opened at an indent. */
function written(data: Data | Dependency[], column: number, indent: number): string {
  if (typeof data !== "object") return inOneLine(data);
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

function propertiesOf(data: object, indent: number): string[] {
  return Object.entries(data as Readonly<Record<string, Data>>).map(([name, value]) => {
    const start = `${name}: `;
    return `${start}${written(value, indent + start.length, indent)}`;
  });
}

function opened(brackets: string, lines: readonly string[], indent: number): string {
  const inner = lines.map((line) => `${" ".repeat(indent + 2)}${line},\n`).join("");
  return `${brackets[0]}\n${inner}${" ".repeat(indent)}${brackets[1]}`;
}

function inOneLine(data: Data): string {
  if (Array.isArray(data)) return `[${data.map(inOneLine).join(", ")}]`;
  if (typeof data === "bigint") return `${data}n`;
  if (typeof data !== "object") return JSON.stringify(data);
  const properties = Object.entries(data).map(([name, value]) => `${name}: ${inOneLine(value)}`);
  return properties.length === 0 ? "{}" : `{ ${properties.join(", ")} }`;
}

/** Formatters open a list of several lists that have several values each, and whatever holds it. */
function isAlwaysOpened(data: Data): boolean {
  if (typeof data !== "object") return false;
  const values = Object.values(data) as Data[];
  const isTable = Array.isArray(data) && data.length > 1 && values.every((one) => Array.isArray(one) && one.length > 1);
  return isTable || values.some(isAlwaysOpened);
}
