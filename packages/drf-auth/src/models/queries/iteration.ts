import type { Dialect, RowValues, SqlValue } from "../../database/index.ts";
import { kindOf } from "../fields/field-codec.ts";
import type { FieldMeta, Ordering } from "../model-meta.ts";
import type { Selection, Window } from "./selection.ts";

export interface IterationOptions {
  /** Rows that one statement reads. Default: 2000, as Django's `iterator`. */
  readonly size?: number;
}

interface Reading {
  /** The order of the rows, in which no two stand at one place. */
  readonly ordering: readonly Ordering[];
  readonly selection: Selection;
  readonly size: number;
  /** Reads the rows that come after some values of the order, as these were read, or from the first on. */
  readonly read: (
    position: RowValues | undefined,
    selection: Selection,
    window: Window,
  ) => readonly RowValues[] | Promise<readonly RowValues[]>;
}

/** Reads rows in pages, each from where the one before it ended, so that the last costs what the first does. */
export async function* readPages({ ordering, selection, size, read }: Reading): AsyncGenerator<readonly RowValues[]> {
  const withPosition = { key: `${selection.key}+order`, paths: [...selection.paths, ...ordering] };
  let position: RowValues | undefined;
  for (;;) {
    const rows = await read(position, withPosition, { limit: size, offset: 0 });
    yield rows;
    if (rows.length < size) return;
    position = rows.at(-1)?.slice(selection.paths.length);
  }
}

/** What was read of a column, as it is bound: a value of the row's own may be rounded, and rows would come again. */
export function readAsBound(field: FieldMeta, value: SqlValue, dialect: Dialect): SqlValue {
  const { isWide, postgresql } = kindOf(field);
  if (value === null) return null;
  if (dialect === "postgresql") return postgresql.encode ? postgresql.encode(value) : value;
  return isWide ? BigInt(String(value)) : value;
}
