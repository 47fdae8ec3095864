import { afterAll, beforeAll, expect, test } from "vitest";
import { allowAny, basic, include, isAuthenticated, jwt, path, router, sessionRoutes, view } from "../../src/index.ts";
import { words } from "../conformance/application/words.ts";
import { type Opened, open, thesaurus } from "../fixtures/thesaurus.ts";

const broken = view({
  name: "Broken",
  permissions: [allowAny],
  get: () => {
    throw new Error("a secret of the program");
  },
});
const me = view({
  name: "Me",
  description: "Who you are.",
  permissions: [isAuthenticated],
  get: ({ user }) => user.id,
});

let opened: Opened & AsyncDisposable;

beforeAll(async () => {
  const routes = [
    path("broken/", broken),
    path("me/", me),
    include("api-auth/", sessionRoutes()),
    include("api/v1/", router({ words })),
  ];
  opened = await open(thesaurus({ authentication: [jwt(), basic()] }, routes));
});

afterAll(() => opened[Symbol.asyncDispose]());

const asAda = `Basic ${Buffer.from("ada:ada-pass-123").toString("base64")}`;
const page = (address: string, sent: Parameters<Opened["client"]["send"]>[1] = {}) =>
  opened.client.send(address, { ...sent, headers: { accept: "text/html", ...sent.headers } });

test("a refused page says so, with the challenge, and nothing about what it hides", async () => {
  const { status, headers, text } = await page("/me/");
  expect([status, headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="api"']);
  expect(text).toContain("Authentication credentials were not provided.");
  expect(text).toContain('href="/api-auth/login/?next=%2Fme%2F"');
  expect(text).not.toContain("Who you are.");
});

test("a page names who looks at it, where it stands, its actions, its formats and the pages beside it", async () => {
  const { text } = await page("/api/v1/words/?page=2&page_size=5", { headers: { authorization: asAda } });
  for (const part of [
    "ada",
    'href="/api/v1/"',
    'href="/api/v1/words/"',
    'href="/api/v1/words/mine/"',
    'href="/api/v1/words/?format=json&amp;page=2&amp;page_size=5"',
    `href="${opened.client.base}/api/v1/words/?page=3&amp;page_size=5"`,
    'name="text"',
  ]) {
    expect(text).toContain(part);
  }
  expect(text).not.toContain('name="owner"');
});

test("a form that is wrong comes back with what was sent and what is wrong with it; a right one makes its row", async () => {
  const send = (fields: Record<string, string>) =>
    page("/api/v1/words/", {
      method: "POST",
      headers: { authorization: asAda },
      body: new URLSearchParams(fields),
    });
  const wrong = await send({ text: "fond", synonym: '"><script>' });
  expect(wrong.status).toBe(400);
  expect(wrong.text).toContain("word with this text already exists.");
  expect(wrong.text).toContain('value="&quot;&gt;&lt;script&gt;"');
  const right = await send({ text: "tender", synonym: '"><script>' });
  expect(right.status).toBe(201);
  expect(right.text).not.toContain("<script");
  // The form is empty again: what was made stands in the answer.
  expect(right.text).not.toContain('value="tender"');
});

test("a page can say that there is no content", async () => {
  const made = await opened.client.send("/api/v1/words/", {
    json: { text: "short-lived" },
    headers: { authorization: asAda },
  });
  const { id } = made.data as { readonly id: number };
  const { status, text } = await page(`/api/v1/words/${id}/`, { method: "DELETE", headers: { authorization: asAda } });
  expect(status).toBe(200);
  expect(text).toContain("204 No Content");
});

test.each([
  ["/api/v1/words/9999/", 404, "No Word matches the given query."],
  ["/nothing/", 404, "There is nothing at this address."],
  ["/broken/", 500, "A server error occurred."],
])("the page of %s is %i, and tells no secret", async (address, status, sentence) => {
  const answer = await page(address);
  expect([answer.status, answer.text.includes(sentence)]).toEqual([status, true]);
  expect(answer.text).not.toContain("a secret of the program");
  expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
});

test("in development the page shows what went wrong, and where", async () => {
  await using own = await open(thesaurus({}, [path("broken/", broken)]), {
    environment: { DRF_AUTH_MODE: "development" },
    isSeeded: false,
  });
  const answer = await own.client.send("/broken/", { headers: { accept: "text/html" } });
  expect([answer.status, answer.text.includes("a secret of the program")]).toEqual([500, true]);
  expect(answer.text).toContain("page.test.ts");
});
