import { Calculation } from "../../models/index.ts";
import { type Data, inOneLine, maxColumns, opened, propertiesOf, written } from "./data-text.ts";
import { type Dependency, defaultTable, type FieldState, type ModelState, type Operation } from "../operations.ts";

/** Writes a migration that does nothing yet, with what may stand in it as comments. */
export function emptyMigrationText(dependencies: readonly Dependency[], comments: readonly string[]): string {
  const lines = comments.map((comment) => `    // ${comment}`);
  return fileText(["migration"], dependencies, lines);
}

/** Writes a migration as the text of its file, as a formatter would leave it. */
export function migrationText(dependencies: readonly Dependency[], operations: readonly Operation[]): string {
  const makers = new Set(operations.map(({ type }) => type as string));
  const names = [...makers, "migration", ...(operations.some(hasCalculation) ? ["f"] : [])].toSorted();
  const lines = operations.map((operation) =>
    operation.type === "createModel" ? createText(operation.model) : callText(operation.type, argumentsOf(operation)),
  );
  return fileText(names, dependencies, lines);
}

function fileText(
  names: readonly string[],
  dependencies: readonly Dependency[],
  operations: readonly string[],
): string {
  const imported = `import { ${names.join(", ")} } from "drf-auth/migrations";`;
  return [
    imported.length <= maxColumns
      ? imported
      : `import {\n${names.map((name) => `  ${name},\n`).join("")}} from "drf-auth/migrations";`,
    "",
    "export default migration({",
    `  dependencies: ${written(dependencies, "  dependencies: ".length, 2)},`,
    ...(operations.length === 0 ? ["  operations: [],"] : ["  operations: [", ...operations, "  ],"]),
    "});",
    "",
  ].join("\n");
}

function hasCalculation(value: unknown): boolean {
  if (value instanceof Calculation) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasCalculation);
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
    case "addIndex":
      return [operation.model, { ...operation.index } as Data];
    case "addConstraint":
      return [operation.model, { ...operation.constraint } as Data];
    case "removeIndex":
    case "removeConstraint":
      return [operation.model, operation.name];
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

function createText({ name, table, fields, uniqueTogether, indexes, constraints }: ModelState): string {
  const options = {
    ...(table !== defaultTable(name) && { table }),
    ...(uniqueTogether.length > 0 && { uniqueTogether }),
    ...(indexes.length > 0 && { indexes }),
    ...(constraints.length > 0 && { constraints }),
  } as Data & object;
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
