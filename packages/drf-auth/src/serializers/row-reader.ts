import type { Database, RowValues } from "../database/index.ts";
import type { Request } from "../http/index.ts";
import { type ColumnPath, objectMaker } from "../models/index.ts";

/** For whom a row is represented. */
export type RepresentContext = Request;

/** What stands for a field that a row does not have: its name is left out. */
export const leftOut = Symbol("left out");

/** How one field of a serializer comes out of a row. */
export interface RowReader {
  /** The columns that it needs. */
  readonly paths: readonly ColumnPath[];
  /** Whether `read` gives the only column's value as `step` makes it, so that no call is needed. */
  readonly step?: ((value: NonNullable<RowValues[number]>) => unknown) | "same";
  /** Reads its columns, which begin at `start`, and what was loaded for it. */
  read(values: RowValues, start: number, loaded: unknown, context: RepresentContext | undefined): unknown;
  /** Loads what is in other tables, for all rows at once: one value a row. */
  readonly load?: (rows: readonly RowValues[], start: number, database: Database) => Promise<readonly unknown[]>;
}

/** Represents rows of some columns, by fields in order. */
export class RowRepresentation {
  /** The columns that it reads, in order. */
  readonly paths: readonly ColumnPath[];
  /** Represents a row. */
  readonly represent: (values: RowValues, context?: RepresentContext) => Record<string, unknown>;
  readonly #readers: readonly RowReader[];
  readonly #starts: readonly number[];

  constructor(named: readonly { readonly name: string; readonly reader: RowReader }[]) {
    const names = named.map(({ name }) => name);
    const readers = named.map(({ reader }) => reader);
    const starts: number[] = [];
    const paths: ColumnPath[] = [];
    for (const reader of readers) {
      starts.push(paths.length);
      paths.push(...reader.paths);
    }
    this.paths = paths;
    this.#readers = readers;
    this.#starts = starts;
    this.represent = readers.every(({ step }) => step !== undefined)
      ? objectMaker(
          names,
          readers.map(({ step }) => (step === "same" ? undefined : step)),
        )
      : representFields(names, readers, starts, paths.length);
  }

  /** Whether rows must be completed before they are represented. */
  get isCompleted(): boolean {
    return this.#readers.some(({ load }) => load !== undefined);
  }

  /** Gives each row what is in other tables, with one query a relation: it stands behind the row's own columns. */
  async complete(rows: readonly RowValues[], database: Database): Promise<readonly RowValues[]> {
    if (rows.length === 0 || !this.isCompleted) return rows;
    const loaded = await Promise.all(
      this.#readers.map((reader, index) => reader.load?.(rows, this.#starts[index] ?? 0, database)),
    );
    return rows.map((row, index) => [...row, ...loaded.map((values) => (values?.[index] ?? null) as never)]);
  }
}

function representFields(
  names: readonly string[],
  readers: readonly RowReader[],
  starts: readonly number[],
  width: number,
): RowRepresentation["represent"] {
  return (values, context) => {
    const represented: Record<string, unknown> = {};
    for (let index = 0; index < names.length; index += 1) {
      const reader = readers[index] as RowReader;
      const value = reader.read(values, starts[index] as number, values[width + index], context);
      if (value !== leftOut) represented[names[index] as string] = value;
    }
    return represented;
  };
}
