import { ImproperlyConfigured } from "../errors.ts";
import { fieldKinds } from "../models/index.ts";
import { didYouMean } from "../settings.ts";
import { columnOptions, type Dependency, type FieldState, type Migration, type ModelState } from "./operations.ts";

/**
 * Checks what a migration file exports: files are edited by hand, and what they name becomes SQL.
 *
 * @throws {ImproperlyConfigured} that says what is wrong, without the file's name.
 */
export function checkedMigration(exported: unknown, appLabel: string): Migration {
  const { dependencies, operations } = Object(exported) as { readonly [name: string]: unknown };
  if (!Array.isArray(dependencies) || !Array.isArray(operations)) {
    throw new ImproperlyConfigured("it exports no migration: write `export default migration({ … })` in it.");
  }
  return {
    dependencies: dependencies.map(checkedDependency),
    operations: operations.map((operation: unknown) => {
      const { type, model } = Object(operation) as { readonly type?: unknown; readonly model?: ModelState };
      if (type !== "createModel" || !model) throw new ImproperlyConfigured("an operation of it is not createModel(…).");
      checkModel(model, appLabel);
      return { type, model };
    }),
  };
}

function checkedDependency(dependency: unknown): Dependency {
  const [appLabel, name, ...rest] = Array.isArray(dependency) ? (dependency as unknown[]) : [];
  if (typeof appLabel === "string" && typeof name === "string" && rest.length === 0) return [appLabel, name];
  throw new ImproperlyConfigured(
    `a dependency is written ["words", "0001_initial"], not ${JSON.stringify(dependency)}.`,
  );
}

function checkModel({ name, table, fields, uniqueTogether }: ModelState, appLabel: string): void {
  if (!/^[a-z][a-z0-9_]*\.[A-Z][A-Za-z0-9_]*$/.test(name) || !name.startsWith(`${appLabel}.`)) {
    throw new ImproperlyConfigured(
      `createModel("${name}") must name a model of "${appLabel}", such as "${appLabel}.Word".`,
    );
  }
  if (typeof table !== "string" || !/^\w+$/.test(table))
    throw new ImproperlyConfigured(`${name}: table "${table}" is no name.`);
  for (const [field, state] of Object.entries(fields)) checkField(`${name}.${field}`, field, state);
  const keys = Object.entries(fields).filter(([, { primaryKey }]) => primaryKey === true);
  if (keys.length !== 1) {
    throw new ImproperlyConfigured(`${name} must have one field with \`primaryKey: true\`; it has ${keys.length}.`);
  }
  for (const field of uniqueTogether.flat()) {
    if (!Object.hasOwn(fields, field)) {
      throw new ImproperlyConfigured(
        `${name}: uniqueTogether names "${field}", no field.${didYouMean(field, Object.keys(fields))}`,
      );
    }
  }
}

/** The least value of the options that are whole numbers. */
const leastOf: Readonly<Record<string, number | undefined>> = { decimalPlaces: 0, maxDigits: 1, maxLength: 1 };

function checkField(where: string, name: string, { kind, to, ...options }: FieldState): void {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new ImproperlyConfigured(`${where}: a field's name is lower case.`);
  if (!Object.hasOwn(fieldKinds, kind)) {
    throw new ImproperlyConfigured(
      `${where}: no field is of the kind "${kind}".${didYouMean(kind, Object.keys(fieldKinds))}`,
    );
  }
  const isRelation = kind === "foreignKey" || kind === "oneToOne";
  if (isRelation !== (typeof to === "string")) {
    throw new ImproperlyConfigured(
      `${where}: ${isRelation ? "a relation needs" : "only a relation has"} \`to\`, a model's name.`,
    );
  }
  for (const [option, value] of Object.entries(options)) {
    const isKnown = (columnOptions as Readonly<Record<string, boolean>>)[option] === true;
    const least = leastOf[option];
    const isRight =
      least === undefined ? typeof value === "boolean" : Number.isSafeInteger(value) && Number(value) >= least;
    if (!isKnown || !isRight) {
      throw new ImproperlyConfigured(`${where}: a migration cannot take \`${option}: ${JSON.stringify(value)}\`.`);
    }
  }
}
