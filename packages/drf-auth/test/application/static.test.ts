import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ImproperlyConfigured } from "../../src/errors.ts";
import { path, view } from "../../src/index.ts";
import { brotliDecompressSync } from "node:zlib";
import { open, type Opened, thesaurus } from "../fixtures/thesaurus.ts";

const page = { Accept: "text/html" };
const link = /<link rel="stylesheet" href="(\/static\/drf-auth\/pages\.[0-9a-f]{12}\.css)" \/>/;

interface Answered {
  readonly status: number | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** Sends a path and a Host as they stand, which fetch does not. */
async function ask(opened: Opened, path: string, headers: Readonly<Record<string, string>> = {}, method = "GET") {
  const { hostname, port } = new URL(opened.client.base);
  const sent = request({ host: hostname, port, path, method, headers, agent: false }).end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const body = Buffer.concat((await response.toArray()) as Buffer[]);
  return { status: response.statusCode, headers: response.headers, body } satisfies Answered;
}

describe("the stylesheet of pages", () => {
  let opened: Opened;
  let stylesheet: string;

  beforeAll(async () => {
    opened = await open(
      thesaurus({}, [
        path("hello/", view({ name: "Hello", authentication: [], permissions: [], get: () => "hello" })),
        path(
          "logo/",
          view({
            name: "Logo",
            authentication: [],
            permissions: [],
            get: ({ request }) => ({
              own: request.staticUrl("drf-auth/pages.css"),
              other: request.staticUrl("a b.png"),
            }),
          }),
        ),
      ]),
      { isSeeded: false },
    );
    stylesheet = link.exec((await ask(opened, "/hello/", page)).body.toString())?.[1] ?? "";
  });

  afterAll(() => opened.close());

  it("is linked by every page under one hashed name, whatever the page says", async () => {
    expect(stylesheet).not.toBe("");
    for (const path of ["/hello/", "/nowhere/", "/static/nowhere.css", "/hello/?page=2"]) {
      const { body, headers } = await ask(opened, path, page);
      expect(link.exec(body.toString())?.[1]).toBe(stylesheet);
      expect(headers["content-security-policy"]).toContain("style-src 'self';");
    }
  });

  it("is served compressed, for ever, without credentials, and 304 to who has it", async () => {
    const { status, headers, body } = await ask(opened, stylesheet, { "Accept-Encoding": "gzip, br" });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      "content-type": "text/css; charset=utf-8",
      "content-encoding": "br",
      "cache-control": "public, max-age=31536000, immutable",
      "x-content-type-options": "nosniff",
      vary: "Accept-Encoding",
    });
    expect(brotliDecompressSync(body).toString()).toContain("color-scheme: light dark");
    const known = { "Accept-Encoding": "gzip, br", "If-None-Match": headers.etag ?? "" };
    expect((await ask(opened, stylesheet, known)).status).toBe(304);
    expect((await ask(opened, stylesheet, {}, "POST")).headers.allow).toBe("GET, HEAD");
  });

  it("is refused under another host like everything else, whose page has its style in it", async () => {
    const evil = { Host: "evil.example", ...page };
    expect((await ask(opened, stylesheet, evil)).status).toBe(400);
    const { status, body, headers } = await ask(opened, "/hello/", evil);
    expect(status).toBe(400);
    expect(body.toString()).toContain("<style>");
    expect(body.toString()).not.toContain("<link");
    expect(headers["content-security-policy"]).toContain("style-src 'sha256-");
  });

  it("no page names an address of another site", async () => {
    for (const path of ["/hello/", "/nowhere/"]) {
      const text = (await ask(opened, path, page)).body.toString();
      for (const [, address = ""] of text.matchAll(/(?:href|src|action)="([^"]*)"/g)) {
        expect(new URL(address, opened.client.base).origin).toBe(opened.client.base);
      }
    }
  });

  it("and every other file has its address for a view's own answers", async () => {
    expect(JSON.parse((await ask(opened, "/logo/")).body.toString())).toEqual({
      own: stylesheet,
      other: "/static/a%20b.png",
    });
  });

  it.each(["/static/../hello/", "/static/%2e%2e/hello/", "/static//hello/", "/static-private/", "/static"])(
    "%s is nothing",
    async (path) => expect((await ask(opened, path)).status).toBe(404),
  );
});

describe("the address of static files", () => {
  it("is the settings'", async () => {
    await using opened = await open(thesaurus({ static: { url: "/assets/" } }), { isSeeded: false });
    const { body } = await ask(opened, "/nowhere/", page);
    const [, address = ""] = /href="(\/assets\/drf-auth\/pages\.[0-9a-f]{12}\.css)"/.exec(body.toString()) ?? [];
    expect((await ask(opened, address)).status).toBe(200);
    expect((await ask(opened, address.replace("/assets/", "/static/"))).status).toBe(404);
  });

  it("is refused at start where it would hide a route, or is none", async () => {
    const hidden = path("static/x/", view({ name: "X", get: () => 1 }));
    await expect(open(thesaurus({}, [hidden]))).rejects.toThrow(/"\/static\/x\/" lies under settings\.static\.url/);
    await expect(open(thesaurus({ static: { url: "static" } }))).rejects.toThrow(ImproperlyConfigured);
  });
});
