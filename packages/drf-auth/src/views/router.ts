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
  bind(services: ViewServices): BoundView;
}

/** Lets a view answer at a path: `path("api/v1/me/", me)`. A path ends with a slash. */
export function path(address: string, target: View, options: { readonly name?: string } = {}): Route {
  return { path: checked(address), name: options.name, bind: (services) => target.bind(services) };
}

/** Puts routes under a prefix: `include("api/v1/", router({ words }))`. */
export function include(prefix: string, routes: readonly Route[]): readonly Route[] {
  const start = checked(prefix);
  return routes.map((route) => ({ ...route, path: start + route.path }));
}

/** Makes the routes of view sets, and a root that lists them, as DRF's DefaultRouter. */
export function router(viewSets: Readonly<Record<string, ViewSet>>, root: PolicyOptions = {}): readonly Route[] {
  const routes: Route[] = [{ path: "", name: "api-root", bind: (services) => rootView(viewSets, root).bind(services) }];
  for (const [prefix, viewSet] of Object.entries(viewSets)) {
    if (/^\/|^$|\/$/.test(prefix)) {
      throw new ImproperlyConfigured(`A view set is named without slashes around it, and not by nothing: "${prefix}".`);
    }
    const { basename } = viewSet;
    const bind = boundOnce(viewSet);
    routes.push(
      { path: `${prefix}/`, name: `${basename}-list`, bind: (services) => bind(services).list },
      { path: `${prefix}/:pk/`, name: `${basename}-detail`, bind: (services) => bind(services).detail },
    );
  }
  return routes;
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
      const links = Object.keys(viewSets).map((prefix) => [prefix, `${request.origin}${request.path}${prefix}/`]);
      return Object.fromEntries(links);
    },
  });
}

function checked(address: string): string {
  if (address.startsWith("/") || (address !== "" && !address.endsWith("/"))) {
    throw new ImproperlyConfigured(`A path is written without a leading and with a closing slash: "${address}".`);
  }
  return address;
}
