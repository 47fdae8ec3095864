import type { Data } from "../files/data-text.ts";
import type { FieldDraft, Target } from "./drafts.ts";
import { fieldOfColumn } from "./field-of-column.ts";
import { type FoundColumn, type FoundReference, type FoundTable, isPlain } from "./found-table.ts";
import type { JoinTable } from "./join-tables.ts";
import { fieldName, freeName } from "./names.ts";
import { type InspectionContext, keyField, type NamedTable, type NamedTables, targetOf } from "./named-table.ts";

type Options = Readonly<Record<string, Data>>;

/** The fields of a table's model, and what of the table they do not say. */
export class TableFields {
  readonly fields: FieldDraft[] = [];
  readonly notes: string[] = [];
  /** The names of fields by their columns. */
  readonly byColumn = new Map<string, string>();
  readonly #own: NamedTable;
  readonly #named: NamedTables;
  readonly #context: InspectionContext;
  readonly #taken: Set<string>;

  constructor(own: NamedTable, joins: readonly JoinTable[], named: NamedTables, context: InspectionContext) {
    this.#own = own;
    this.#named = named;
    this.#context = context;
    this.#taken = new Set(["pk", ...(own.key.name === "id" ? [] : ["id"])]);
    for (const column of own.table.columns) this.#add(column);
    for (const join of joins) this.#addManyToMany(join);
    this.#tellRelationsApart();
  }

  #add(column: FoundColumn): void {
    const { key } = this.#own;
    if (column === key) return this.#addKey(column);
    if (column.isGenerated) {
      this.notes.push(`the column ${column.name} is computed by the database`);
      return undefined;
    }
    const { references } = this.#own.table;
    const reference = references.find(({ columns }) => columns.includes(column.name));
    const target = reference?.columns.length === 1 ? this.#targetOf(reference) : undefined;
    return reference && target ? this.#addRelation(column, reference, target) : this.#addPlain(column, reference);
  }

  #addKey(column: FoundColumn): void {
    const found = keyField(this.#own, this.#context);
    if (!found) {
      this.byColumn.set(column.name, "id");
      return;
    }
    const name = this.#freeName(fieldName(column.name));
    this.#push({ name, column, ownColumn: name, maker: found.kind, options: found.options, note: found.note });
  }

  #addRelation(column: FoundColumn, { onDelete }: FoundReference, target: Target): void {
    const name = this.#freeName(fieldName(column.name.replace(/(?<=.)_?id$/i, "")), "_id");
    const isUnique = isUniqueColumn(this.#own.table, column);
    const options = {
      onDelete: onDeleteOf(onDelete, column),
      ...nullOptions(column),
      // A relation has an index where nothing is said.
      ...(!isUnique && !hasIndex(this.#own.table, column) && { index: false }),
    };
    this.#push({ name, column, ownColumn: `${name}_id`, maker: isUnique ? "oneToOne" : "foreignKey", target, options });
  }

  #addPlain(column: FoundColumn, reference: FoundReference | undefined): void {
    const { table } = this.#own;
    const found = fieldOfColumn(column, this.#context.dialect);
    if (!found) {
      this.notes.push(`the column ${column.name} is of the type "${column.type}", for which there is no field`);
      return;
    }
    const name = this.#freeName(fieldName(column.name));
    const notes = [
      found.note,
      reference && `refers to ${reference.table} (${reference.to.join(", ") || "its primary key"})`,
    ].filter((one) => one !== undefined);
    const options = {
      ...found.options,
      ...nullOptions(column),
      ...(isUniqueColumn(table, column) ? { unique: true } : hasIndex(table, column) && { index: true }),
    };
    const note = notes.length > 0 ? notes.join("; ") : undefined;
    this.#push({ name, column, ownColumn: name, maker: found.kind, options, note });
  }

  #addManyToMany({ table, name: wanted, target }: JoinTable): void {
    const name = this.#freeName(wanted);
    const options: Options = table.name === `${this.#own.table.name}_${name}` ? {} : { table: table.name };
    this.fields.push({ name, column: undefined, maker: "manyToMany", target, options, note: undefined });
  }

  #push({
    column,
    ownColumn,
    ...draft
  }: Pick<FieldDraft, "maker" | "name" | "options"> &
    Partial<Pick<FieldDraft, "note" | "target">> & { readonly column: FoundColumn; readonly ownColumn: string }): void {
    this.byColumn.set(column.name, draft.name);
    this.fields.push({
      target: undefined,
      note: undefined,
      ...draft,
      column: column.name === ownColumn ? undefined : column.name,
    });
  }

  /** From the other model two relations that name nothing would be one. */
  #tellRelationsApart(): void {
    const keys = this.fields.map(({ target }) => target && JSON.stringify(target));
    for (const [index, draft] of this.fields.entries()) {
      const key = keys[index];
      if (key === undefined || keys.indexOf(key) === keys.lastIndexOf(key)) continue;
      const relatedName = `${this.#own.constant.toLowerCase()}_${draft.name}_set`;
      this.fields[index] = { ...draft, options: { ...draft.options, relatedName } };
    }
  }

  #targetOf(reference: FoundReference): Target | undefined {
    return targetOf(reference, this.#own, this.#named, this.#context);
  }

  /** A name that no field has, nor a row with the ending. */
  #freeName(wanted: string, ending = ""): string {
    const name = freeName(wanted, (one) => this.#taken.has(one) || this.#taken.has(`${one}${ending}`));
    this.#taken.add(name);
    this.#taken.add(`${name}${ending}`);
    return name;
  }
}

function nullOptions({ isNull }: FoundColumn): Options {
  return isNull ? { null: true, blank: true } : {};
}

function isUniqueColumn({ indexes }: FoundTable, { name }: FoundColumn): boolean {
  return indexes.some((index) => index.isUnique && isPlain(index) && index.columns.join() === name);
}

function hasIndex({ indexes }: FoundTable, { name }: FoundColumn): boolean {
  return indexes.some((index) => !index.isUnique && isPlain(index) && index.columns.join() === name);
}

/** The model does what the database does; where that refuses only, so does the model. */
function onDeleteOf(onDelete: string, { isNull }: FoundColumn): string {
  if (onDelete === "CASCADE") return "cascade";
  if (onDelete === "SET NULL" && isNull) return "setNull";
  return onDelete === "RESTRICT" ? "restrict" : "protect";
}
