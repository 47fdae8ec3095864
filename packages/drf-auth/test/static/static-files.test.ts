import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collectStatic } from "../../src/static/index.ts";
import { type StaticProject, staticProject } from "./folders.ts";
import { type Serving, serving } from "./serving.ts";

const text = Array.from({ length: 2000 }, (_, index) => `.rule-${index} { order: ${index} }\n`).join("");
const large = Buffer.alloc(3 * 1024 * 1024, "0123456789abcdef");
const names = {
  "static/css/app.css": text,
  "static/font.woff2": "font",
  "static/page.html": "<p>",
  "static/large.bin": large,
  "static/a b/ü.txt": "ü",
  "static/.well-known/security.txt": "mail",
  "static/empty.txt": "",
};

async function collect({ places }: StaticProject): Promise<void> {
  await collectStatic({ places, assets: [], isDryRun: false, isCleared: false, note: () => {} });
}

describe("what was collected", () => {
  let project: StaticProject;
  let server: Serving;
  let app: string;

  beforeAll(async () => {
    project = staticProject({ ...names, "secret.txt": "secret", "static-private/a.txt": "secret" });
    await collect(project);
    project.write({ "staticfiles/not-collected.txt": "secret" });
    server = await serving(project.places);
    app = server.files.urlOf("css/app.css");
  });

  afterAll(async () => {
    await server.close();
    project.remove();
  });

  it("is served under its hashed name for ever, and under its own for a minute", async () => {
    expect(app).toMatch(/^\/static\/css\/app\.[0-9a-f]{12}\.css$/);
    const hashed = await server.ask(app);
    expect(hashed.status).toBe(200);
    expect(hashed.body.toString()).toBe(text);
    expect(hashed.headers).toMatchObject({
      "content-type": "text/css; charset=utf-8",
      "content-length": String(text.length),
      "cache-control": "public, max-age=31536000, immutable",
      "accept-ranges": "bytes",
      "x-content-type-options": "nosniff",
      vary: "Accept-Encoding",
    });
    const plain = await server.ask("/static/css/app.css?v=2");
    expect(plain.body.equals(hashed.body)).toBe(true);
    expect(plain.headers["cache-control"]).toBe("public, max-age=60");
    expect((await server.ask("/static/page.html")).headers["cache-control"]).toBe("no-cache");
  });

  it.each([
    ["br, gzip", "br"],
    ["gzip, deflate", "gzip"],
    ["gzip, br;q=0.5", "gzip"],
    ["gzip;q=0, br;q=0", undefined],
    ["*", "br"],
    ["*;q=0, identity", undefined],
    ["identity;q=0, gzip;q=0, br;q=0", undefined],
    ["identity", undefined],
  ])("comes for %j as %s", async (accepted, coding) => {
    const { body, headers } = await server.ask(app, { "Accept-Encoding": accepted });
    expect(headers["content-encoding"]).toBe(coding);
    expect(headers["content-length"]).toBe(String(body.length));
    const plain = coding === "br" ? brotliDecompressSync(body) : coding === "gzip" ? gunzipSync(body) : body;
    expect(plain.toString()).toBe(text);
  });

  it("has a tag for each coding, and 304 for who has it", async () => {
    const tags = new Set<string>();
    for (const coding of ["identity", "gzip", "br"]) {
      const accepted = { "Accept-Encoding": coding };
      const { headers } = await server.ask(app, accepted);
      const etag = headers.etag ?? "";
      expect(etag).toMatch(/^"[\w-]+"$/);
      tags.add(etag);
      for (const known of [etag, `W/${etag}`, `"x", ${etag}`, "*"]) {
        const answer = await server.ask(app, { ...accepted, "If-None-Match": known });
        expect(answer.status).toBe(304);
        expect(answer.body.length).toBe(0);
        expect(answer.headers).toMatchObject({ etag, vary: "Accept-Encoding", "cache-control": /immutable/ });
        expect(answer.headers).not.toHaveProperty("content-encoding");
      }
      expect((await server.ask(app, { ...accepted, "If-None-Match": '"another"' })).status).toBe(200);
    }
    expect(tags.size).toBe(3);
  });

  it("answers HEAD as GET, without the body", async () => {
    for (const path of [app, server.files.urlOf("large.bin")]) {
      const accepted = { "Accept-Encoding": "br" };
      const [get, head] = [await server.ask(path, accepted), await server.ask(path, accepted, "HEAD")];
      const { date: _, connection: __, "keep-alive": ___, ...headers } = get.headers;
      expect(head).toMatchObject({ status: 200, headers, body: Buffer.alloc(0) });
    }
  });

  it.each([
    ["bytes=0-0", 206, "bytes 0-0", text.slice(0, 1)],
    ["bytes=-10", 206, `bytes ${text.length - 10}-${text.length - 1}`, text.slice(-10)],
    [`bytes=${text.length}-`, 416, "bytes *", ""],
  ])("of %s answers %i, of what is not compressed", async (range, status, contentRange, body) => {
    const answer = await server.ask(app, { Range: range, "Accept-Encoding": "br" });
    expect(answer).toMatchObject({ status, headers: { "content-range": `${contentRange}/${text.length}` } });
    expect(answer.body.toString()).toBe(body);
    expect(answer.headers).not.toHaveProperty("content-encoding");
  });

  it.each(["bytes=0-1,3-4", "bytes=5-1"])("of %s answers the whole", async (range) => {
    const answer = await server.ask(app, { Range: range, "Accept-Encoding": "br" });
    expect(answer).toMatchObject({ status: 200, headers: { "content-encoding": "br" } });
    expect(answer.headers).not.toHaveProperty("content-range");
  });

  it("gives a part only of what the client has already", async () => {
    const plain = (await server.ask(app)).headers.etag ?? "";
    const packed = (await server.ask(app, { "Accept-Encoding": "br" })).headers.etag ?? "";
    for (const [condition, status] of [
      [plain, 206],
      [packed, 200],
      [`W/${plain}`, 200],
      ['"another"', 200],
      ["Tue, 15 Nov 1994 12:45:26 GMT", 200],
    ] as const) {
      expect((await server.ask(app, { Range: "bytes=1-2", "If-Range": condition })).status).toBe(status);
    }
    expect((await server.ask(app, { Range: "bytes=1-2", "If-None-Match": plain })).status).toBe(304);
  });

  it("is sent from the disk where it is large, as a whole and in parts", async () => {
    const path = server.files.urlOf("large.bin");
    const whole = await server.ask(path);
    expect(whole.body.equals(large)).toBe(true);
    expect(whole.headers["content-length"]).toBe(String(large.length));
    const part = await server.ask(path, { Range: "bytes=1000000-1999999" });
    expect(part.status).toBe(206);
    expect(part.body.equals(large.subarray(1_000_000, 2_000_000))).toBe(true);
    expect((await server.ask(path, { "If-None-Match": whole.headers.etag ?? "" })).status).toBe(304);
  });

  it.each(["POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"])(
    "answers %s with 405 and what is allowed",
    async (method) => {
      const answer = await server.ask(app, {}, method);
      expect(answer.status).toBe(405);
      expect(answer.headers.allow).toBe("GET, HEAD");
      expect(JSON.parse(answer.body.toString())).toEqual({ detail: `Method "${method}" not allowed.` });
    },
  );

  it.each([
    ["/static/a%20b/%C3%BC.txt", "ü"],
    ["/static/a%20b/%c3%bc.txt?x=/../y", "ü"],
    ["/static/.well-known/security.txt", "mail"],
    ["/static/empty.txt", ""],
  ])("is found at %s", async (path, body) => {
    expect(await server.ask(path)).toMatchObject({ status: 200, body: Buffer.from(body) });
  });

  it.each([
    "/static/../secret.txt",
    "/static/%2e%2e/secret.txt",
    "/static/css/..%2f..%2f..%2fsecret.txt",
    "/static/..%5csecret.txt",
    "/static/..\\secret.txt",
    "/static//css/app.css",
    "/static/./css/app.css",
    "/static/css%2Fapp.css",
    "/static/css/../css/app.css",
    "/static/css/app.css/",
    "/static/css/app.css%00",
    "/static/not-collected.txt",
    "/static/staticfiles.json",
    "/static/css/",
    "/static/",
    "/static",
    "/static-private/a.txt",
    "//static/css/app.css",
    "/static//etc/passwd",
    "/static/%2Fetc%2Fpasswd",
    "/static/__proto__",
    "/static/constructor",
    "/secret.txt",
  ])("is nothing at %s", async (path) => {
    expect(await server.ask(path)).toMatchObject({ status: 404, body: Buffer.from("next") });
  });

  it("may be used by other sites where it is a font", async () => {
    expect((await server.ask("/static/font.woff2")).headers["access-control-allow-origin"]).toBe("*");
    expect((await server.ask(app)).headers).not.toHaveProperty("access-control-allow-origin");
  });

  it("serves the framework's own beside it, and tells once of a name that nothing has", async () => {
    const own = await server.ask(server.files.urlOf("drf-auth/own.css"), { "Accept-Encoding": "br" });
    expect(own).toMatchObject({ status: 200, headers: { "content-encoding": "br", "cache-control": /immutable/ } });
    for (const _ of [1, 2, 3]) expect(server.files.urlOf("no.css")).toBe("/static/no.css");
    expect(server.warnings.filter((warning) => warning.includes("has no address"))).toHaveLength(1);
  });
});

