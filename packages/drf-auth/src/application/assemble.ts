import { randomBytes } from "node:crypto";
import { type IncomingMessage, METHODS, type ServerResponse } from "node:http";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from "fastify";
import type { AuthenticatorSetting } from "../auth/index.ts";
import { formParser, jsonParser, multipartParser, Request } from "../http/index.ts";
import { type Model, QuerySet } from "../models/index.ts";
import { jsonRenderer } from "../renderers/index.ts";
import { type Answer, type BoundView, dispatch, faultAnswer, type Objects, type ViewServices } from "../views/index.ts";
import { isNamedPart, notFoundAnswer } from "./not-found.ts";
import type { Project } from "./project.ts";

export interface AssembleOptions {
  /** Where the log goes, line by line as JSON. Default: standard error. */
  readonly logStream?: { write(line: string): void };
  /** The least important level that is logged. Default "info". */
  readonly logLevel?: string;
}

/** An application that answers requests. */
export interface Assembled {
  /** The Fastify instance, for plugins and for tests (`inject`). */
  readonly fastify: FastifyInstance;
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void;
  /** Ends what it holds: Fastify's plugins and the database. */
  close(): Promise<void>;
}

/** Assembles the onion: Fastify routes to views, and a view answers everything else about a request. */
export async function assemble(project: Project, options: AssembleOptions = {}): Promise<Assembled> {
  const { application, database } = project;
  const services = viewServices(project);
  const startedAs = randomBytes(6).toString("base64url");
  let requests = 0;
  const fastify = Fastify({
    logger: { level: options.logLevel ?? "info", stream: options.logStream ?? process.stderr },
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => `${startedAs}-${(requests += 1).toString(36)}`,
    requestIdHeader: false,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 1000 },
    frameworkErrors: (_error, request, reply) => send(reply as FastifyReply, notFoundAnswer(request.raw, [])),
  });
  // A view reads the body itself, once it knows that the caller may send one.
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser("*", (_request, _payload, done) => done(null));
  // Whatever method Node reads reaches the view, which says 405 in its turn.
  for (const method of METHODS) {
    if (!fastify.supportedMethods.includes(method)) fastify.addHttpMethod(method, { hasBody: true });
  }

  const views = application.routes.map((route) => ({ path: `/${route.path}`, view: route.bind(services) }));
  const paths = views.map(({ path }) => path);
  for (const { path, view } of views) {
    const handler = viewHandler(view, services, paths);
    fastify.route({ method: [...fastify.supportedMethods], url: path, handler, errorHandler: retried(handler) });
  }
  fastify.setNotFoundHandler((request, reply) => send(reply, notFoundAnswer(request.raw, paths)));
  fastify.setErrorHandler((error, request, reply) => {
    const fault = faultAnswer(error, {
      id: request.id,
      log: request.log,
      method: request.method,
      path: request.url.split("?", 1)[0] ?? "",
    });
    return send(reply, { status: 500, headers: fault.headers, text: JSON.stringify(fault.data) });
  });
  await fastify.ready();
  return {
    fastify,
    handler: (request, response) => fastify.routing(request, response),
    close: async () => {
      await fastify.close();
      await database.close();
    },
  };
}

type ViewHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

function viewHandler(view: BoundView, { maxBodyBytes, parsers }: ViewServices, paths: readonly string[]): ViewHandler {
  return async (incoming, reply) => {
    const { id, log, raw } = incoming;
    const params = incoming.params as Record<string, string>;
    for (const name in params) if (!isNamedPart(params[name] ?? "")) return send(reply, notFoundAnswer(raw, paths));
    const request = new Request(raw, { id, log, params, parsers, maxBodyBytes });
    return send(reply, await dispatch(view, request));
  };
}

const contentTypeErrors = /^FST_ERR_(CTP_|.*CONTENT_TYPE)/;

/** Fastify refuses a Content-Type that it cannot read before any view is asked: the view shall say so in its turn. */
function retried(handler: ViewHandler) {
  return (error: Error & { readonly code?: string }, request: FastifyRequest, reply: FastifyReply): unknown => {
    if (error.code !== undefined && contentTypeErrors.test(error.code)) return handler(request, reply);
    throw error;
  };
}

function send(reply: FastifyReply, { status, headers, text }: Answer): FastifyReply {
  reply.code(status).headers(headers);
  // With a serializer of its own Fastify leaves the content type as it is: DRF's JSON names no charset.
  return text === undefined ? reply.send() : reply.serializer(asItIs).send(text);
}

const asItIs = (text: unknown): string => text as string;

function viewServices({ application, auth, database, registry }: Project): ViewServices {
  const { settings } = application;
  const authenticator = (setting: AuthenticatorSetting) => (typeof setting === "function" ? setting(auth) : setting);
  const rows = new Map<Model, QuerySet<Model>>();
  const objects = (model: Model): QuerySet<Model> => {
    const known = rows.get(model) ?? QuerySet.of(registry.meta(model), database);
    rows.set(model, known);
    return known;
  };
  return Object.freeze<ViewServices>({
    auth,
    authenticator,
    authenticators: settings.authentication.map(authenticator),
    database,
    maxBodyBytes: settings.maxBodyBytes,
    objects: objects as Objects,
    objectsOf: (meta) => objects(meta.model),
    parsers: [jsonParser, formParser, multipartParser],
    permissions: settings.permissions,
    registry,
    renderers: [jsonRenderer],
  });
}
