import type { Dependency, FieldState, ModelState } from "./operations.ts";

/** Writes a migration as the text of its file, as a formatter would leave it. */
export function migrationText(dependencies: readonly Dependency[], models: readonly ModelState[]): string {
  const needs = dependencies.map(([app, name]) => `["${app}", "${name}"]`).join(", ");
  return [
    'import { createModel, migration } from "drf-auth/migrations";',
    "",
    "export default migration({",
    `  dependencies: [${needs}],`,
    "  operations: [",
    ...models.flatMap(operationLines),
    "  ],",
    "});",
    "",
  ].join("\n");
}

function operationLines(model: ModelState): string[] {
  const fields = Object.entries(model.fields).map(([name, field]) => `${name}: ${fieldText(field)},`);
  const options = optionsText(model);
  if (options === undefined) {
    return [`    createModel("${model.name}", {`, ...fields.map((line) => `      ${line}`), "    }),"];
  }
  return [
    "    createModel(",
    `      "${model.name}",`,
    "      {",
    ...fields.map((line) => `        ${line}`),
    "      },",
    `      ${options},`,
    "    ),",
  ];
}

function fieldText(field: FieldState): string {
  return `{ ${Object.entries(field)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(", ")} }`;
}

function optionsText({ name, table, uniqueTogether }: ModelState): string | undefined {
  const isOwnTable = table !== name.replace(".", "_").toLowerCase();
  const sets = uniqueTogether.map((names) => `[${names.map((one) => `"${one}"`).join(", ")}]`).join(", ");
  const options = [isOwnTable && `table: "${table}"`, sets !== "" && `uniqueTogether: [${sets}]`].filter(Boolean);
  return options.length === 0 ? undefined : `{ ${options.join(", ")} }`;
}
