import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Application } from "../application/index.ts";
import { ImproperlyConfigured } from "../errors.ts";
import type { Environment } from "../settings.ts";

/** Where the application is declared. */
export interface ApplicationFile {
  readonly path: string;
  /** Its folder, to which relative paths are relative. */
  readonly folder: string;
}

export interface FindOptions {
  /** What `--app` says. */
  readonly app: string | undefined;
  readonly environment: Environment;
  readonly currentFolder: string;
}

/**
 * Finds the application's file: `--app`, then DRF_AUTH_APP, then `drf-auth.app` of the nearest package.json that has it.
 *
 * @throws {ImproperlyConfigured} when none says where it is, or nothing is there.
 */
export function findApplication({ app, environment, currentFolder }: FindOptions): ApplicationFile {
  const named = environment["DRF_AUTH_APP"];
  if (app !== undefined) return fileAt(resolve(currentFolder, app), "--app");
  if (named !== undefined && named !== "") return fileAt(resolve(currentFolder, named), "DRF_AUTH_APP");
  for (let folder = currentFolder; ; folder = dirname(folder)) {
    const path = appOfPackage(join(folder, "package.json"));
    if (path !== undefined) return fileAt(resolve(folder, path), `"drf-auth" of ${join(folder, "package.json")}`);
    if (folder === dirname(folder)) break;
  }
  throw new ImproperlyConfigured(
    `No application found from ${currentFolder} upwards. Run this inside a project, or say where it is: --app app.ts, ` +
      'DRF_AUTH_APP=app.ts, or "drf-auth": { "app": "app.ts" } in package.json.',
  );
}

/** The application could not be loaded: its own error is the cause. */
export class ApplicationNotLoaded extends Error {
  override readonly name = "ApplicationNotLoaded";
  readonly exitCode = 4;
}

/** Loads the application that a file exports as its default. */
export async function loadApplication({ path }: ApplicationFile): Promise<Application> {
  let loaded: { readonly default?: unknown };
  try {
    loaded = (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
  } catch (error) {
    if (error instanceof ImproperlyConfigured) throw error;
    throw new ApplicationNotLoaded(`${path} could not be loaded.`, { cause: error });
  }
  if (loaded.default instanceof Application) return loaded.default;
  throw new ImproperlyConfigured(`${path} exports no application: write \`export default application({ … })\` in it.`);
}

function fileAt(path: string, source: string): ApplicationFile {
  if (existsSync(path)) return { path, folder: dirname(path) };
  throw new ImproperlyConfigured(`${source} names ${path}, and there is no such file.`);
}

function appOfPackage(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const content = JSON.parse(readFileSync(path, "utf8")) as { readonly "drf-auth"?: { readonly app?: unknown } };
    const app = content["drf-auth"]?.app;
    return typeof app === "string" ? app : undefined;
  } catch (error) {
    throw new ImproperlyConfigured(`${path} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
}
