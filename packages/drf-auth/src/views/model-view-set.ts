import type { Model, QuerySet, Row } from "../models/index.ts";
import type { Permission } from "../policies/index.ts";
import type { ModelSerializer } from "../serializers/index.ts";
import type { ActionServices } from "./actions/action-services.ts";
import { create } from "./actions/create.ts";
import { destroy } from "./actions/destroy.ts";
import { checkObject } from "./actions/find-object.ts";
import { list } from "./actions/list.ts";
import { retrieve } from "./actions/retrieve.ts";
import { update } from "./actions/update.ts";
import { type BoundMethod, type BoundView, bindView } from "./bound-view.ts";
import type { Pagination } from "./pagination/pagination.ts";
import type { Context } from "./view.ts";
import type { PolicyOptions, ViewServices } from "./view-services.ts";
import type { ObjectContext, QueryContext, Saving } from "./view-set-context.ts";

export interface ModelViewSetOptions<M extends Model> extends PolicyOptions<Row<M>> {
  /** What pages and OPTIONS call it; "List" and "Instance" follow. Default: the model's name. */
  readonly name?: string;
  readonly description?: string;
  /** Narrows what exists for this user: in the list, for one object, and for what is changed. */
  readonly query?: (context: QueryContext<M>) => QuerySet<M>;
  /** How the list comes in parts. Default: whole. */
  readonly pagination?: Pagination;
  /** Saves a new row, in the transaction in which it was validated. Default: `serializer.save()`. */
  readonly performCreate?: (serializer: Saving<M>, context: Context) => unknown;
  /** Saves a changed row. Default: `serializer.save()`. */
  readonly performUpdate?: (serializer: Saving<M>, context: ObjectContext<M>) => unknown;
  /** Deletes a row by calling `destroy()`. Default: that. */
  readonly performDestroy?: (destroy: () => Promise<void>, context: ObjectContext<M>) => unknown;
}

/** The views of a resource: its list and one of its objects. */
export interface ViewSet {
  /** `word`: names of routes begin with it. */
  readonly basename: string;
  bind(services: ViewServices): { readonly list: BoundView; readonly detail: BoundView };
}

/** Declares list, create, retrieve, update, partial update and destroy of a model, as DRF's ModelViewSet. */
export function modelViewSet<M extends Model>(
  serializer: ModelSerializer<M>,
  options: ModelViewSetOptions<M> = {},
): ViewSet {
  const objectName = serializer.model.name.split(".")[1] ?? "";
  const name = options.name ?? objectName.replace(/(?<=[a-z0-9])(?=[A-Z])/g, " ");
  return Object.freeze({
    basename: objectName.toLowerCase(),
    bind: (services: ViewServices) => {
      const actions = actionServices(serializer, options as unknown as ModelViewSetOptions<Model>, services);
      const fields = actions.serializer.describe();
      const common = { ...(options as PolicyOptions), description: options.description ?? "" };
      return {
        list: bindView(services, {
          ...common,
          name: `${name} List`,
          methods: withHead({ GET: { run: list(actions) }, POST: { run: create(actions), fields } }),
        }),
        detail: bindView(services, {
          ...common,
          name: `${name} Instance`,
          methods: withHead({
            GET: { run: retrieve(actions) },
            PUT: { run: update(actions, false), fields, checkObject: checkObject(actions) },
            PATCH: { run: update(actions, true) },
            DELETE: { run: destroy(actions) },
          }),
        }),
      };
    },
  });
}

function withHead(
  methods: { readonly GET: BoundMethod } & Readonly<Record<string, BoundMethod>>,
): Map<string, BoundMethod> {
  return new Map([...Object.entries(methods), ["HEAD", methods.GET]]);
}

function actionServices(
  serializer: ModelSerializer,
  options: ModelViewSetOptions<Model>,
  services: ViewServices,
): ActionServices {
  const { database, objects, registry } = services;
  const bound = serializer.bind(registry);
  const all = objects(serializer.model).orderBy();
  const ordered = objects(serializer.model);
  const { query } = options;
  return {
    database,
    serializer: bound,
    meta: bound.meta,
    all,
    byKey: all.lookup(bound.meta.primaryKey.name, bound.selection),
    rows: query ? (context) => query({ ...context, query: ordered }) : () => ordered,
    context: (request) => ({ request, user: request.user, objects }),
    objects: services.objectsOf,
    permissions: (options.permissions ?? services.permissions) as readonly Permission[],
    hasAuthenticators: (options.authentication ?? services.authenticators).length > 0,
    pagination: options.pagination,
    performCreate: options.performCreate ?? ((saving) => saving.save()),
    performUpdate: options.performUpdate ?? ((saving) => saving.save()),
    performDestroy: options.performDestroy ?? ((remove) => remove()),
  };
}
