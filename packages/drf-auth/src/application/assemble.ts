import { randomBytes } from "node:crypto";
import { type IncomingMessage, METHODS, type ServerResponse } from "node:http";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from "fastify";
import { ImproperlyConfigured } from "../errors.ts";
import { addCors, Request } from "../http/index.ts";
import { type Answer, dispatch, faultAnswer, type ViewServices } from "../views/index.ts";
import { type Pages, pagesWith } from "../renderers/index.ts";
import { HitCounter, type HitStore } from "../server/index.ts";
import { StoredHits } from "../policies/index.ts";
import { boundRoutes } from "./bound-routes.ts";
import { loggedError } from "./logged-error.ts";
import { notFoundAnswer, refusedHostAnswer } from "./outside-answers.ts";
import type { Project } from "./project.ts";
import { type BoundRoute, isNamedPart, RouteTable } from "./route-table.ts";
import { projectFiles, filesFirst } from "./files-first.ts";
import { RepeatedQueries } from "./repeated-queries.ts";

export interface AssembleOptions {
  /** Where the log goes, line by line as JSON. Default: standard error. */
  readonly logStream?: { write(line: string): void };
  /** The least important level that is logged. Default "info". */
  readonly logLevel?: string;
  /** Counts what throttles ask about. Default: in this process alone. */
  readonly hits?: HitStore;
}

/** An application that answers requests. */
export interface Assembled {
  /** The Fastify instance, for plugins and for tests (`inject`). */
  readonly fastify: FastifyInstance;
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void;
  /** Rejects when the database cannot be read. */
  check(): Promise<void>;
  /** Who sent a request, behind the proxies that are trusted. */
  clientAddressOf(request: IncomingMessage): string;
  /** Ends what it holds: Fastify's plugins and the database. */
  close(): Promise<void>;
}

/** Assembles the onion: Fastify routes to views, and a view answers everything else about a request. */
export async function assemble(project: Project, options: AssembleOptions = {}): Promise<Assembled> {
  const { clientOf, database, isAllowedHost, isDevelopment, settings } = project;
  const { statics, served } = await projectFiles(project, (facts, message) => fastify.log.warn(facts, message));
  const { urlOf } = statics;
  const routes = boundRoutes(
    project,
    urlOf,
    hitsOf(project, options.hits, (facts, message) => fastify.log.warn(facts, message)),
  );
  const outside: Outside = { pages: pagesWith(urlOf), table: new RouteTable(routes) };
  const startedAs = randomBytes(6).toString("base64url");
  let requests = 0;
  const fastify = Fastify({
    logger: {
      level: options.logLevel ?? "info",
      stream: options.logStream ?? process.stderr,
      serializers: { err: loggedError },
    },
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => `${startedAs}-${(requests += 1).toString(36)}`,
    requestIdHeader: false,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 1000 },
    frameworkErrors: (_error, request, reply) =>
      send(reply as FastifyReply, notFoundAnswer(request.raw, new RouteTable([]), outside.pages)),
  });
  // A view reads the body itself, once it knows that the caller may send one.
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser("*", (_request, _payload, done) => done(null));
  // Whatever method Node reads reaches the view, which says 405 in its turn.
  for (const method of METHODS) {
    if (!fastify.supportedMethods.includes(method)) fastify.addHttpMethod(method, { hasBody: true });
  }

  // Behind no proxy the header says it all: this is asked of every request.
  const isDirect = settings.trustedProxies.length === 0;
  const hostOf = (request: IncomingMessage) =>
    isDirect ? (request.headers.host ?? "localhost") : clientOf(request).host;
  fastify.addHook("onRequest", ({ raw }, reply, done) => {
    const host = hostOf(raw);
    if (isAllowedHost(host)) done();
    else send(reply, refusedHostAnswer(raw, host));
  });
  addCors(fastify, settings.corsOrigins);
  const repeated = isDevelopment
    ? new RepeatedQueries((facts, message) => fastify.log.warn(facts, message))
    : undefined;
  for (const route of routes) {
    const answering = viewHandler(route, outside);
    const handler: ViewHandler = repeated
      ? (request, reply) => repeated.watch(`${request.method} ${route.path}`, () => answering(request, reply))
      : answering;
    fastify.route({ method: [...fastify.supportedMethods], url: route.path, handler, errorHandler: retried(handler) });
  }
  fastify.setNotFoundHandler((request, reply) => answerElsewhere(request, reply, outside));
  fastify.setErrorHandler((error: Error, request, reply) => {
    if (isAboutContentType(error)) return answerElsewhere(request, reply, outside);
    const path = request.url.split("?", 1)[0] ?? "";
    const fault = faultAnswer(error, { id: request.id, log: request.log, method: request.method, path }, isDevelopment);
    return send(reply, { status: 500, headers: fault.headers, text: JSON.stringify(fault.data) });
  });
  await fastify.ready();
  return {
    fastify,
    handler: filesFirst(
      served,
      (request) => isAllowedHost(hostOf(request)),
      (request, response) => fastify.routing(request, response),
    ),
    check: async () => void (await database.run({ sql: "SELECT 1", isWrite: false, isProbe: true }, [])),
    clientAddressOf: (request) => clientOf(request).address,
    close: async () => {
      repeated?.close();
      await fastify.close();
      await database.close();
    },
  };
}

