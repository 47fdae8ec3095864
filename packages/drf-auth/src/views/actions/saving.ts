import { CheckViolation, ReferenceViolation, UniqueViolation } from "../../database/index.ts";
import { Conflict, NotFound } from "../../errors.ts";
import { isUploadedFile, type Request, type UploadedFile } from "../../http/index.ts";
import type { FieldMeta, Model } from "../../models/index.ts";
import type { SavingContext, ValidationContext } from "../../serializers/index.ts";
import { nameOfUpload } from "../../storage/index.ts";
import type { Saving } from "../view-set-context.ts";
import type { ActionServices } from "./action-services.ts";
import { completed } from "./list.ts";

export type AnyRow = Readonly<Record<string, unknown>>;

/** Valid data on its way into a row that is there. */
export function savingOf(validatedData: AnyRow, stored: (values: AnyRow) => Promise<number | string>): Saving<Model> {
  return {
    validatedData,
    save: async (added = {}) => (await stored({ ...validatedData, ...added })) as number,
  };
}

/** Represents a row that was stored. */
export async function represented(services: ActionServices, key: unknown, request: Request): Promise<unknown> {
  const { serializer, byKey, meta } = services;
  const [row] = await completed(services, byKey(key));
  if (!row) throw new NotFound(`No ${meta.objectName} matches the given query.`);
  return serializer.represent(row, request);
}

/** What validation is told of a request; `instanceKey` is the key of the row that is changed. */
export function validationContext(
  { objects }: ActionServices,
  request: Request,
  { isPartial = false, instanceKey }: { readonly isPartial?: boolean; readonly instanceKey?: unknown } = {},
): ValidationContext {
  return { isPartial, instanceKey, objects, request, user: request.user };
}

/** Makes a row of valid values, by the serializer's own `create` where it has one; gives its key. */
export async function storeNew(services: ActionServices, request: Request, values: AnyRow): Promise<number | string> {
  const { serializer, all } = services;
  const { create } = serializer.hooks;
  if (create) return create(values as never, savingContext(services, request));
  const { own, many } = divided(services, await withFilesStored(services, values));
  const key = await all.insert(own as never);
  for (const [name, keys] of many) await storeMany(services, name, key, keys);
  return key;
}

/** Changes a row to valid values, by the serializer's own `update` where it has one. */
export async function storeChanged(
  services: ActionServices,
  request: Request,
  found: { readonly key: unknown; readonly object: () => AnyRow },
  values: AnyRow,
): Promise<void> {
  const { update } = services.serializer.hooks;
  if (update) await update(found.object() as never, values as never, savingContext(services, request));
  else await store(services, found.key, values);
}

/** Stores values of a row that is there. */
export async function store(services: ActionServices, key: unknown, values: AnyRow): Promise<void> {
  const { own, many } = divided(services, await withFilesStored(services, values));
  await services.all.filter({ pk: key } as never).update(own as never);
  for (const [name, keys] of many) await storeMany(services, name, key, keys);
}

function savingContext(services: ActionServices, request: Request): SavingContext {
  return {
    request,
    user: request.user,
    objects: services.objectsOfModel,
    storeFile: (file, uploadTo = "") => storeFile(services, file, { uploadTo }),
  };
}

/** Gives files to the storage, and their names to the row. */
async function withFilesStored(services: ActionServices, values: AnyRow): Promise<AnyRow> {
  if (!Object.values(values).some(isUploadedFile)) return values;
  const named = new Map(Object.entries(values));
  for (const [name, file] of named) {
    const options = services.meta.fieldsByName.get(name)?.options;
    if (options && isUploadedFile(file)) named.set(name, await storeFile(services, file, options));
  }
  return Object.fromEntries(named);
}

/** Stores a file and gives its name; it is removed if the row is not kept in the end. */
async function storeFile(
  { database, storage }: ActionServices,
  file: UploadedFile,
  { uploadTo = "", maxLength = 100 }: Pick<FieldMeta["options"], "maxLength" | "uploadTo">,
): Promise<string> {
  const stored = await storage.save(nameOfUpload(uploadTo, file.filename), file, maxLength);
  database.onRollback(() => storage.delete(stored));
  return stored;
}

/** The values of columns, and those of relations of many to many. */
function divided({ meta }: ActionServices, values: AnyRow) {
  const many = meta.manyToMany.flatMap(({ name }) =>
    Object.hasOwn(values, name) ? [[name, values[name] as readonly unknown[]] as const] : [],
  );
  if (many.length === 0) return { own: values, many };
  const names = new Set<string>(many.map(([name]) => name));
  return { own: Object.fromEntries(Object.entries(values).filter(([name]) => !names.has(name))), many };
}

function storeMany({ all }: ActionServices, name: string, key: unknown, keys: readonly unknown[]): Promise<void> {
  return all.related(key as never, name as never).set(keys as never);
}

/** Works in one transaction; a row that would repeat what is unique is refused as validation refuses it. */
export function inTransaction<Result>(services: ActionServices, work: () => Promise<Result>): Promise<Result> {
  return refusingRepeats(services, () => services.database.transaction(work));
}

const referenceMessage = "Other rows refer to this one, or one that this refers to is not there any more.";

/** Works; a row that would repeat what is unique is refused as validation refuses it. */
export async function refusingRepeats<Result>(
  { serializer }: ActionServices,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ReferenceViolation) throw new Conflict(referenceMessage, { cause: error });
    const isRefused = error instanceof UniqueViolation || error instanceof CheckViolation;
    throw (isRefused && serializer.refusal(error)) || error;
  }
}
