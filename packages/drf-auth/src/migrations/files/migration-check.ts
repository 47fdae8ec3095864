import { ImproperlyConfigured } from "../../errors.ts";
import { fieldKinds } from "../../models/index.ts";
import { didYouMean } from "../../settings.ts";
import { inOneLine } from "./data-text.ts";
import { fillingOf } from "../making/filling.ts";
import { fieldsOfRule } from "../states/model-rule.ts";
import { completeOperation, completeSql } from "./operation-form.ts";
import {
  type AddField,
  type AlterField,
  columnOptions,
  type ConstraintState,
  type Dependency,
  type FieldState,
  type IndexState,
  type Migration,
  type ModelState,
  type Operation,
} from "../operations.ts";

/**
 * Checks what a migration file exports: files are edited by hand, and what they name becomes SQL.
 *
 * @throws {ImproperlyConfigured} that says what is wrong, without the file's name.
 */
export function checkedMigration(exported: unknown, appLabel: string): Migration {
  const { dependencies, operations, isAtomic } = Object(exported) as { readonly [name: string]: unknown };
  if (!Array.isArray(dependencies) || !Array.isArray(operations)) {
    throw new ImproperlyConfigured("it exports no migration: write `export default migration({ … })` in it.");
  }
  return {
    dependencies: dependencies.map(checkedDependency),
    operations: operations.map((operation: unknown) => checkedOperation(operation, appLabel)),
    ...(isAtomic === false && { isAtomic }),
  };
}

function checkedOperation(given: unknown, appLabel: string): Operation {
  const operation = completeOperation(given);
  switch (operation.type) {
    case "createModel":
      checkModel(operation.model, appLabel);
      return operation;
    case "deleteModel":
      checkModelName(operation.name, appLabel, operation.type);
      return operation;
    case "renameModel":
      checkModelName(operation.name, appLabel, operation.type);
      checkModelName(operation.to, appLabel, operation.type);
      checkTable(operation.to, operation.table);
      return operation;
    case "addField":
    case "alterField":
      checkModelName(operation.model, appLabel, operation.type);
      checkField(`${operation.model}.${operation.name}`, operation.name, operation.field);
      checkFill(operation);
      return operation;
    case "removeField":
      checkModelName(operation.model, appLabel, operation.type);
      return operation;
    case "renameField":
      checkModelName(operation.model, appLabel, operation.type);
      checkFieldName(`${operation.model}.${operation.to}`, operation.to);
      return operation;
    case "alterUniqueTogether":
      checkModelName(operation.model, appLabel, operation.type);
      checkSets(operation.model, operation.sets);
      return operation;
    case "addIndex":
      checkModelName(operation.model, appLabel, operation.type);
      checkIndex(operation.model, operation.index);
      return operation;
    case "addConstraint":
      checkModelName(operation.model, appLabel, operation.type);
      checkConstraint(operation.model, operation.constraint);
      return operation;
    case "removeIndex":
    case "removeConstraint":
      checkModelName(operation.model, appLabel, operation.type);
      return operation;
    case "alterTable":
      checkModelName(operation.model, appLabel, operation.type);
      checkTable(operation.model, operation.table);
      return operation;
    case "runCode":
      if (operation.backwards === undefined || typeof operation.backwards === "function") return operation;
      throw new ImproperlyConfigured("the way back of runCode is a function.");
    case "runSql": {
      const { forwards, backwards } = operation;
      return {
        type: "runSql",
        forwards: completeSql(forwards),
        ...(backwards !== undefined && { backwards: completeSql(backwards) }),
      };
    }
  }
}

function checkFill({ type, model, name, field, fill }: AddField | AlterField): void {
  // Of what kind the key of another model is, no file says by itself.
  if (fill === undefined || field.to !== undefined) return;
  const { isRight, takes } = fillingOf(field, () => field);
  if (isRight(fill)) return;
  throw new ImproperlyConfigured(`${type}: \`fill\` of ${model}.${name} cannot be ${inOneLine(fill)}. Write ${takes}.`);
}

function checkedDependency(dependency: unknown): Dependency {
  const [appLabel, name, ...rest] = Array.isArray(dependency) ? (dependency as unknown[]) : [];
  if (typeof appLabel === "string" && typeof name === "string" && rest.length === 0) return [appLabel, name];
  throw new ImproperlyConfigured(
    `a dependency is written ["words", "0001_initial"], not ${JSON.stringify(dependency)}.`,
  );
}

