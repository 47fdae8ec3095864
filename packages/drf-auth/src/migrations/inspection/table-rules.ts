import { defaultIndexName } from "../../models/index.ts";
import type { Data } from "../files/data-text.ts";
import { type FoundIndex, type FoundTable, isPlain } from "./found-table.ts";

/** What a table's model declares beside its fields, and what of its indexes and checks it does not say. */
export class TableRules {
  readonly uniqueTogether: (readonly string[])[] = [];
  readonly indexes: Data[] = [];
  readonly constraints: Data[] = [];
  readonly notes: string[] = [];

  constructor(table: FoundTable, byColumn: ReadonlyMap<string, string>) {
    for (const index of table.indexes) this.#addIndex(index, table, byColumn);
    for (const [at, { name, sql }] of table.checks.entries()) {
      this.constraints.push({ name: name ?? `${table.name}_check_${at + 1}`, check: sql });
    }
  }

  #addIndex(index: FoundIndex, table: FoundTable, byColumn: ReadonlyMap<string, string>): void {
    const { name, columns, descending, where, isUnique } = index;
    const isOfField = isPlain(index) && columns.length === 1;
    if (isOfField) return;
    const names = columns.flatMap((column) => byColumn.get(column) ?? []);
    const isAscending = descending?.every((isDescending) => !isDescending) === true;
    const isSaid = descending !== undefined && names.length === columns.length && (!isUnique || isAscending);
    if (!isSaid) {
      this.notes.push(`the ${isUnique ? "unique " : ""}index ${name} (${columns.join(", ") || "of an expression"})`);
      return;
    }
    const ofSome = where === undefined ? {} : { where };
    if (isUnique && isPlain(index)) this.uniqueTogether.push(names);
    else if (isUnique) this.constraints.push({ name, unique: names, ...ofSome });
    else {
      const signed = (list: readonly string[]) => list.map((one, at) => (descending[at] ? `-${one}` : one));
      const isNamed = where !== undefined || name !== defaultIndexName(table.name, signed(columns));
      this.indexes.push({ fields: signed(names), ...(isNamed && { name }), ...ofSome });
    }
  }
}