/** Where throttles count: several servers share a PostgreSQL, and nothing else. */
function hitsOf(
  { database, secretKey, settings }: Project,
  own: HitStore = new HitCounter(),
  warn: (facts: object, message: string) => void,
): HitStore {
  const counts = settings.throttleCounts ?? (database.dialect === "postgresql" ? "database" : "server");
  if (counts === "server") return own;
  if (database.dialect === "postgresql")
    return new StoredHits({ database, secretKey: secretKey.value, fallback: own, warn });
  throw new ImproperlyConfigured(
    'settings.throttleCounts: an SQLite database has one server, which counts for all its workers. Write "server", or nothing.',
  );
}

/** What answers an address that has no route of its own. */
interface Outside {
  readonly pages: Pages;
  readonly table: RouteTable;
}

type ViewHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

function viewHandler(route: BoundRoute, outside: Outside): ViewHandler {
  const { view } = route;
  const isWithoutDots = route.formatPath !== undefined;
  return async (incoming, reply) => {
    const params = incoming.params as Record<string, string>;
    for (const name in params) {
      if (!isNamedPart(params[name] ?? "", isWithoutDots)) return answerElsewhere(incoming, reply, outside);
    }
    return send(reply, await answered(view, requestOf(incoming, view.services, params)));
  };
}

/** Lets a view answer, and clears away the files that came and were not stored. */
async function answered(view: BoundRoute["view"], request: Request): Promise<Answer> {
  try {
    return await dispatch(view, request);
  } finally {
    const discarded = request.discardFiles();
    if (discarded) await discarded;
  }
}

/** Answers what has no route of its own: `words.json` is its list in a format, the rest is nowhere. */
async function answerElsewhere(
  incoming: FastifyRequest,
  reply: FastifyReply,
  { pages, table }: Outside,
): Promise<FastifyReply> {
  const found = table.findFormatted(incoming.url.split("?", 1)[0] ?? "");
  if (!found) return send(reply, notFoundAnswer(incoming.raw, table, pages));
  const { route, params, format } = found;
  return send(reply, await answered(route.view, requestOf(incoming, route.view.services, params, format)));
}

function requestOf(
  { id, log, raw }: FastifyRequest,
  { addresses, clientOf, fileUrl, maxBodyBytes, parsers, staticUrl }: ViewServices,
  params: Readonly<Record<string, string>>,
  format?: string,
): Request {
  return new Request(raw, { id, log, params, parsers, maxBodyBytes, clientOf, format, fileUrl, staticUrl, addresses });
}

const contentTypeErrors = /^FST_ERR_(CTP_|.*CONTENT_TYPE)/;

/** Fastify refuses a Content-Type that it cannot read before any view is asked: the view shall say so in its turn. */
function retried(handler: ViewHandler) {
  return (error: Error, request: FastifyRequest, reply: FastifyReply): unknown => {
    if (isAboutContentType(error)) return handler(request, reply);
    throw error;
  };
}

function isAboutContentType(error: Error & { readonly code?: string }): boolean {
  return error.code !== undefined && contentTypeErrors.test(error.code);
}

function send(reply: FastifyReply, { status, headers, text, cookies }: Answer): FastifyReply {
  reply.code(status).headers(headers);
  if (cookies) reply.header("Set-Cookie", cookies);
  // With a serializer of its own Fastify leaves the content type as it is: DRF's JSON names no charset.
  return text === undefined ? reply.send() : reply.serializer(asItIs).send(text);
}

const asItIs = (text: unknown): string => text as string;
