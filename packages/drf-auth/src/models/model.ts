import { ImproperlyConfigured } from "../errors.ts";
import type { Constraint, ModelIndex } from "./constraint.ts";

/** A model's fields by name; a getter where two models refer to each other. */
// oxlint-disable-next-line typescript/no-explicit-any -- a tighter bound makes TypeScript resolve circular getters (TS7022)
export type Fields = Record<string, any>;

export interface ModelOptions<FieldName extends string = string> {
  /** What `id` is: Django's own tables keep the smaller "auto". Default "bigAuto". */
  readonly idKind?: "auto" | "bigAuto";
  /** The order of rows where none is asked for: field names, `-` before one for descending. Default: none. */
  readonly ordering?: readonly (FieldName | `-${FieldName}` | "id" | "-id" | "pk" | "-pk")[];
  /** The table. Default: `<app label>_<model name>`, as Django's. */
  readonly table?: string;
  /** Sets of fields that no two rows may share. */
  readonly uniqueTogether?: readonly (readonly FieldName[])[];
  /** Indexes of several columns, of some rows or in an order: `{ fields: ["owner", "-created_at"] }`. */
  readonly indexes?: readonly ModelIndex<FieldName | "id">[];
  /** What rows must meet: `{ name: "note_ends_after_start", check: { ends__gt: f("starts") } }`. */
  readonly constraints?: readonly Constraint<FieldName | "id">[];
  /** The field whose text stands for a row, as Django's `__str__`. Default: none, "Word object (1)" then. */
  readonly display?: FieldName;
  /** What messages call one of its rows. Default: the name in words. */
  readonly verboseName?: string;
  /** A joining table made for a relation of many to many: it has no permissions of its own. Default false. */
  readonly isJoin?: boolean;
}

/** What is stored: a table, its columns and how they are filled. */
export interface Model<Name extends string = string, F extends Fields = Fields> {
  readonly name: Name;
  readonly fields: F;
  readonly options: ModelOptions;
}

/**
 * Declares a model by its app label and name, as Django's: "words.Word" is stored in `words_word`.
 *
 * Fields may be getters; none is run until the application starts. A model without a field that is its primary key has
 * `id`, an integer that counts up.
 */
export function model<const Name extends `${string}.${string}`, F extends Fields>(
  name: Name,
  fields: F,
  options: ModelOptions<Extract<keyof F, string>> = {},
): Model<Name, F> {
  if (!/^[a-z][a-z0-9_]*\.[A-Z][A-Za-z0-9_]*$/.test(name)) {
    throw new ImproperlyConfigured(
      `model("${name}"): a model is named "app_label.ModelName", such as "words.Word": it makes the table's name.`,
    );
  }
  return Object.freeze({ name, fields, options });
}
