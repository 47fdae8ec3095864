import { ImproperlyConfigured } from "../errors.ts";
import type { BoundView } from "./bound-view.ts";
import type { ViewSet } from "./model-view-set.ts";
import type { PolicyOptions, ViewServices } from "./view-services.ts";
import { view, type View } from "./view.ts";

/** An address and what answers there, before the application starts. */
export interface Route {
  /** Without a leading slash; `:pk` stands for a part of the path. */
  readonly path: string;
  readonly name: string | undefined;
  /** The address to which `.json` or another format may be added; undefined where none may. */
  readonly formatPath?: string | undefined;
  bind(services: ViewServices): BoundView;
}

/** Lets a view answer at a path: `path("api/v1/me/", me)`. A path ends with a slash. */
export function path(address: string, target: View, options: { readonly name?: string } = {}): Route {
  return { path: checked(address), name: options.name, bind: (services) => target.bind(services) };
}

/** Puts routes under a prefix: `include("api/v1/", router({ words }))`. */
export function include(prefix: string, routes: readonly Route[]): readonly Route[] {
  const start = checked(prefix);
  return routes.map((route) => ({
    ...route,
    path: start + route.path,
    formatPath: route.formatPath === undefined ? undefined : start + route.formatPath,
  }));
}

/** Makes the routes of view sets, and a root that lists them, as DRF's DefaultRouter. */
export function router(viewSets: Readonly<Record<string, ViewSet>>, root: PolicyOptions = {}): readonly Route[] {
  return [
    { path: "", formatPath: "", name: "api-root", bind: (services) => rootView(viewSets, root).bind(services) },
    ...simpleRouter(viewSets),
  ];
}

/** Makes the routes of view sets without a root, as DRF's SimpleRouter. */
export function simpleRouter(viewSets: Readonly<Record<string, ViewSet>>): readonly Route[] {
  const routes: Route[] = [];
  for (const [prefix, viewSet] of Object.entries(viewSets)) {
    if (/^\/|^$|\/$/.test(prefix)) {
      throw new ImproperlyConfigured(`A view set is named without slashes around it, and not by nothing: "${prefix}".`);
    }
    routes.push(...viewSetRoutes(prefix, viewSet));
  }
  return routes;
}

function viewSetRoutes(prefix: string, viewSet: ViewSet): Route[] {
  const { actions, basename } = viewSet;
  const bind = boundOnce(viewSet);
  const route = (address: string, name: string, viewOf: (views: ReturnType<ViewSet["bind"]>) => BoundView): Route => ({
    path: address,
    formatPath: address.slice(0, -1),
    name: `${basename}-${name}`,
    bind: (services) => viewOf(bind(services)),
  });
  const actionRoutes = (isDetail: boolean, start: string) =>
    actions
      .filter((action) => action.isDetail === isDetail)
      .map(({ name, path: end }) =>
        route(start + end, name.replaceAll("_", "-"), (views) => views.actions.get(name) as BoundView),
      );
  return [
    ...(viewSet.hasList ? [route(`${prefix}/`, "list", (views) => views.list)] : []),
    ...actionRoutes(false, `${prefix}/`),
    ...(viewSet.hasDetail ? [route(`${prefix}/:pk/`, "detail", (views) => views.detail)] : []),
    ...actionRoutes(true, `${prefix}/:pk/`),
  ];
}

/** A view set's views share one serializer and its statements, in each application that has it. */
function boundOnce(viewSet: ViewSet): ViewSet["bind"] {
  const bound = new WeakMap<ViewServices, ReturnType<ViewSet["bind"]>>();
  return (services) => {
    const views = bound.get(services) ?? viewSet.bind(services);
    bound.set(services, views);
    return views;
  };
}

function rootView(viewSets: Readonly<Record<string, ViewSet>>, options: PolicyOptions): View {
  return view({
    ...options,
    name: "Api Root",
    description: "The default basic root view for DefaultRouter",
    get: ({ request }) => {
      const { format, origin, query } = request;
      const path = format === undefined ? request.path : request.path.replace(/\.[a-z0-9]+\/?$/, "");
      // Links keep the format in the way in which it was asked for, as DRF's do.
      const asked = query.get("format");
      const end = format !== undefined ? `.${format}` : `/${asked ? `?format=${encodeURIComponent(asked)}` : ""}`;
      const listed = Object.entries(viewSets).filter(([, { hasList }]) => hasList);
      return Object.fromEntries(listed.map(([prefix]) => [prefix, origin + path + prefix + end]));
    },
  });
}

function checked(address: string): string {
  if (address.startsWith("/") || (address !== "" && !address.endsWith("/"))) {
    throw new ImproperlyConfigured(`A path is written without a leading and with a closing slash: "${address}".`);
  }
  return address;
}
