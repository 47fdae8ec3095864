import type { Database, RowValues, SqlValue } from "../../database/index.ts";
import { ServiceUnavailable } from "../../errors.ts";
import { keyOf } from "../fields/field-codec.ts";
import { fieldKinds } from "../fields/field-kinds.ts";
import type { FieldMeta } from "../model-meta.ts";
import { bind, type CompiledStatement } from "./sql.ts";

/** Keys that one statement asks for at most. */
const keysAtOnce = 100;

interface Asked {
  readonly key: SqlValue;
  readonly found: (rows: readonly RowValues[]) => void;
  readonly failed: (error: unknown) => void;
}

export interface KeyLookupStatements {
  /** Selects the row of one key. */
  readonly one: CompiledStatement;
  /** Selects the rows of several, each with its key behind its values; made when it is needed first. */
  readonly many: () => CompiledStatement;
}

/** Whether rows are looked up together: by keys, whose text is what it is, over a connection. */
export function areKeysAskedTogether({ dialect }: Database, field: FieldMeta): boolean {
  if (dialect !== "postgresql" || !field.isPrimaryKey) return false;
  const { kind } = keyOf(field);
  return kind === "uuid" || fieldKinds[kind].isWhole === true;
}

/**
 * Looks up rows by their keys. What several requests ask for in one turn of the event loop is one statement: most of what
 * a statement costs is the way to the server and back.
 */
export class KeyLookups {
  readonly #database: Database;
  readonly #statements: KeyLookupStatements;
  #waiting: Asked[] = [];

  constructor(database: Database, statements: KeyLookupStatements) {
    this.#database = database;
    this.#statements = statements;
  }

  /** The row of a key, if there is one. */
  find(key: SqlValue): readonly RowValues[] | Promise<readonly RowValues[]> {
    // What belongs to a transaction stays on its connection.
    if (this.#database.transactionState !== "none") return this.#one(key);
    return new Promise((found, failed) => {
      this.#waiting.push({ key, found, failed });
      if (this.#waiting.length === 1) setImmediate(() => void this.#send());
      else if (this.#waiting.length === keysAtOnce) void this.#send();
    });
  }

  #one(key: SqlValue): readonly RowValues[] | Promise<readonly RowValues[]> {
    const { one } = this.#statements;
    return this.#database.run(one, bind(one, [key]));
  }

  async #send(): Promise<void> {
    const asked = this.#waiting;
    this.#waiting = [];
    try {
      if (asked.length > 1) return await this.#sendMany(asked);
    } catch (error) {
      if (error instanceof ServiceUnavailable) return asked.forEach(({ failed }) => failed(error));
      // One of them may be what the database cannot take: the others know nothing of it.
    }
    for (const { key, found, failed } of asked) {
      void Promise.resolve(this.#one(key)).then(found, failed);
    }
  }

  async #sendMany(asked: readonly Asked[]): Promise<void> {
    const many = this.#statements.many();
    const keys = [...new Set(asked.map(({ key }) => String(key)))];
    const rows = await this.#database.run(many, bind(many, [`{${keys.join()}}`]));
    const byKey = new Map(rows.map((row) => [String(row.at(-1)), [row.slice(0, -1)]]));
    for (const { key, found } of asked) found(byKey.get(String(key)) ?? []);
  }
}
