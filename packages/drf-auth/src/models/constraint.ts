import { Calculation } from "./queries/calculation.ts";

/** What a column is compared with. */
export type ConditionValue =
  | Calculation
  | bigint
  | boolean
  | number
  | string
  | null
  | readonly (bigint | number | string)[];

/** Look-ups of a row's own columns, of which all must be met: `{ status: "open", ends__gt: f("starts") }`. */
export type RowLookups<FieldName extends string = string> = {
  readonly [Name in FieldName | `${FieldName}__${string}`]?: ConditionValue;
};

/** What is said of a row by its own columns: look-ups, of several at least one, or SQL for what they do not say. */
export type RowCondition<FieldName extends string = string> =
  | RowLookups<FieldName>
  | readonly RowLookups<FieldName>[]
  | string;

/** An index of one column or several: `{ fields: ["owner", "-created_at"] }`. */
export interface ModelIndex<FieldName extends string = string> {
  /** Its columns in their order, `-` before one that descends. */
  readonly fields: readonly (FieldName | `-${FieldName}`)[];
  /** Default: as Django names it, from the table and the columns. */
  readonly name?: string;
  /** Of which rows it is. Default: of all. */
  readonly where?: RowCondition<FieldName>;
}

interface Named {
  /** What the database calls it: no two of a database have the same. */
  readonly name: string;
  /** What is said of a row that violates it. Default: what Django and DRF say. */
  readonly message?: string;
}

/** What every row must meet. */
export interface CheckConstraint<FieldName extends string = string> extends Named {
  readonly check: RowCondition<FieldName>;
}

/** What no row may meet. */
export interface ExcludeConstraint<FieldName extends string = string> extends Named {
  readonly exclude: RowCondition<FieldName>;
}

/** What no two rows may share; null equals nothing. */
export interface UniqueConstraint<FieldName extends string = string> extends Named {
  readonly unique: readonly FieldName[];
  /** Among which rows. Default: among all. */
  readonly where?: RowCondition<FieldName>;
}

/** What a table's rows must meet, and the database sees to, as Django's `Meta.constraints`. */
export type Constraint<FieldName extends string = string> =
  | CheckConstraint<FieldName>
  | ExcludeConstraint<FieldName>
  | UniqueConstraint<FieldName>;

/** The fields that a condition names; SQL names none. */
export function fieldsOfCondition(condition: RowCondition | undefined): readonly string[] {
  if (condition === undefined || typeof condition === "string") return [];
  return groupsOf(condition).flatMap((lookups) =>
    Object.entries(lookups).flatMap(([name, value]) => [
      name.split("__")[0] ?? name,
      ...(value instanceof Calculation ? pathsIn(value.term) : []),
    ]),
  );
}

function pathsIn(term: Calculation["term"]): readonly string[] {
  if ("path" in term) return [term.path];
  return "value" in term ? [] : [...pathsIn(term.left), ...pathsIn(term.right)];
}

/** The groups of look-ups of which one must be met. */
export function groupsOf(condition: Exclude<RowCondition, string>): readonly RowLookups[] {
  return Array.isArray(condition) ? (condition as readonly RowLookups[]) : [condition as RowLookups];
}
