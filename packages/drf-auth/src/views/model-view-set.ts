import { didYouMean } from "../settings.ts";
import { ImproperlyConfigured } from "../errors.ts";
import type { FieldDescription } from "../descriptions/index.ts";
import type { Model } from "../models/index.ts";
import { type ModelSerializer, serializerOf } from "../serializers/index.ts";
import type { Action } from "./actions/action.ts";
import { create } from "./actions/create.ts";
import { destroy } from "./actions/destroy.ts";
import { checkObject } from "./actions/find-object.ts";
import { list } from "./actions/list.ts";
import { retrieve } from "./actions/retrieve.ts";
import { runDetailAction, runListAction } from "./actions/run-action.ts";
import { update } from "./actions/update.ts";
import { type BoundMethod, type BoundView, bindView } from "./bound-view.ts";
import type { PolicyOptions, ViewServices } from "./view-services.ts";
import { type ActionName, actionServices, type ModelViewSetOptions } from "./view-set-services.ts";

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
  /** Whether there is an address of the list, and one of an object. */
  readonly hasList: boolean;
  readonly hasDetail: boolean;
  bind(services: ViewServices): {
    readonly list: BoundView;
    readonly detail: BoundView;
    readonly actions: ReadonlyMap<string, BoundView>;
  };
}

/** Declares list and retrieve of a model, as DRF's ReadOnlyModelViewSet. */
export function readOnlyModelViewSet<M extends Model>(
  serializer: ModelSerializer<M>,
  options: Omit<ModelViewSetOptions<M>, "operations"> = {},
): ViewSet {
  return modelViewSet(serializer, { ...options, operations: ["list", "retrieve"] });
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
    hasList: has(options.operations, listOperations),
    hasDetail: has(options.operations, detailOperations),
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
  const isConditional = (options.conditional ?? false) !== false;
  const common = { ...policies, model, isConditional, description: options.description ?? "" };
  const createFields = on("create").serializer.describe();
  const updateFields = on("update").serializer.describe();
  const bound = {
    list: bindView(services, {
      ...common,
      name: `${name} List`,
      methods: offered(options.operations, {
        GET: { action: "list", run: list(on("list")) },
        POST: { action: "create", run: create(on("create")), fields: createFields },
      }),
      actionLinks: linksTo(false),
    }),
    detail: bindView(services, {
      ...common,
      name: `${name} Instance`,
      methods: offered(options.operations, {
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

/** The methods of the operations that are offered. */
function offered(
  operations: readonly ActionName[] | undefined,
  methods: Readonly<Record<string, BoundMethod & { readonly action: string }>>,
): Map<string, BoundMethod> {
  const entries = Object.entries(methods).filter(([, { action }]) => has(operations, [action]));
  return withHead(Object.fromEntries(entries));
}

const listOperations = ["list", "create"];
const detailOperations = ["retrieve", "update", "partial_update", "destroy"];

function has(operations: readonly ActionName[] | undefined, some: readonly string[]): boolean {
  return operations === undefined || operations.some((operation) => some.includes(operation));
}

function withHead(methods: Readonly<Record<string, BoundMethod>>): Map<string, BoundMethod> {
  const { GET } = methods;
  return new Map([...Object.entries(methods), ...(GET ? ([["HEAD", GET]] as const) : [])]);
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