describe("a collected folder", () => {
  it("still has what the build before left, under its hashed name", async () => {
    const project = staticProject({ "static/a.css": "a{}" });
    await collect(project);
    const before = await serving(project.places);
    const old = before.files.urlOf("a.css");
    await before.close();
    project.write({ "static/a.css": "b{}" });
    await collect(project);
    const server = await serving(project.places);
    expect((await server.ask(old)).body.toString()).toBe("a{}");
    expect((await server.ask("/static/a.css")).body.toString()).toBe("b{}");
    expect(server.files.urlOf("a.css")).not.toBe(old);
    await server.close();
    project.remove();
  });

  it.each([
    ["is gone", (path: string) => rmSync(path)],
    ["is another", (path: string) => writeFileSync(path, "another")],
    ["has become a link", (path: string) => (rmSync(path), symlinkSync("/etc/passwd", path))],
  ])("of which a file %s stops the start", async (_, spoil) => {
    const project = staticProject({ "static/a.css": text });
    await collect(project);
    const server = await serving(project.places);
    spoil(join(project.places.root, server.files.urlOf("a.css").slice("/static/".length)));
    await server.close();
    await expect(serving(project.places)).rejects.toMatchObject({ exitCode: 78 });
    project.remove();
  });

  it.each([
    ["gone", (path: string) => rmSync(path)],
    ["shorter", (path: string) => writeFileSync(path, "short")],
    ["a link", (path: string) => (rmSync(path), symlinkSync("/etc/passwd", path))],
  ])("answers 404 for a large file that is %s since the start, and goes on", async (_, spoil) => {
    const project = staticProject({ "static/large.bin": large, "static/a.css": text });
    await collect(project);
    const server = await serving(project.places);
    const path = server.files.urlOf("large.bin");
    spoil(join(project.places.root, path.slice("/static/".length)));
    expect((await server.ask(path)).status).toBe(404);
    expect(server.warnings).toEqual(["A static file could not be sent"]);
    expect((await server.ask("/static/a.css")).status).toBe(200);
    await server.close();
    project.remove();
  });

  it("that was never made leaves the framework's own", async () => {
    const project = staticProject({ "static/a.css": text });
    const server = await serving(project.places);
    expect((await server.ask("/static/a.css")).status).toBe(404);
    expect((await server.ask("/static/drf-auth/own.css")).status).toBe(200);
    await server.close();
    project.remove();
  });

  it("may replace a file of the framework", async () => {
    const project = staticProject({ "static/drf-auth/own.css": "mine{}" });
    await collect(project);
    const server = await serving(project.places);
    expect((await server.ask(server.files.urlOf("drf-auth/own.css"))).body.toString()).toBe("mine{}");
    await server.close();
    project.remove();
  });
});

