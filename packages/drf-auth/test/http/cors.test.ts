import Fastify, { type FastifyInstance } from "fastify";
import { afterEach, describe, expect, it } from "vitest";
import { ImproperlyConfigured } from "../../src/errors.ts";
import { addCors } from "../../src/http/index.ts";

let fastify: FastifyInstance;
let asked = 0;
afterEach(() => fastify.close());

/** An application whose answers set Vary themselves, as views do. */
async function serving(origins: readonly string[]): Promise<string> {
  fastify = Fastify();
  asked = 0;
  const vary = { Vary: "Accept, Cookie" };
  addCors(fastify, origins);
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser("*", (_request, _payload, done) => done(null));
  fastify.route({
    method: [...fastify.supportedMethods].filter((method) => method !== "HEAD"),
    url: "/words/",
    handler: (_request, reply) => {
      asked += 1;
      return reply.headers(vary).send("words");
    },
  });
  fastify.get("/fault/", () => {
    throw new Error("a fault");
  });
  fastify.get("/plain/", (_request, reply) => reply.send());
  fastify.setNotFoundHandler((_request, reply) => reply.code(404).headers(vary).send("nothing"));
  return fastify.listen({ port: 0, host: "127.0.0.1" });
}

const app = "https://app.example.com";
const preflight = (base: string, origin: string, path = "/words/") =>
  fetch(base + path, {
    method: "OPTIONS",
    headers: {
      Origin: origin,
      "Access-Control-Request-Method": "POST",
      "Access-Control-Request-Headers": "authorization",
    },
  });

describe("scripts of other sites", () => {
  it.each([
    ["/words/", "GET", 200, "Accept, Cookie, Origin"],
    ["/words/", "POST", 200, "Accept, Cookie, Origin"],
    ["/nowhere/", "GET", 404, "Accept, Cookie, Origin"],
    ["/fault/", "GET", 500, "Origin"],
    ["/plain/", "GET", 200, "Origin"],
  ])("may read the answer of %s to %s, whatever it is", async (path, method, status, vary) => {
    const base = await serving(["https://other.example", app]);
    const { headers, ...answer } = await fetch(base + path, { method, headers: { Origin: app } }).then((response) => ({
      status: response.status,
      headers: response.headers,
    }));
    expect(answer.status).toBe(status);
    expect(headers.get("access-control-allow-origin")).toBe(app);
    expect(headers.get("access-control-allow-credentials")).toBe("true");
    expect(headers.get("access-control-expose-headers")).toContain("Retry-After");
    expect(headers.get("vary")).toBe(vary);
  });

  it.each(["https://evil.example", "https://app.example.com.evil.example", "http://app.example.com", "null"])(
    "of %s may not, and caches know that the answer differs",
    async (origin) => {
      const base = await serving([app]);
      const { status, headers } = await fetch(`${base}/words/`, { headers: { Origin: origin } });
      expect(status).toBe(200);
      expect(headers.get("access-control-allow-origin")).toBeNull();
      expect(headers.get("access-control-allow-credentials")).toBeNull();
      expect(headers.get("vary")).toBe("Accept, Cookie, Origin");
    },
  );

  it.each(["/words/", "/nowhere/"])("are told before a view is asked what they may send to %s", async (path) => {
    const base = await serving([app]);
    const { status, headers } = await preflight(base, app, path);
    expect(status).toBe(204);
    expect(headers.get("access-control-allow-origin")).toBe(app);
    expect(headers.get("access-control-allow-methods")).toContain("DELETE");
    expect(headers.get("access-control-allow-headers")).toContain("Authorization, Content-Type, X-CSRFToken");
    expect(headers.get("access-control-max-age")).toBe("86400");
    expect(headers.get("vary")).toBe("Origin");
    expect(asked).toBe(0);
  });

  it("of an unknown site are told nothing", async () => {
    const base = await serving([app]);
    const { status, headers } = await preflight(base, "https://evil.example");
    expect(status).toBe(204);
    expect([...headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
    expect(asked).toBe(0);
  });

  it("may all call where every site may, without cookies", async () => {
    const base = await serving(["*"]);
    const { headers } = await fetch(`${base}/words/`, { headers: { Origin: app } });
    expect(headers.get("access-control-allow-origin")).toBe("*");
    expect(headers.get("access-control-allow-credentials")).toBeNull();
    expect(headers.get("vary")).toBe("Accept, Cookie");
    expect((await preflight(base, app)).headers.get("access-control-allow-methods")).toContain("PATCH");
  });

  it("are not known of where no origin is set: OPTIONS is the view's, answers are as they are", async () => {
    const base = await serving([]);
    const { status, headers } = await preflight(base, app);
    expect(status).toBe(200);
    expect(asked).toBe(1);
    expect(headers.get("access-control-allow-origin")).toBeNull();
    expect(headers.get("vary")).toBe("Accept, Cookie");
  });

  it("ask by OPTIONS what a view is like, which is no preflight", async () => {
    const base = await serving([app]);
    const { status } = await fetch(`${base}/words/`, { method: "OPTIONS", headers: { Origin: app } });
    expect(status).toBe(200);
    expect(asked).toBe(1);
  });
});

describe("a list of origins", () => {
  it.each([
    ["https://app.example.com/", "https://app.example.com"],
    ["https://app.example.com/path", "https://app.example.com"],
    ["https://App.Example.com:443", "https://app.example.com"],
    ["https://user@app.example.com", "https://app.example.com"],
    ["app.example.com", "https://app.example.com"],
    ["localhost:3000", "https://app.example.com"],
    ["https://*.example.com", "https://app.example.com"],
    ["null", "https://app.example.com"],
    ["", "https://app.example.com"],
  ])("with %j is refused at start, and told %s", (origin, better) => {
    fastify = Fastify();
    expect(() => addCors(fastify, [origin])).toThrow(ImproperlyConfigured);
    expect(() => addCors(fastify, [origin])).toThrow(
      new RegExp(`has "${RegExp.escape(origin)}".*"${RegExp.escape(better)}"`),
    );
  });

  it.each(["http://localhost:3000", "https://[::1]:8443", "capacitor://localhost"])("takes %s", (origin) => {
    fastify = Fastify();
    expect(() => addCors(fastify, [origin])).not.toThrow();
  });

  it("has every site alone or named ones", () => {
    fastify = Fastify();
    expect(() => addCors(fastify, ["*", app])).toThrow(ImproperlyConfigured);
  });
});
