import {
  CheckViolation,
  type Database,
  ReferenceViolation,
  type RowValues,
  type SqliteSnapshot,
  type SqlValue,
  UniqueViolation,
} from "../../database/index.ts";
import { ImproperlyConfigured } from "../../errors.ts";
import { quoted } from "../schema/quoted.ts";
import type { CopiedTable } from "./comparison.ts";
import { copierOf, UnfitValue } from "./copied-value.ts";

/** How many values a statement binds at most; PostgreSQL's protocol counts them with 16 bits. */
const valuesAtOnce = 30_000;
const rowsAtOnce = 1000;

/** Puts rows of SQLite into a table of PostgreSQL, many at once, and names the value that keeps them out. */
export class RowInsertion {
  readonly batchSize: number;
  readonly #table: CopiedTable;
  readonly #from: SqliteSnapshot;
  readonly #to: Database;
  readonly #copiers: readonly ReturnType<typeof copierOf>[];

  constructor(table: CopiedTable, from: SqliteSnapshot, to: Database) {
    this.#table = table;
    this.#from = from;
    this.#to = to;
    this.#copiers = table.columns.map(copierOf);
    this.batchSize = Math.max(1, Math.min(rowsAtOnce, Math.floor(valuesAtOnce / table.columns.length)));
  }

  /** @throws {ImproperlyConfigured} when a value cannot go over as it is; the message has its table, key and column. */
  async insert(rows: readonly RowValues[]): Promise<void> {
    await this.#insert(rows.map((row) => this.#copied(row)));
  }

  #copied(row: RowValues): RowValues {
    return row.map((value, index) => {
      if (value === null) return null;
      const column = this.#table.columns[index]?.name ?? "";
      if (!this.#isWholeText(value, column, row)) throw this.#refusal(row, "it is no text in UTF-8", column);
      try {
        return this.#copiers[index]?.(value) ?? value;
      } catch (error) {
        if (error instanceof UnfitValue) throw this.#refusal(row, error.message, column);
        throw error;
      }
    });
  }

  /** Bytes that are no text have been read as U+FFFD, which is longer. */
  #isWholeText(value: SqlValue, column: string, row: RowValues): boolean {
    if (typeof value !== "string" || !value.includes("\uFFFD")) return true;
    const { key, name } = this.#table;
    const sql = `SELECT octet_length(${quoted(column)}) FROM ${quoted(name)} WHERE ${quoted(key)} = ?`;
    return this.#from.run({ sql, isWrite: false }, [this.#keyOf(row)])[0]?.[0] === Buffer.byteLength(value);
  }

  async #insert(rows: readonly RowValues[]): Promise<void> {
    try {
      // In a savepoint, so that the rest can be asked for after a failure.
      await this.#to.transaction(() => this.#to.run({ sql: this.#sql(rows.length), isWrite: true }, rows.flat()));
    } catch (error) {
      if (!isOfData(error)) throw error;
      const [row] = rows;
      if (row && rows.length === 1) throw this.#refusal(row, reasonOf(error), await this.#columnOf(row, error));
      const half = Math.ceil(rows.length / 2);
      await this.#insert(rows.slice(0, half));
      await this.#insert(rows.slice(half));
    }
  }

  #sql(count: number): string {
    const { name, columns } = this.#table;
    const names = columns.map((column) => quoted(column.name)).join(", ");
    const places = Array.from(
      { length: count },
      (_, row) => `(${columns.map((_column, index) => `$${row * columns.length + index + 1}`).join(", ")})`,
    );
    return `INSERT INTO ${quoted(name)} (${names}) VALUES ${places.join(", ")}`;
  }

  /** The column whose value was refused, where one is: PostgreSQL itself names it of null alone. */
  async #columnOf(row: RowValues, error: Error): Promise<string | undefined> {
    if ("column" in error && typeof error.column === "string") return error.column;
    for (const [index, { name, type }] of this.#table.columns.entries()) {
      if (!(await this.#isTaken(row[index] ?? null, type))) return name;
    }
    return undefined;
  }

  async #isTaken(value: SqlValue, type: string): Promise<boolean> {
    try {
      await this.#to.transaction(() => this.#to.run({ sql: `SELECT CAST($1 AS ${type})`, isWrite: false }, [value]));
      return true;
    } catch (error) {
      if (isOfData(error)) return false;
      throw error;
    }
  }

  #keyOf(row: RowValues): SqlValue {
    const { columns, key } = this.#table;
    return row[columns.findIndex(({ name }) => name === key)] ?? null;
  }

  #refusal(row: RowValues, reason: string, column: string | undefined): ImproperlyConfigured {
    const { name, key } = this.#table;
    const where = [
      `${name}, the row with ${key} ${String(this.#keyOf(row))}`,
      ...(column === undefined ? [] : [column]),
    ];
    return new ImproperlyConfigured(`${where.join(", ")}: ${reason}. ${remedy}`);
  }
}

/** What is to be done about a row that cannot go over. */
export const remedy = "Nothing was copied: mend it in the SQLite database, and run copydata again.";

/** Tells whether a row is at fault, and not the server or the way to it. */
export function isOfData(error: unknown): error is Error {
  if (violations.some((violation) => error instanceof violation)) return true;
  // SQLSTATE's classes: data, integrity, and more than an index or the server can hold.
  return error instanceof Error && "code" in error && /^(?:22|23|54)...$/.test(String(error.code));
}

const violations = [CheckViolation, ReferenceViolation, UniqueViolation] as const;

/** Why the server refused a row, after the table that it names, if it does. */
export function reasonOf(error: Error): string {
  if (!(error instanceof ReferenceViolation)) return error.message.replace(/\.$/, "");
  const { table, detail = error.message } = error.cause as Partial<Record<"detail" | "table", string>>;
  return `${table === undefined ? "" : `${table}: `}${detail.replace(/\.$/, "")}`;
}
