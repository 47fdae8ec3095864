import type { BoundView } from "../views/index.ts";

/** A route of an application, ready to answer. */
export interface BoundRoute {
  /** With its leading slash; `:pk` stands for a part of the path. */
  readonly path: string;
  readonly name: string | undefined;
  /** The address to which a format such as `.json` may be added; undefined where none may. */
  readonly formatPath: string | undefined;
  readonly view: BoundView;
}

export interface FormattedRoute {
  readonly route: BoundRoute;
  readonly params: Readonly<Record<string, string>>;
  readonly format: string;
}

/** The routes of an application by address, for what Fastify's own table does not know: formats, missing slashes, parents. */
export class RouteTable {
  readonly #routes: readonly BoundRoute[];

  constructor(routes: readonly BoundRoute[]) {
    this.#routes = routes;
  }

  /** The route that answers at a path. */
  find(path: string): BoundRoute | undefined {
    return this.#routes.find((route) => match(route.path, path, route.formatPath !== undefined));
  }

  /** The route that answers at a path, with the parts that it names there. */
  match(path: string): { readonly route: BoundRoute; readonly params: Readonly<Record<string, string>> } | undefined {
    for (const route of this.#routes) {
      const params = match(route.path, path, route.formatPath !== undefined);
      if (params) return { route, params };
    }
    return undefined;
  }

  /** The path of a route with its parts filled in; undefined where there is no such route, or a part is missing. */
  pathOf(name: string, params: Readonly<Record<string, string>>): string | undefined {
    const route = this.#routes.find((one) => one.name === name);
    const parts = route?.path.split("/").map((part) => (part.startsWith(":") ? params[part.slice(1)] : part));
    if (!parts || parts.includes(undefined)) return undefined;
    return parts.map((part = "") => encodeURIComponent(part)).join("/");
  }

  /** The route that answers at a path with a format at its end, as `words.json`. */
  findFormatted(path: string): FormattedRoute | undefined {
    const [, before = "", format = ""] = /^(.*)\.([a-z0-9]+)\/?$/.exec(path) ?? [];
    if (format === "") return undefined;
    for (const route of this.#routes) {
      const params = route.formatPath === undefined ? undefined : match(route.formatPath, before, true);
      if (params) return { route, params, format };
    }
    return undefined;
  }
}

/** The named parts of a path that a pattern matches. */
function match(pattern: string, path: string, isWithoutDots: boolean): Record<string, string> | undefined {
  const wanted = pattern.split("/");
  const parts = path.split("/");
  if (wanted.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const given = decoded(parts[index] ?? "");
    if (!part.startsWith(":")) {
      if (part !== given) return undefined;
    } else {
      if (!isNamedPart(given, isWithoutDots)) return undefined;
      params[part.slice(1)] = given;
    }
  }
  return params;
}

/** Tells whether text may stand where a route has a name: as in Django's paths, it is not empty and holds no slash. */
export function isNamedPart(part: string, isWithoutDots: boolean): boolean {
  return part !== "" && !part.includes("/") && !(isWithoutDots && part.includes("."));
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
