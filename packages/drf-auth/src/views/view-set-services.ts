import type { Request } from "../http/index.ts";
import { type FieldName, fieldOf, type Model, type QuerySet, type Row } from "../models/index.ts";
import type { ModelSerializer } from "../serializers/index.ts";
import type { Action } from "./actions/action.ts";
import type { ActionServices } from "./actions/action-services.ts";
import { permissionsBy, permissionViewOf } from "./bound-view.ts";
import { checkMatch, type Conditional } from "./conditional.ts";
import { type FilterOptions, rowFilter } from "./filters/row-filter.ts";
import type { Pagination } from "./pagination/pagination.ts";
import type { Context } from "./view.ts";
import type { PolicyOptions, ViewServices } from "./view-services.ts";
import type { ObjectContext, QueryContext, Saving } from "./view-set-context.ts";

/** What every model view set does. */
export type ActionName = "create" | "destroy" | "list" | "partial_update" | "retrieve" | "update";

export interface ModelViewSetOptions<M extends Model> extends PolicyOptions<Row<M>>, FilterOptions<M> {
  /** What pages and OPTIONS call it; "List" and "Instance" follow. Default: the model's name. */
  readonly name?: string;
  readonly description?: string;
  /** Narrows what exists for this user: in the list, for one object, and for what is changed. */
  readonly query?: (context: QueryContext<M>) => QuerySet<M>;
  /** Serializers of some actions, where they differ. */
  readonly serializers?: { readonly [action: string]: ModelSerializer<M> };
  /** What it does of the usual, as DRF's mixins. Default: all of it. */
  readonly operations?: readonly ActionName[];
  /** The field by which an address names a row. Default: the primary key. */
  readonly lookupField?: FieldName<M>;
  /** What that part of the address must match, as DRF's lookup_value_regex. Default: anything but a slash. */
  readonly lookupPattern?: RegExp;
  /**
   * Whether what is read has an ETag, and a change may ask by If-Match that nobody was faster (RFC 9110 §13);
   * `"required"`: it must. Default false.
   */
  readonly conditional?: Conditional;
  /** How the list comes in parts. Default: whole. */
  readonly pagination?: Pagination;
  /** Further actions by name. */
  readonly actions?: { readonly [name: string]: Action<M> };
  /** Saves a new row, in the transaction in which it was validated. Default: `serializer.save()`. */
  readonly performCreate?: (serializer: Saving<M>, context: Context) => unknown;
  /** Saves a changed row. Default: `serializer.save()`. */
  readonly performUpdate?: (serializer: Saving<M>, context: ObjectContext<M>) => unknown;
  /** Deletes a row by calling `destroy()`. Default: that. */
  readonly performDestroy?: (destroy: () => Promise<void>, context: ObjectContext<M>) => unknown;
}

/** Makes what an action works on, by its name. */
export function actionServices(
  serializer: ModelSerializer,
  options: ModelViewSetOptions<Model>,
  services: ViewServices,
): (action: string, permissions?: PolicyOptions["permissions"]) => ActionServices {
  const { database, objects, registry } = services;
  const all = objects(serializer.model).orderBy();
  const ordered = objects(serializer.model);
  const { query } = options;
  const { meta } = serializer.bind(registry);
  const narrow = rowFilter(meta, options, services.objectsOf);
  options.pagination?.check?.(meta);
  const lookupField = fieldOf(meta, options.lookupField ?? "pk", `The view set of ${meta.objectName}`);
  const read = (options.serializers?.["retrieve"] ?? serializer).bind(registry);
  const byKeyAsRead = all.lookup(meta.primaryKey.name, read.selection);
  const representedAsRead = async (key: unknown, request: Request): Promise<unknown> => {
    const found = await byKeyAsRead(key);
    const [row] = read.isCompleted ? await read.complete(found, database) : found;
    return row && read.represent(row, request);
  };
  return (action, own = options.permissions as PolicyOptions["permissions"]) => {
    const bound = (options.serializers?.[action] ?? serializer).bind(registry);
    return {
      database,
      serializer: bound,
      meta,
      all,
      lookupField,
      lookupPattern: options.lookupPattern && whole(options.lookupPattern),
      checkMatch: (request, key) =>
        checkMatch(request, options.conditional ?? false, async () => {
          // Of two who change what both have read, the second reads what the first wrote.
          await database.lock(`${meta.table} ${String(key)}`);
          return representedAsRead(key, request);
        }),
      byKey: all.lookup(meta.primaryKey.name, bound.selection),
      rows: query ? (context) => query({ ...context, query: ordered }) : () => ordered,
      narrow,
      context: (request) => ({ request, user: request.user, objects }),
      objects: services.objectsOf,
      objectsOfModel: objects,
      permissionsOf: permissionsBy(own ?? services.permissions, () => action),
      permissionView: permissionViewOf(services, meta),
      hasAuthenticators: (options.authentication ?? services.authenticators).length > 0,
      pagination: options.pagination,
      storage: services.storage,
      performCreate: options.performCreate ?? ((saving) => saving.save()),
      performUpdate: options.performUpdate ?? ((saving) => saving.save()),
      performDestroy: options.performDestroy ?? ((remove) => remove()),
    };
  };
}

/** The pattern tied to the whole of the text. */
function whole({ source, flags }: RegExp): RegExp {
  return new RegExp(`^(?:${source})$`, flags.replace(/[gy]/g, ""));
}
