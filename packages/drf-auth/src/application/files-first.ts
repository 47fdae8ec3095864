import type { IncomingMessage, ServerResponse } from "node:http";
import { ImproperlyConfigured } from "../errors.ts";
import { pageAssets } from "../renderers/index.ts";
import { loadStaticFiles, resolveStaticPlaces, type StaticFiles, UploadFolder } from "../static/index.ts";
import { FolderStorage } from "../storage/index.ts";
import type { Project } from "./project.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Files and the path under which they are served. */
export interface ServedFiles {
  readonly url: string;
  readonly files: Pick<StaticFiles, "answer">;
}

/** The static files of a project, and the folder of what users sent where it is served here. */
export interface ProjectFiles {
  readonly statics: StaticFiles;
  readonly served: readonly ServedFiles[];
}

/**
 * Loads the static files of a project, and finds its uploaded ones.
 *
 * @throws {ImproperlyConfigured} for settings that cannot be, a route that they would hide, and a spoilt collected folder.
 */
export async function projectFiles(
  { application, folder, isDevelopment, settings, storage }: Project,
  warn: (facts: object, message: string) => void,
): Promise<ProjectFiles> {
  const places = resolveStaticPlaces(settings.static, folder);
  const hasFolder = storage instanceof FolderStorage;
  for (const { path } of application.routes) {
    mustNotHide(path, "settings.static.url", places.url);
    if (hasFolder) mustNotHide(path, "settings.uploads.url", storage.url);
  }
  const statics = await loadStaticFiles({ places, assets: pageAssets, isDevelopment, warn });
  const served: ServedFiles[] = [{ url: places.url, files: statics }];
  if (hasFolder) served.push({ url: storage.url, files: new UploadFolder(storage.folder, storage.url, warn) });
  return { statics, served };
}

function mustNotHide(path: string, setting: string, url: string): void {
  if (!`/${path}`.startsWith(url)) return;
  throw new ImproperlyConfigured(
    `The route "/${path}" lies under ${setting} ("${url}"), where files are. Change one of them.`,
  );
}

/**
 * Answers requests for files before any view, without Fastify, which would cost them a fifth; what is no such
 * file, or comes under another host, is handed on.
 */
export function filesFirst(
  served: readonly ServedFiles[],
  isAsked: (request: IncomingMessage) => boolean,
  next: Handler,
): Handler {
  const answerLater = async (answered: Promise<boolean>, request: IncomingMessage, response: ServerResponse) => {
    if (!(await answered)) next(request, response);
  };
  return (request, response) => {
    const { url = "/" } = request;
    const found = served.find((one) => url.startsWith(one.url));
    if (!found || !isAsked(request)) return next(request, response);
    const answered = found.files.answer(request, response);
    if (answered === false) next(request, response);
    else if (answered !== true) void answerLater(answered, request, response);
  };
}
