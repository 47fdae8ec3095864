import { type Database, type RowValues, UniqueViolation } from "../../database/index.ts";
import { NotFound } from "../../errors.ts";
import { parseWholeNumber, type Request, Response } from "../../http/index.ts";
import { fieldKinds, type ModelMeta, type QuerySet, type Model, type Row, rowDecoder, type Selection } from "../../models/index.ts";
import { checkObjectPermissions, type Permission } from "../../policies/index.ts";
import type { BoundModelSerializer, ValidationContext } from "../../serializers/index.ts";
import type { Pagination } from "../pagination/pagination.ts";
import type { Context } from "../view.ts";
import type { ObjectContext, Saving } from "../view-set-context.ts";

type AnyRow = Readonly<Record<string, unknown>>;

/** What the five actions of a model work on. */
export interface ActionServices {
  readonly database: Database;
  readonly serializer: BoundModelSerializer;
  readonly meta: ModelMeta;
  /** Every row of the model. */
  readonly all: QuerySet<Model>;
  /** One row of all by its key, as the serializer selects it. */
  readonly byKey: ReturnType<QuerySet["lookup"]>;
  /** The rows that exist for this user. */
  readonly rows: (context: Context) => QuerySet<Model>;
  readonly context: (request: Request) => Context;
  readonly objects: ValidationContext["objects"];
  readonly permissions: readonly Permission[];
  readonly hasAuthenticators: boolean;
  readonly pagination: Pagination | undefined;
  readonly performCreate: (saving: Saving<Model>, context: Context) => unknown;
  readonly performUpdate: (saving: Saving<Model>, context: ObjectContext<Model>) => unknown;
  readonly performDestroy: (destroy: () => Promise<void>, context: ObjectContext<Model>) => unknown;
}

/** Lists the rows, a page at a time where there is a pagination. */
export function list(services: ActionServices): (request: Request) => unknown {
  const { serializer, pagination } = services;
  const represent = (row: RowValues) => serializer.represent(row);
  return (request) => {
    const rows = services.rows(services.context(request));
    if (pagination) {
      return pagination.paginate({
        request,
        count: () => countOf(rows.countValue()),
        rows: (window) => rows.select(serializer.selection, window),
        represent,
      });
    }
    const found = rows.select(serializer.selection);
    return found instanceof Promise ? found.then((all) => all.map(represent)) : found.map(represent);
  };
}

/** Represents the one row that the address names. */
export function retrieve(services: ActionServices): (request: Request) => Promise<unknown> {
  const find = finder(services);
  return async (request) => services.serializer.represent((await find(request)).values);
}

/** Makes a row in one transaction: validated, saved, represented. */
export function create(services: ActionServices): (request: Request) => Promise<Response> {
  const { serializer, all } = services;
  return async (request) => {
    const data = await request.data();
    const context = services.context(request);
    return inTransaction(services, async () => {
      const validatedData = await serializer.validate(data, validation(services, false, undefined));
      const saving = savingOf(validatedData, (values) => all.insert(values));
      await services.performCreate(saving, context);
      return new Response(await represented(services, saving.key("performCreate")), { status: 201 });
    });
  };
}

/** Changes the one row that the address names in one transaction; `isPartial` leaves out what was not sent. */
export function update(services: ActionServices, isPartial: boolean): (request: Request) => Promise<unknown> {
  const { serializer, all, meta } = services;
  const find = finder(services);
  return async (request) => {
    // Read before the transaction, which must not wait for a slow client; judged after the row was found, as DRF does.
    const body = await settled(request.data());
    const context = services.context(request);
    return inTransaction(services, async () => {
      const { key, object } = await find(request);
      const validatedData = await serializer.validate(body(), validation(services, isPartial, key));
      const saving = savingOf(validatedData, async (values) => {
        await all.filter({ [meta.primaryKey.name]: key } as never).update(values);
        return key as number;
      });
      await services.performUpdate(saving, { ...context, object: object() });
      return represented(services, key);
    });
  };
}

/** Deletes the one row that the address names in one transaction. */
export function destroy(services: ActionServices): (request: Request) => Promise<Response> {
  const find = finder(services);
  return (request) =>
    inTransaction(services, async () => {
      const { key, object } = await find(request);
      const own = services.all.filter({ [services.meta.primaryKey.name]: key } as never);
      const remove = async () => void (await own.delete());
      await services.performDestroy(remove, { ...services.context(request), object: object() });
      return new Response(undefined, { status: 204 });
    });
}

/** Raises unless the row that the address names exists and this user may do with it what the method says. */
export function checkObject(services: ActionServices): (request: Request) => Promise<void> {
  const find = finder(services);
  return async (request) => void (await find(request));
}

interface Found {
  readonly key: unknown;
  /** The row's values as the serializer selects them. */
  readonly values: RowValues;
  /** The whole row, as hooks and permissions see it. */
  readonly object: () => Row<Model>;
}

/** Finds the row that the address names among those that exist for this user, and asks the permissions about it. */
function finder(services: ActionServices): (request: Request) => Promise<Found> {
  const { serializer, meta, permissions, hasAuthenticators } = services;
  const decoder = rowDecoder(meta);
  const width = serializer.selection.paths.length;
  const asksPermissions = permissions.some((permission) => permission.hasObjectPermission);
  const selection: Selection = {
    key: `${serializer.selection.key}+row`,
    paths: [...serializer.selection.paths, ...decoder.selection.paths],
  };
  const keyIndex = width + meta.fields.indexOf(meta.primaryKey);
  return async (request) => {
    const key = keyOf(meta, request.params["pk"] ?? "");
    const rows = services.rows(services.context(request)).filter({ [meta.primaryKey.name]: key } as never);
    const found = Number.isSafeInteger(key) || typeof key === "string" ? rows.select(selection) : [];
    const [values] = found instanceof Promise ? await found : found;
    if (!values) throw new NotFound(`No ${meta.objectName} matches the given query.`);
    const object = () => decoder.decode(values.slice(width)) as Row<Model>;
    if (asksPermissions) await checkObjectPermissions(request, permissions, object(), hasAuthenticators);
    return { key: values[keyIndex], values, object };
  };
}

/** The key in an address; text that can be none is not found, in DRF's other words for it. */
function keyOf(meta: ModelMeta, text: string): number | string {
  if (fieldKinds[meta.primaryKey.kind].isText) return text;
  const key = parseWholeNumber(text);
  if (key === undefined) throw new NotFound();
  return key;
}

function savingOf(
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

async function represented({ serializer, byKey, meta }: ActionServices, key: unknown): Promise<unknown> {
  const [row] = await byKey(key);
  if (!row) throw new NotFound(`No ${meta.objectName} matches the given query.`);
  return serializer.represent(row);
}

function validation({ objects }: ActionServices, isPartial: boolean, instanceKey: unknown): ValidationContext {
  return { isPartial, instanceKey, objects };
}

async function inTransaction<Result>({ database, serializer, meta }: ActionServices, work: () => Promise<Result>): Promise<Result> {
  try {
    return await database.transaction(work);
  } catch (error) {
    if (error instanceof UniqueViolation && error.table === meta.table) throw serializer.refusal(error);
    throw error;
  }
}

function countOf(rows: readonly RowValues[] | Promise<readonly RowValues[]>): number | Promise<number> {
  return rows instanceof Promise ? rows.then((found) => Number(found[0]?.[0])) : Number(rows[0]?.[0]);
}

async function settled(pending: Promise<unknown>): Promise<() => unknown> {
  try {
    const value = await pending;
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
