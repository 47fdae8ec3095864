import type { FastifyInstance } from "fastify";
import { ImproperlyConfigured } from "../errors.ts";

/** How long a browser may remember what a preflight was answered, in seconds. */
const preflightMaxAgeSeconds = 86_400;

const preflightHeaders = Object.freeze({
  "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
  "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, X-CSRFToken, X-Requested-With",
  "Access-Control-Max-Age": String(preflightMaxAgeSeconds),
});

/** What scripts may read besides the headers that they always may. */
const exposed = "Allow, Location, Retry-After, WWW-Authenticate, X-Request-Id";

/**
 * Lets scripts of other sites call (CORS, https://fetch.spec.whatwg.org/#http-cors-protocol): every answer names the
 * origin that asked if it is one of these, and preflights are answered before any view. Cookies and Authorization may
 * come from named origins; `*` lets every site call, without cookies.
 *
 * Without origins nothing is added.
 *
 * @throws {ImproperlyConfigured} when an origin is not written as browsers send it.
 */
export function addCors(fastify: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  checkOrigins(origins);
  const isOpen = origins.includes("*");
  const known = new Set(origins);
  // Hooks of Fastify, since they see every answer: views', errors, redirects and 404.
  fastify.addHook("onRequest", (request, reply, done) => {
    const { origin, "access-control-request-method": method } = request.headers;
    if (request.method !== "OPTIONS" || origin === undefined || method === undefined) return done();
    if (isOpen || known.has(origin)) reply.headers(preflightHeaders);
    reply.code(204).send();
  });
  // Last of all: an answer's own Vary is to be kept.
  fastify.addHook("onSend", (request, reply, _payload, done) => {
    const { origin } = request.headers;
    if (isOpen) {
      reply.headers({ "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": exposed });
    } else {
      const vary = reply.getHeader("vary");
      reply.header("Vary", vary === undefined ? "Origin" : `${String(vary)}, Origin`);
      if (origin !== undefined && known.has(origin)) {
        reply.headers({
          "Access-Control-Allow-Origin": origin,
          "Access-Control-Allow-Credentials": "true",
          "Access-Control-Expose-Headers": exposed,
        });
      }
    }
    done();
  });
}

function checkOrigins(origins: readonly string[]): void {
  for (const origin of origins) {
    if (origin === "*" && origins.length > 1) {
      throw new ImproperlyConfigured('settings.corsOrigins has "*" and others. Leave "*" alone, or leave it out.');
    }
    if (origin === "*" || origin === originOf(origin)) continue;
    throw new ImproperlyConfigured(
      `settings.corsOrigins has "${origin}", which is no origin. Write scheme, host and port as a browser sends them, ` +
        `without a path: "${originOf(origin) ?? "https://app.example.com"}".`,
    );
  }
}

/** The origin of an address as browsers write it; undefined where there is none. */
function originOf(address: string): string | undefined {
  const url = URL.parse(address);
  if (url === null || url.host === "" || /[*\s]/.test(url.host)) return undefined;
  // Apps in a shell of their own, such as capacitor://localhost, have an origin that URL does not know.
  return url.origin === "null" ? `${url.protocol}//${url.host}` : url.origin;
}