describe("in development", () => {
  let project: StaticProject;
  let server: Serving;

  beforeAll(async () => {
    project = staticProject(
      { ...names, "more/css/app.css": "later{}", "secret.txt": "secret", "static-private/a.txt": "secret" },
      { folders: ["static", "more"] },
    );
    symlinkSync("../secret.txt", join(project.path, "static", "stolen.txt"));
    symlinkSync("../static-private", join(project.path, "static", "private"));
    project.write({ "static/.env": "secret" });
    server = await serving(project.places, true);
  });

  afterAll(async () => {
    await server.close();
    project.remove();
  });

  it("a file is served as it is now, the later folder's first", async () => {
    expect(server.files.urlOf("css/app.css")).toBe("/static/css/app.css");
    const before = await server.ask("/static/css/app.css");
    expect(before.body.toString()).toBe("later{}");
    expect(before.headers["cache-control"]).toBe("no-cache");
    const { etag = "" } = before.headers;
    expect((await server.ask("/static/css/app.css", { "If-None-Match": etag })).status).toBe(304);
    project.write({ "more/css/app.css": "changed{}" });
    const after = await server.ask("/static/css/app.css", { "If-None-Match": etag });
    expect(after.body.toString()).toBe("changed{}");
  });

  it("a new file is there at once, and a large one too; the framework's own have their hash", async () => {
    project.write({ "static/new.txt": "new" });
    expect((await server.ask("/static/new.txt")).body.toString()).toBe("new");
    expect((await server.ask("/static/large.bin", { Range: "bytes=-3" })).body.toString()).toBe("def");
    expect(server.files.urlOf("drf-auth/own.css")).toMatch(/own\.[0-9a-f]{12}\.css$/);
    project.write({ "static/drf-auth/own.css": "mine{}" });
    expect(server.files.urlOf("drf-auth/own.css")).toBe("/static/drf-auth/own.css");
    expect((await server.ask("/static/drf-auth/own.css")).body.toString()).toBe("mine{}");
  });

  it.each([
    "/static/../secret.txt",
    "/static/%2e%2e/secret.txt",
    "/static/..%2fsecret.txt",
    "/static/..%5csecret.txt",
    "/static//etc/passwd",
    "/static/%2fetc%2fpasswd",
    "/static/css/app.css%00",
    "/static/.env",
    "/static/%2eenv",
    "/static/stolen.txt",
    "/static/private/a.txt",
    "/static-private/a.txt",
    "/static/css",
    "/static/css/",
    "/static/no.css",
    `/static/${"a".repeat(900)}`,
  ])("nothing is at %s", async (path) => {
    expect(await server.ask(path)).toMatchObject({ status: 404, body: Buffer.from("next") });
  });
});