function checkModel({ name, table, fields, uniqueTogether, ...rules }: ModelState, appLabel: string): void {
  checkModelName(name, appLabel, "createModel");
  checkTable(name, table);
  checkSets(name, uniqueTogether);
  for (const [field, state] of Object.entries(fields)) checkField(`${name}.${field}`, field, state);
  const keys = Object.entries(fields).filter(([, { primaryKey }]) => primaryKey === true);
  if (keys.length !== 1) {
    throw new ImproperlyConfigured(`${name} must have one field with \`primaryKey: true\`; it has ${keys.length}.`);
  }
  for (const index of rules.indexes) checkIndex(name, index);
  for (const constraint of rules.constraints) checkConstraint(name, constraint);
  const named: readonly (readonly [string, readonly string[]])[] = [
    ["uniqueTogether", uniqueTogether.flat()],
    ...[...rules.indexes, ...rules.constraints].map((rule) => [rule.name, fieldsOfRule(rule)] as const),
  ];
  for (const [what, names] of named) {
    const wrong = names.find((field) => !Object.hasOwn(fields, field));
    if (wrong === undefined) continue;
    throw new ImproperlyConfigured(
      `${name}: ${what} names "${wrong}", no field.${didYouMean(wrong, Object.keys(fields))}`,
    );
  }
}

function checkSets(model: string, sets: readonly (readonly string[])[]): void {
  if (sets.every(isListOfNames)) return;
  throw new ImproperlyConfigured(`${model}: unique sets are written [["owner", "title"]], a list of lists of fields.`);
}

function checkIndex(model: string, index: IndexState): void {
  const { name, fields } = Object(index) as Partial<IndexState>;
  if (isSqlName(name) && isListOfNames(fields)) return;
  throw new ImproperlyConfigured(`${model}: an index is written { name: "…", fields: ["…"] }.`);
}

function checkConstraint(model: string, constraint: ConstraintState): void {
  const { name, ...rest } = Object(constraint) as ConstraintState;
  const kinds = ["check", "exclude", "unique"].filter((kind) => Object.hasOwn(rest, kind));
  if (isSqlName(name) && kinds.length === 1 && (!("unique" in rest) || isListOfNames(rest.unique))) return;
  throw new ImproperlyConfigured(
    `${model}: a constraint is written { name: "…", check: { … } }, with exclude: { … } or with unique: ["…"].`,
  );
}

function isListOfNames(names: unknown): boolean {
  return Array.isArray(names) && names.length > 0 && names.every((name) => typeof name === "string");
}

function checkModelName(name: string, appLabel: string, maker: string): void {
  if (/^[a-z][a-z0-9_]*\.[A-Z][A-Za-z0-9_]*$/.test(name) && name.startsWith(`${appLabel}.`)) return;
  throw new ImproperlyConfigured(`${maker}("${name}") must name a model of "${appLabel}", such as "${appLabel}.Word".`);
}

function checkTable(name: string, table: unknown): void {
  if (isSqlName(table)) return;
  throw new ImproperlyConfigured(`${name}: table "${String(table)}" is no name.`);
}

/** Names are quoted where they become SQL: of a database that is there already they may be any. */
function isSqlName(name: unknown): boolean {
  return typeof name === "string" && /^[^\p{Cc}"]+$/u.test(name);
}

function checkFieldName(where: string, name: string): void {
  if (/^[a-z][a-z0-9_]*$/.test(name)) return;
  throw new ImproperlyConfigured(`${where}: a field's name is lower case.`);
}

/** The least value of the options that are whole numbers. */
const leastOf: Readonly<Record<string, number | undefined>> = { decimalPlaces: 0, maxDigits: 1, maxLength: 1 };

function checkField(where: string, name: string, field: FieldState): void {
  const { kind, to, ...options } = Object(field) as FieldState;
  checkFieldName(where, name);
  if (!Object.hasOwn(fieldKinds, kind)) {
    throw new ImproperlyConfigured(
      `${where}: no field is of the kind "${kind}".${didYouMean(String(kind), Object.keys(fieldKinds))}`,
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
    const isNumber = Number.isSafeInteger(value) && Number(value) >= (least ?? 0);
    const isRight =
      option === "column" ? isSqlName(value) : least === undefined ? typeof value === "boolean" : isNumber;
    if (!isKnown || !isRight) {
      throw new ImproperlyConfigured(`${where}: a migration cannot take \`${option}: ${JSON.stringify(value)}\`.`);
    }
  }
}
