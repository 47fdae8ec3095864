import { createHash } from "node:crypto";
import type { Dialect } from "../database/index.ts";
import { ImproperlyConfigured } from "../errors.ts";
import { conditionSql } from "./condition-sql.ts";
import type { Constraint, ModelIndex, RowCondition } from "./constraint.ts";
import { fieldOf, type IndexMeta, type ModelMeta } from "./model-meta.ts";

/** @throws {ImproperlyConfigured} when an index names no field, or has a condition that says nothing. */
export function indexMeta(meta: ModelMeta, { fields, name, where }: ModelIndex, dialect: Dialect): IndexMeta {
  const label = `${meta.model.name}: an index`;
  if (fields.length === 0) throw new ImproperlyConfigured(`${label} is of no field. Name one in \`fields\`.`);
  if (where !== undefined && name === undefined) {
    throw new ImproperlyConfigured(
      `${label} of some rows only needs a \`name\`: one of all rows may have the same columns.`,
    );
  }
  checkName(name, label);
  checkCondition(meta, where, label, dialect);
  const columns = fields.map((text) => {
    const isDescending = text.startsWith("-");
    return { field: fieldOf(meta, isDescending ? text.slice(1) : text, label), isDescending };
  });
  const signed = columns.map(({ field, isDescending }) => `${isDescending ? "-" : ""}${field.column}`);
  return { name: name ?? defaultIndexName(meta.table, signed), columns, where };
}

/**
 * Names an index as Django does one of `Meta.indexes` that has no name, in 30 characters at most; a column that descends
 * has `-` before it.
 */
export function defaultIndexName(table: string, columns: readonly string[]): string {
  const [first = ""] = columns;
  const digest = createHash("md5")
    .update([table, ...columns, "idx"].join(""))
    .digest("hex")
    .slice(0, 6);
  const name = `${table.slice(0, 11)}_${first.replace(/^-/, "").slice(0, 7)}_${digest}_idx`;
  return /^[_\d]/.test(name) ? `D${name.slice(1)}` : name;
}

/** @throws {ImproperlyConfigured} when a constraint has no name or says nothing that a row could meet. */
export function checkConstraint(meta: ModelMeta, constraint: Constraint, dialect: Dialect): void {
  const label = `${meta.model.name}: the constraint ${constraint.name}`;
  if (typeof constraint.name !== "string") {
    throw new ImproperlyConfigured(`${meta.model.name}: a constraint needs a \`name\`, by which it can be removed.`);
  }
  checkName(constraint.name, label);
  const kinds = (["check", "exclude", "unique"] as const).filter((kind) => kind in constraint);
  if (kinds.length !== 1) {
    throw new ImproperlyConfigured(
      `${label} has ${kinds.join(", ") || "none"} of check, exclude and unique. Give it one.`,
    );
  }
  if ("check" in constraint) checkCondition(meta, constraint.check, label, dialect);
  if ("exclude" in constraint) checkCondition(meta, constraint.exclude, label, dialect);
  if (!("unique" in constraint)) return;
  if (constraint.unique.length === 0)
    throw new ImproperlyConfigured(`${label} is of no field. Name one in \`unique\`.`);
  for (const name of constraint.unique) fieldOf(meta, name, label);
  checkCondition(meta, constraint.where, label, dialect);
}

/** @throws {ImproperlyConfigured} when two have one name, which a database gives only once. */
export function refuseRepeats(metas: readonly ModelMeta[]): void {
  const owners = new Map<string, string>();
  for (const { model, indexes, constraints } of metas) {
    for (const { name } of [...indexes, ...constraints]) {
      const owner = owners.get(name);
      if (owner !== undefined) {
        const models = owner === model.name ? owner : `${owner} and ${model.name}`;
        throw new ImproperlyConfigured(
          `${models}: two indexes or constraints are named "${name}". Rename one of them.`,
        );
      }
      owners.set(name, model.name);
    }
  }
}

/** What PostgreSQL keeps of a name, so that a longer one would be another there. */
const maxNameBytes = 63;

function checkName(name: string | undefined, label: string): void {
  if (name === undefined) return;
  if (/^[^\p{Cc}"]+$/u.test(name) && Buffer.byteLength(name) <= maxNameBytes) return;
  throw new ImproperlyConfigured(`${label}: "${name}" is no name, which has 1 to ${maxNameBytes} bytes and no quotes.`);
}

function checkCondition(meta: ModelMeta, condition: RowCondition | undefined, where: string, dialect: Dialect): void {
  if (condition === undefined) return;
  conditionSql(condition, {
    dialect,
    where,
    // By its own name only, which a migration can follow when the field is renamed.
    fieldOf: (name) => meta.fieldsByName.get(name) ?? fieldOf(meta, name.replace(/^pk$|_id$/, ""), where),
  });
}
