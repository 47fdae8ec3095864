import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { open, type Opened, thesaurus } from "../fixtures/thesaurus.ts";

const app = "https://app.example.com";
let opened: Opened;

beforeAll(async () => {
  const settings = { allowedHosts: [".example.com"], corsOrigins: [app], trustedProxies: ["loopback"] };
  opened = await open(thesaurus(settings));
});

afterAll(() => opened.close());

interface Answered {
  readonly status: number | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

/** Sends a request with a Host of its own, which fetch does not. */
async function ask(path: string, headers: Readonly<Record<string, string>>, method = "GET"): Promise<Answered> {
  const sent = request(opened.client.base + path, {
    method,
    headers: { Accept: "application/json", ...headers },
  }).end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  return {
    status: response.statusCode,
    headers: response.headers,
    text: (await response.setEncoding("utf8").toArray()).join(""),
  };
}

describe("an application that other sites may call, behind a proxy", () => {
  it.each([
    ["/api/v1/", 401, "Accept, Cookie, Origin"],
    ["/api/v1/words/", 200, "Accept, Cookie, Origin"],
    ["/nowhere/", 404, "Accept, Origin"],
    ["/api/v1/words", 301, "Accept, Origin"],
  ])("lets a script read the answer of %s, %i", async (path, status, vary) => {
    const answer = await ask(path, { Host: "api.example.com", Origin: app });
    expect(answer.status).toBe(status);
    expect(answer.headers["access-control-allow-origin"]).toBe(app);
    expect(answer.headers["vary"]).toBe(vary);
  });

  it("answers a preflight before it asks who calls", async () => {
    const headers = { Host: "api.example.com", Origin: app, "Access-Control-Request-Method": "DELETE" };
    const answer = await ask("/api/v1/words/1/", headers, "OPTIONS");
    expect(answer.status).toBe(204);
    expect(answer.headers["access-control-allow-methods"]).toContain("DELETE");
    expect(answer.headers["access-control-allow-origin"]).toBe(app);
  });

  it.each([
    [{ Host: "evil.example" }, 400],
    [{ Host: "api.example.com", "X-Forwarded-Host": "evil.example" }, 400],
    [{ Host: "inner", "X-Forwarded-Host": "api.example.com" }, 200],
  ])("is asked under its own names alone: %j is answered %i", async (headers, status) => {
    expect((await ask("/api/v1/words/", headers)).status).toBe(status);
  });

  it("writes links as the client of its proxy knows it", async () => {
    const headers = { "X-Forwarded-Host": "www.example.com", "X-Forwarded-Proto": "https" };
    const { text } = await ask("/api/v1/words/", headers);
    expect(JSON.parse(text)).toMatchObject({ next: "https://www.example.com/api/v1/words/?page=2" });
  });
});
