import { ImproperlyConfigured } from "../errors.ts";
import type { Model } from "../models/index.ts";
import { probePaths } from "../server/index.ts";
import { resolveOptions } from "../settings.ts";
import type { Route } from "../views/index.ts";
import { type Settings, settingsDefaults } from "./settings.ts";

export interface ApplicationOptions {
  readonly settings?: Partial<Settings>;
  /** The models that have tables; Django's own and the user model are there already. */
  readonly models: readonly Model[];
  readonly routes: readonly (Route | readonly Route[])[];
}

const probes: ReadonlySet<string> = new Set(probePaths);

/** An application as its app.ts declares it: nothing is opened and nothing read from the environment yet. */
export class Application {
  readonly settings: Readonly<Settings>;
  readonly models: readonly Model[];
  readonly routes: readonly Route[];

  constructor(options: ApplicationOptions) {
    this.settings = resolveOptions("settings", settingsDefaults, options.settings);
    this.models = options.models;
    this.routes = options.routes.flat();
    const seen = new Set<string>();
    for (const { path } of this.routes) {
      if (probes.has(`/${path}`)) {
        throw new ImproperlyConfigured(`The server itself answers at "/${path}". Give the route another path.`);
      }
      if (seen.has(path)) throw new ImproperlyConfigured(`Two routes answer at "/${path}". Remove one of them.`);
      seen.add(path);
    }
  }
}

/** Declares an application; app.ts exports it as its default. */
export function application(options: ApplicationOptions): Application {
  return new Application(options);
}
