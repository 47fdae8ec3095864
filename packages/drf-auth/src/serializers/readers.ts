import type { Database, RowValues } from "../database/index.ts";
import {
  type ColumnPath,
  type FieldMeta,
  keyOf,
  kindOf,
  type ModelMeta,
  QuerySet,
  type Selection,
  type ToMany,
} from "../models/index.ts";
import type { RepresentContext, RowReader } from "./row-reader.ts";

type Step = (value: NonNullable<RowValues[number]>) => unknown;

/** How the value of a column becomes what the wire has; "same" where it is that already. */
export function stepOf(field: FieldMeta, represent?: (value: unknown) => unknown): Step | "same" {
  const { fromDatabase } = kindOf(field);
  if (!fromDatabase) return represent ?? "same";
  const { options } = keyOf(field);
  if (!represent) return (value) => fromDatabase(value, options);
  return (value) => represent(fromDatabase(value, options));
}

/** Reads one column. */
export function columnReader(path: ColumnPath, represent?: (value: unknown) => unknown): RowReader {
  const step = stepOf(path.field, represent);
  return {
    paths: [path],
    step,
    read: (values, start) => {
      const value = values[start] ?? null;
      return value === null || step === "same" ? value : step(value);
    },
  };
}

/** Reads the name of a file as its address, or as it is; nothing for the empty name. */
export function readerOfFile(path: ColumnPath, isAddress: boolean): RowReader {
  return {
    paths: [path],
    read: (values, start, _loaded, request) => {
      const name = values[start] ?? "";
      if (name === "") return null;
      return isAddress && request ? request.fileUrl(String(name)) : name;
    },
  };
}

/**
 * Reads a column behind relations that may lead nowhere: what stands then is `missing`, as DRF has it for a source that
 * an object does not have.
 */
export function optionalReader(path: ColumnPath, missing: unknown, represent?: (value: unknown) => unknown): RowReader {
  const { relations } = path;
  const last = relations.at(-1) as FieldMeta;
  const column = columnReader(path, represent);
  return {
    paths: [{ relations: relations.slice(0, -1), field: last }, path],
    read: (values, start, loaded, context) =>
      values[start] === null ? missing : column.read(values, start + 1, loaded, context),
  };
}

/** What represents rows of another model: a serializer, or one value of each. */
export interface RelatedRepresentation {
  readonly selection: Selection;
  readonly represent: (values: RowValues, context?: RepresentContext) => unknown;
  /** Absent where rows need nothing from other tables. */
  readonly complete?: (rows: readonly RowValues[], database: Database) => Promise<readonly RowValues[]>;
}

/** Reads the one row that relations lead to, in the same query; null where they lead nowhere. */
export function toOneReader(
  relations: readonly FieldMeta[],
  related: ModelMeta,
  { selection, represent, complete }: RelatedRepresentation,
): RowReader {
  const key: ColumnPath = { relations, field: related.primaryKey };
  const own = selection.paths.map((path) => ({ relations: [...relations, ...path.relations], field: path.field }));
  const rowAt = (values: RowValues, start: number) => values.slice(start + 1, start + 1 + own.length);
  return {
    paths: [key, ...own],
    read: (values, start, loaded, context) => {
      if (values[start] === null) return null;
      return represent(complete ? (loaded as RowValues) : rowAt(values, start), context);
    },
    ...(complete && {
      load: async (rows: readonly RowValues[], start: number, database: Database) => {
        const there = rows.filter((row) => row[start] !== null);
        const completed = await complete(
          there.map((row) => rowAt(row, start)),
          database,
        );
        const byRow = new Map(there.map((row, index) => [row, completed[index]]));
        return rows.map((row) => byRow.get(row) ?? null);
      },
    }),
  };
}

/** Reads all rows that a relation leads to, with one query for all rows together. */
export function toManyReader(
  meta: ModelMeta,
  relation: ToMany,
  { selection, represent, complete }: RelatedRepresentation,
): RowReader {
  return {
    paths: [{ relations: [], field: meta.primaryKey }],
    read: (_values, _start, loaded, context) => (loaded as readonly RowValues[]).map((row) => represent(row, context)),
    load: async (rows, start, database) => {
      const found = await QuerySet.behind(
        relation,
        database,
        rows.map((row) => row[start]),
        selection,
      );
      const groups = rows.map((row) => found.get(row[start]) ?? []);
      if (!complete) return groups;
      const completed = await complete(groups.flat(), database);
      let from = 0;
      return groups.map((group) => completed.slice(from, (from += group.length)));
    },
  };
}
