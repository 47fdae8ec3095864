import { type AuthenticatorSetting, basic, jwt, session } from "../auth/index.ts";
import type { Link } from "../descriptions/index.ts";
import { type Addresses, formParser, jsonParser, multipartParserOf } from "../http/index.ts";
import { kyselyOf, type Model, permissionsOfUser, QuerySet } from "../models/index.ts";
import { jsonRenderer, pagesWith } from "../renderers/index.ts";
import { HitCounter, type HitStore } from "../server/index.ts";
import type { Objects, Site, ViewServices } from "../views/index.ts";
import type { Project } from "./project.ts";
import { type BoundRoute, RouteTable } from "./route-table.ts";

/**
 * Binds the routes of an application to what it runs on; `staticUrl` gives the address of a static file. Who only looks
 * at the routes and asks none of them needs no such address.
 */
export function boundRoutes(
  project: Project,
  staticUrl: ViewServices["staticUrl"] = (name) => name,
  hits: HitStore = new HitCounter(),
): readonly BoundRoute[] {
  const routes: BoundRoute[] = [];
  const services = viewServices(project, {
    site: siteOf(project, routes),
    addresses: addressesOf(routes),
    staticUrl,
    hits,
  });
  for (const { path, name, formatPath, bind } of project.application.routes) {
    const formatted = formatPath === undefined ? undefined : `/${formatPath}`;
    routes.push({ path: `/${path}`, name, formatPath: formatted, view: bind(services) });
  }
  return routes;
}

/** What pages know of the application; it is asked once every route is bound. */
function siteOf({ auth, settings }: Project, routes: readonly BoundRoute[]): Site {
  const table = new RouteTable(routes);
  const addressOf = (name: string) => routes.find((route) => route.name === name)?.path;
  return {
    describe: (request) => ({
      title: settings.title,
      username: request.user.isAuthenticated ? request.user.username : undefined,
      loginUrl: addressOf("rest_framework:login"),
      logoutUrl: addressOf("rest_framework:logout"),
      csrfToken: auth.csrf.tokenFor(request),
    }),
    breadcrumbs: (path) => {
      const links: Link[] = [];
      const ends = [...path.matchAll(/\//g)].map(({ index }) => index + 1);
      for (const end of new Set([...ends, path.length])) {
        const url = path.slice(0, end);
        const view = (table.find(url) ?? table.findFormatted(url)?.route)?.view;
        if (view?.name) links.push({ name: view.name, url });
      }
      return links;
    },
  };
}

/** Asked once every route is bound. */
function addressesOf(routes: readonly BoundRoute[]): Addresses {
  const table = new RouteTable(routes);
  return {
    pathOf: (name, params) => table.pathOf(name, params),
    routeAt: (path) => {
      const found = table.match(path);
      return found && { name: found.route.name, params: found.params };
    },
  };
}

function viewServices(
  { auth, clientOf, database, isDevelopment, registry, settings, storage }: Project,
  { addresses, site, staticUrl, hits }: Pick<ViewServices, "addresses" | "hits" | "site" | "staticUrl">,
): ViewServices {
  const pages = pagesWith(staticUrl);
  const authenticator = (setting: AuthenticatorSetting) => (typeof setting === "function" ? setting(auth) : setting);
  const rows = new Map<Model, QuerySet<Model>>();
  const objects = (model: Model): QuerySet<Model> => {
    const known = rows.get(model) ?? QuerySet.of(registry.meta(model), database);
    rows.set(model, known);
    return known;
  };
  const kysely: Objects["kysely"] = (models) => kyselyOf(database, (model) => registry.meta(model), models);
  return Object.freeze<ViewServices>({
    addresses,
    auth,
    authenticator,
    authenticators: (settings.authentication ?? usual(isDevelopment)).map(authenticator),
    clientOf,
    database,
    exceptionHandler: settings.exceptionHandler,
    fileUrl: (name) => storage.urlOf(name),
    hits,
    isDevelopment,
    maxBodyBytes: settings.maxBodyBytes,
    objects: Object.assign(objects as <M extends Model>(model: M) => QuerySet<M>, { kysely }),
    objectsOf: (meta) => objects(meta.model),
    pages,
    parsers: [
      jsonParser,
      formParser,
      multipartParserOf({ maxFieldsBytes: settings.maxBodyBytes, maxUploadBytes: settings.maxUploadBytes }),
    ],
    permissions: settings.permissions,
    permissionsOfUser: permissionsOfUser(registry, database),
    registry,
    renderers: [jsonRenderer, pages.renderer],
    site,
    staticUrl,
    storage,
    throttles: settings.throttles,
    versioning: settings.versioning,
  });
}

/** Basic sends the password with every request: handy at hand, and in production only where it is asked for. */
function usual(isDevelopment: boolean): readonly AuthenticatorSetting[] {
  return isDevelopment ? [jwt(), session(), basic()] : [jwt(), session()];
}
