import { ImproperlyConfigured, NotFound } from "../errors.ts";
import type { Request } from "../http/index.ts";

/** Tells which version of the API a request asks for. */
export interface Versioning {
  /** Raises where it is none that there is. */
  readonly versionOf: (request: Request) => string | undefined;
}

export interface UrlPathVersioningOptions {
  /** The versions that there are. */
  readonly versions: readonly string[];
  /** What counts at an address that names none. Default: none. */
  readonly default?: string;
  /** The part of the path that names it. Default "version", as in `include("api/:version/", …)`. */
  readonly param?: string;
}

/** Reads the version out of the path, as DRF's URLPathVersioning: views find it as `request.version`. */
export function urlPathVersioning(options: UrlPathVersioningOptions): Versioning {
  const { versions, default: usual, param = "version" } = options;
  if (versions.length === 0) throw new ImproperlyConfigured("urlPathVersioning: name at least one version.");
  const known = new Set(usual === undefined ? versions : [...versions, usual]);
  return Object.freeze({
    versionOf: ({ params }: Request) => {
      const version = params[param] ?? usual;
      if (version === undefined || known.has(version)) return version;
      throw new NotFound("Invalid version in URL path.");
    },
  });
}
