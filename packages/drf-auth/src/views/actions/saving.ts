import { UniqueViolation } from "../../database/index.ts";
import { NotFound } from "../../errors.ts";
import type { Model } from "../../models/index.ts";
import type { Saving } from "../view-set-context.ts";
import type { ActionServices } from "./action-services.ts";

type AnyRow = Readonly<Record<string, unknown>>;

/** Valid data on its way into a row, which remembers whether and where it was stored. */
export function savingOf(
  validatedData: AnyRow,
  store: (values: AnyRow) => Promise<number>,
): Saving<Model> & { key(hook: string): number } {
  let saved: number | undefined;
  return {
    validatedData,
    async save(added = {}) {
      saved = await store({ ...validatedData, ...added });
      return saved;
    },
    key(hook) {
      if (saved === undefined) throw new Error(`${hook} did not save: it must call and await serializer.save().`);
      return saved;
    },
  };
}

/** Represents a row that was stored. */
export async function represented({ serializer, byKey, meta }: ActionServices, key: unknown): Promise<unknown> {
  const [row] = await byKey(key);
  if (!row) throw new NotFound(`No ${meta.objectName} matches the given query.`);
  return serializer.represent(row);
}

/** Works in one transaction; a row that would repeat what is unique is refused as validation refuses it. */
export async function inTransaction<Result>(
  { database, serializer, meta }: ActionServices,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await database.transaction(work);
  } catch (error) {
    if (error instanceof UniqueViolation && error.table === meta.table) throw serializer.refusal(error);
    throw error;
  }
}
