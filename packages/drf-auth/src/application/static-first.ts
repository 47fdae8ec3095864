import type { IncomingMessage, ServerResponse } from "node:http";
import { ImproperlyConfigured } from "../errors.ts";
import { pageAssets } from "../renderers/index.ts";
import { loadStaticFiles, resolveStaticPlaces, type StaticFiles } from "../static/index.ts";
import type { Project } from "./project.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** The static files of a project and the path under which they are served. */
export interface ProjectStaticFiles {
  readonly files: StaticFiles;
  readonly url: string;
}

/**
 * Loads the static files of a project.
 *
 * @throws {ImproperlyConfigured} for settings that cannot be, a route that they would hide, and a spoilt collected folder.
 */
export async function projectStaticFiles(
  { application, folder, isDevelopment, settings }: Project,
  warn: (facts: object, message: string) => void,
): Promise<ProjectStaticFiles> {
  const places = resolveStaticPlaces(settings.static, folder);
  for (const { path } of application.routes) {
    if (!`/${path}`.startsWith(places.url)) continue;
    throw new ImproperlyConfigured(
      `The route "/${path}" lies under settings.static.url ("${places.url}"), where static files are. Change one of them.`,
    );
  }
  return { files: await loadStaticFiles({ places, assets: pageAssets, isDevelopment, warn }), url: places.url };
}

/**
 * Answers requests for static files before any view, without Fastify, which would cost them a fifth; what is no such
 * file, or comes under another host, is handed on.
 */
export function staticFirst(
  { files, url }: ProjectStaticFiles,
  isAsked: (request: IncomingMessage) => boolean,
  next: Handler,
): Handler {
  const answerLater = async (answered: Promise<boolean>, request: IncomingMessage, response: ServerResponse) => {
    if (!(await answered)) next(request, response);
  };
  return (request, response) => {
    if (!request.url?.startsWith(url) || !isAsked(request)) return next(request, response);
    const answered = files.answer(request, response);
    if (answered === false) next(request, response);
    else if (answered !== true) void answerLater(answered, request, response);
  };
}
