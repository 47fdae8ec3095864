import { didYouMean } from "../settings.ts";
import { ImproperlyConfigured } from "../errors.ts";
import type { FieldDescription } from "../descriptions/index.ts";
import type { Model, QuerySet, Row } from "../models/index.ts";
import { type ModelSerializer, serializerOf } from "../serializers/index.ts";
import type { Action } from "./actions/action.ts";
import type { ActionServices } from "./actions/action-services.ts";
import { create } from "./actions/create.ts";
import { destroy } from "./actions/destroy.ts";
import { checkObject } from "./actions/find-object.ts";
import { list } from "./actions/list.ts";
import { retrieve } from "./actions/retrieve.ts";
import { runDetailAction, runListAction } from "./actions/run-action.ts";
import { update } from "./actions/update.ts";
import { type BoundMethod, type BoundView, bindView, permissionsBy, permissionViewOf } from "./bound-view.ts";
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

/** Where an action of a view set answers. */
export interface ActionPath {
  readonly name: string;
  readonly path: string;
  readonly isDetail: boolean;
}

/** The views of a resource: its list, one of its objects, and its further actions. */
export interface ViewSet {
  /** `word`: names of routes begin with it. */
  readonly basename: string;
  readonly actions: readonly ActionPath[];
  bind(services: ViewServices): {
    readonly list: BoundView;
    readonly detail: BoundView;
    readonly actions: ReadonlyMap<string, BoundView>;
  };
}

/** Declares list, create, retrieve, update, partial update and destroy of a model, as DRF's ModelViewSet. */
export function modelViewSet<M extends Model>(
  serializer: ModelSerializer<M>,
  options: ModelViewSetOptions<M> = {},
): ViewSet {
  const objectName = serializer.model.name.split(".")[1] ?? "";
  const declared = Object.entries(options.actions ?? {}) as [string, Action][];
  const actions = declared.map(([name, { options: own }]) => ({
    name,
    path: `${own.path ?? name}/`,
    isDetail: own.detail,
  }));
  checkActions(objectName, actions, options.serializers);
  return Object.freeze({
    basename: objectName.toLowerCase(),
    actions,
    bind: (services: ViewServices) =>
      bindViewSet(serializer, options as unknown as ModelViewSetOptions<Model>, actions, services),
  });
}

function bindViewSet(
  serializer: ModelSerializer,
  options: ModelViewSetOptions<Model>,
  paths: readonly ActionPath[],
  services: ViewServices,
): ReturnType<ViewSet["bind"]> {
  const objectName = serializer.model.name.split(".")[1] ?? "";
  const name = options.name ?? spaced(objectName);
  const on = actionServices(serializer, options, services);
  const linksTo = (isDetail: boolean) =>
    paths
      .filter((path) => path.isDetail === isDetail)
      .map(({ name: action, path }) => ({
        name: options.actions?.[action]?.options.name ?? titled(action),
        url: path,
      }));
  const policies = options as PolicyOptions;
  const model = services.registry.meta(serializer.model);
  const common = { ...policies, model, description: options.description ?? "" };
  const createFields = on("create").serializer.describe();
  const updateFields = on("update").serializer.describe();
  const bound = {
    list: bindView(services, {
      ...common,
      name: `${name} List`,
      methods: withHead({
        GET: { action: "list", run: list(on("list")) },
        POST: { action: "create", run: create(on("create")), fields: createFields },
      }),
      actionLinks: linksTo(false),
    }),
    detail: bindView(services, {
      ...common,
      name: `${name} Instance`,
      methods: withHead({
        GET: { action: "retrieve", run: retrieve(on("retrieve")) },
        PUT: {
          action: "update",
          run: update(on("update"), false),
          fields: updateFields,
          checkObject: checkObject(on("update")),
        },
        PATCH: { action: "partial_update", run: update(on("partial_update"), true) },
        DELETE: { action: "destroy", run: destroy(on("destroy")) },
      }),
      actionLinks: linksTo(true),
    }),
  };
  const actions = paths.map(({ name: actionName, isDetail }) => {
    const action = options.actions?.[actionName] as Action;
    const {
      permissions = policies.permissions,
      description = common.description,
      name: title = titled(actionName),
    } = action.options;
    const own = on(actionName, permissions as PolicyOptions["permissions"]);
    const run = isDetail ? runDetailAction(own, action) : runListAction(own, action);
    const fields = action.options.input && serializerOf(action.options.input).bound.describe();
    const view = bindView(services, {
      ...policies,
      model,
      ...(permissions !== undefined && { permissions: permissions as NonNullable<PolicyOptions["permissions"]> }),
      name: title,
      description,
      methods: actionMethods(actionName, action, run, fields ?? own.serializer.describe(), fields ?? []),
    });
    return [actionName, view] as const;
  });
  return { ...bound, actions: new Map(actions) };
}

function actionMethods(
  name: string,
  { options }: Action,
  run: BoundMethod["run"],
  fields: readonly FieldDescription[],
  formFields: readonly FieldDescription[],
): Map<string, BoundMethod> {
  const { methods = ["GET"] } = options;
  const one: BoundMethod = { action: name, run, fields, formFields };
  return withHead(Object.fromEntries(methods.map((method) => [method, one])));
}

function withHead(methods: Readonly<Record<string, BoundMethod>>): Map<string, BoundMethod> {
  const { GET } = methods;
  return new Map([...Object.entries(methods), ...(GET ? ([["HEAD", GET]] as const) : [])]);
}

/** Makes what an action works on, by its name. */
function actionServices(
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
  return (action, own = options.permissions as PolicyOptions["permissions"]) => {
    const bound = (options.serializers?.[action] ?? serializer).bind(registry);
    return {
      database,
      serializer: bound,
      meta,
      all,
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
      performCreate: options.performCreate ?? ((saving) => saving.save()),
      performUpdate: options.performUpdate ?? ((saving) => saving.save()),
      performDestroy: options.performDestroy ?? ((remove) => remove()),
    };
  };
}

const builtIn: ReadonlySet<string> = new Set<ActionName>([
  "create",
  "destroy",
  "list",
  "partial_update",
  "retrieve",
  "update",
]);

function checkActions(
  objectName: string,
  actions: readonly ActionPath[],
  serializers: Readonly<Record<string, unknown>> = {},
): void {
  const where = `The view set of ${objectName}`;
  for (const { name, path } of actions) {
    if (builtIn.has(name)) throw new ImproperlyConfigured(`${where} has "${name}" already: name the action otherwise.`);
    if (!/^[\w-]+(\/[\w-]+)*\/$/.test(path)) {
      throw new ImproperlyConfigured(`${where}: an action's path is words and slashes, such as "swap": "${path}".`);
    }
  }
  const known = [...builtIn, ...actions.map(({ name }) => name)];
  for (const name of Object.keys(serializers)) {
    if (!known.includes(name)) {
      throw new ImproperlyConfigured(`${where} has no action "${name}" for a serializer.${didYouMean(name, known)}`);
    }
  }
}

/** `VerbalNoun` as `Verbal Noun`. */
function spaced(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, " ");
}

/** `my_words` as `My words`. */
function titled(name: string): string {
  const words = spaced(name).replaceAll("_", " ").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
