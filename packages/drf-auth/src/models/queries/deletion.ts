import { Conflict } from "../../errors.ts";
import type { ModelMeta } from "../model-meta.ts";

/** Rows that can be deleted: what a query set offers to a deletion. */
export interface DeletableRows {
  readonly meta: ModelMeta;
  keys(): Promise<readonly unknown[]>;
  /** Their keys, held to the end of the transaction: none of them ceases to be one of these before it goes. */
  held(): Promise<readonly unknown[]>;
  /** The rows of another model that refer to some of these. */
  referring(meta: ModelMeta, relation: string, keys: readonly unknown[]): DeletableRows;
  setNull(relation: string): Promise<void>;
  /** Deletes the rows, or those with some keys, whatever refers to them. */
  remove(keys?: readonly unknown[]): Promise<number>;
}

/** Rows of another model that refer to some that go, and by which relation. */
interface Referring {
  readonly rows: DeletableRows;
  readonly relation: string;
  readonly target: ModelMeta;
}

/**
 * Deletes rows and does to those that refer to them what their relations say, as Django does: tables made by Django
 * leave it to the program. Gives how many of the rows themselves there were.
 *
 * @throws {Conflict} when a row is referred to by a relation that protects it, or that restricts it to go with the row.
 */
export async function deleteRows(rows: DeletableRows): Promise<number> {
  const own = await rows.held();
  const deletion = new Deletion();
  await deletion.collect(rows, own);
  await deletion.carryOut();
  return own.length;
}

class Deletion {
  /** What goes by key, each model after those to which it refers. */
  readonly #going = new Map<ModelMeta, { readonly rows: DeletableRows; readonly keys: Set<unknown> }>();
  /** What goes and is referred to by nobody, so that its keys need not be known. */
  readonly #leaves: DeletableRows[] = [];
  readonly #emptied: Referring[] = [];
  readonly #restricted: Referring[] = [];

  async collect(rows: DeletableRows, keys: readonly unknown[]): Promise<void> {
    const { meta } = rows;
    const going = this.#going.get(meta) ?? { rows, keys: new Set() };
    // Rows may refer to each other in a circle: each is gone through once.
    const found = keys.filter((key) => !going.keys.has(key));
    if (found.length === 0) return;
    this.#going.set(meta, going);
    for (const key of found) going.keys.add(key);
    for (const { meta: other, field } of meta.referrers) {
      const referring = { rows: rows.referring(other, field.name, found), relation: field.name, target: meta };
      switch (field.options.onDelete) {
        case "protect":
          if ((await referring.rows.keys()).length > 0) throw keptBy(referring);
          break;
        case "restrict":
          this.#restricted.push(referring);
          break;
        case "setNull":
          this.#emptied.push(referring);
          break;
        case "doNothing":
          break;
        default:
          if (other.referrers.length === 0) this.#leaves.push(referring.rows);
          else await this.collect(referring.rows, await referring.rows.held());
      }
    }
  }

  async carryOut(): Promise<void> {
    for (const { rows, relation } of this.#emptied) await rows.setNull(relation);
    for (const rows of this.#leaves) await rows.remove();
    for (const referring of this.#restricted) {
      const going = this.#going.get(referring.rows.meta)?.keys;
      if ((await referring.rows.keys()).some((key) => !going?.has(key))) throw keptBy(referring);
    }
    for (const { rows, keys } of [...this.#going.values()].toReversed()) await rows.remove([...keys]);
  }
}

function keptBy({ rows, relation, target }: Referring): Conflict {
  return new Conflict(
    `This ${target.verboseName} cannot be deleted: a ${rows.meta.verboseName} refers to it by ${relation}.`,
  );
}
