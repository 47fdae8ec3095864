import type { Fill } from "../operations.ts";
import type { Table, TableCheck, TableIndex } from "./table.ts";

/** How one database changes a table that is there. */
export interface Schema {
  /** Adds the column that only the later table has. */
  addColumn(before: Table, after: Table, column: string, fill: Fill | undefined): Promise<void>;
  removeColumn(before: Table, after: Table, column: string): Promise<void>;
  renameColumn(table: Table, column: string, to: string): Promise<void>;
  /** `known` are the tables of models: those that still refer to it go too. */
  removeTable(table: string, known: readonly string[]): Promise<void>;
  renameTable(table: Table, to: string): Promise<void>;
  /** Makes a column what it is in the later table; `fill` stands where it was null and may no longer be. */
  alterColumn(before: Table, after: Table, column: string, fill: Fill | undefined): Promise<void>;
  alterUniqueTogether(before: Table, after: Table): Promise<void>;
  addIndex(table: Table, index: TableIndex): Promise<void>;
  removeIndex(table: Table, index: TableIndex): Promise<void>;
  addCheck(before: Table, after: Table, check: TableCheck): Promise<void>;
  removeCheck(before: Table, after: Table, name: string): Promise<void>;
}
