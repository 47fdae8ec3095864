import { isAbsolute, relative, resolve, sep } from "node:path";
import { ImproperlyConfigured } from "../errors.ts";
import { resolveOptions } from "../settings.ts";

/** Where static files come from and where they are served. */
export interface StaticSettings {
  /** Folders of files, relative to the application; where two have a file of one name, the later folder's is taken. */
  readonly folders: readonly string[];
  /** The folder into which `drf-auth collectstatic` writes, relative to the application. */
  readonly root: string;
  /** The path under which files are served, with a slash at both ends. */
  readonly url: string;
}

export const staticDefaults: StaticSettings = Object.freeze({
  folders: ["static"],
  root: "staticfiles",
  url: "/static/",
});

/** One of the folders that files come from. */
export interface StaticFolder {
  /** As the settings name it. */
  readonly label: string;
  readonly path: string;
}

/** The settings of static files, with the places that they mean. */
export interface StaticPlaces {
  readonly folders: readonly StaticFolder[];
  /** Whether the application names the folders itself: then each must be there to be collected. */
  readonly isNamed: boolean;
  readonly root: string;
  readonly url: string;
}

const addressSyntax = /^\/(?:[\w.~-]+\/)+$/;

/**
 * Finds the places that the settings mean; `folder` is the application's.
 *
 * @throws {ImproperlyConfigured} for an address or a folder that cannot be one, or folders that lie in each other.
 */
export function resolveStaticPlaces(given: Partial<StaticSettings> | undefined, folder: string): StaticPlaces {
  const settings = resolveOptions("settings.static", staticDefaults, given);
  if (!addressSyntax.test(settings.url) || settings.url.includes("/.")) {
    throw new ImproperlyConfigured(
      `settings.static.url is "${settings.url}": it must be a path with a slash at both ends, such as "/static/".`,
    );
  }
  const root = resolve(folder, settings.root);
  if (holds(root, folder)) {
    throw new ImproperlyConfigured(
      `settings.static.root is "${settings.root}", which holds the application itself. Name a folder of its own.`,
    );
  }
  const folders = settings.folders.map((label) => ({ label, path: resolve(folder, label) }));
  for (const { label, path } of folders) {
    if (holds(path, folder)) {
      throw new ImproperlyConfigured(
        `settings.static.folders has "${label}", which holds the application itself: its source and secrets would be ` +
          "served. Name a folder of its own.",
      );
    }
    if (holds(path, root) || holds(root, path)) {
      throw new ImproperlyConfigured(
        `settings.static.root ("${settings.root}") and the folder "${label}" of settings.static.folders lie in each ` +
          "other. Name folders beside each other.",
      );
    }
  }
  return Object.freeze({ folders, isNamed: given?.folders !== undefined, root, url: settings.url });
}

/** Whether a folder is another or stands above it. */
function holds(folder: string, inner: string): boolean {
  const way = relative(folder, inner);
  return way === "" || !(way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way));
}
