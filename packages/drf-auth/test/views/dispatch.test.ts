import { expect, test } from "vitest";
import {
  AuthenticationFailed,
  charField,
  handler,
  isAuthenticated,
  path,
  serializer,
  type Throttle,
  view,
} from "../../src/index.ts";
import type { ClientRequest } from "../../src/testing/index.ts";
import { open, thesaurus } from "../fixtures/thesaurus.ts";

const authenticator = {
  name: "As who",
  challenge: "As",
  authenticate: (request: { header(name: string): string | undefined }) => {
    const username = request.header("as");
    if (username === "liar") throw new AuthenticationFailed("You are not.");
    if (username === undefined) return undefined;
    const user = {
      isAuthenticated: true,
      id: 2,
      username,
      email: "",
      is_active: true,
      is_staff: false,
      is_superuser: false,
    } as const;
    return { user, auth: null };
  },
};
const impatient: Throttle = { name: "Impatient", wait: (request) => (request.header("often") ? 5 : undefined) };
const known = {
  name: "Known",
  hasPermission: (request: { readonly user: { readonly username: string } }) => request.user.username !== "banned",
};

const it = view({
  name: "It",
  authentication: [authenticator],
  permissions: [isAuthenticated, known],
  throttles: [impatient],
  get: () => ({ method: "get" }),
  post: handler(serializer({ text: charField() }), ({ validatedData }) => validatedData),
});

// Each request has its fault and all of those below it in the order of the steps.
const bad = { method: "BREW", accept: "image/png", as: "liar", often: "1" };
const xml = { "content-type": "application/xml" };
const json = { "content-type": "application/json" };
test.each<readonly [string, string, ClientRequest, number]>([
  ["an unknown format before all else", "/it/?format=xml", { method: "DELETE", headers: bad, body: "{" }, 404],
  ["what it accepts before who calls", "/it/", { method: "DELETE", headers: bad, body: "{" }, 406],
  [
    "wrong credentials before permissions",
    "/it/",
    { method: "DELETE", headers: { as: "liar", often: "1" }, body: "{" },
    401,
  ],
  ["no credentials before throttles", "/it/", { method: "DELETE", headers: { often: "1" }, body: "{" }, 401],
  [
    "a permission before throttles",
    "/it/",
    { method: "DELETE", headers: { as: "banned", often: "1" }, body: "{" },
    403,
  ],
  ["a throttle before the method", "/it/", { method: "DELETE", headers: { as: "ada", often: "1" }, body: "{" }, 429],
  ["the method before the body", "/it/", { method: "DELETE", headers: { as: "ada", ...xml }, body: "{" }, 405],
  ["the media type before the body's form", "/it/", { method: "POST", headers: { as: "ada", ...xml }, body: "{" }, 415],
  ["the body's form before its fields", "/it/", { method: "POST", headers: { as: "ada", ...json }, body: "{" }, 400],
  ["its fields at last", "/it/", { method: "POST", headers: { as: "ada", ...json }, body: "{}" }, 400],
  ["nothing wrong", "/it/", { method: "POST", headers: { as: "ada", ...json }, body: '{"text":"x"}' }, 200],
])("%s", async (_name, address, request, status) => {
  await using opened = await open(thesaurus({}, [path("it/", it)]), { isSeeded: false });
  const answer = await opened.client.send(address, request);
  expect(answer.status).toBe(status);
  expect(answer.headers.get("allow")).toBe("GET, POST, HEAD, OPTIONS");
  expect(answer.headers.get("content-type")).toBe("application/json");
});

test("HEAD is answered as GET, without the body", async () => {
  await using opened = await open(thesaurus({}, [path("it/", it)]), { isSeeded: false });
  const answer = await opened.client.send("/it/", { method: "HEAD", headers: { as: "ada" } });
  expect([answer.status, answer.text, answer.headers.get("content-length")]).toEqual([200, "", "16"]);
});

test.each([
  [
    "throws",
    () => {
      throw new Error("the secret plan in /srv/app.ts");
    },
  ],
  [
    "throws what is no error",
    () => {
      throw "the secret plan";
    },
  ], // oxlint-disable-line no-throw-literal -- a user's code may
  ["rejects", async () => Promise.reject(new TypeError("the secret plan"))],
  [
    "gives what is no JSON",
    () => ({
      toJSON() {
        throw new Error("the secret plan");
      },
    }),
  ],
  [
    "gives a big integer of its own",
    () => {
      const own: Record<string, unknown> = {};
      own["own"] = own;
      return own;
    },
  ],
])("a view that %s is answered 500 with an id under which the log has the trace", async (_name, get) => {
  await using opened = await open(
    thesaurus({}, [path("it/", view({ name: "It", authentication: [], permissions: [], get }))]),
    { isSeeded: false },
  );
  const answer = await opened.client.send("/it/?token=in-the-query", {
    headers: { authorization: "Bearer in-the-header", cookie: "a=in-the-cookie" },
  });
  expect([answer.status, answer.data]).toEqual([500, { detail: "A server error occurred." }]);
  expect(answer.text).not.toMatch(/secret plan|\.ts/);
  const id = answer.headers.get("x-request-id");
  const lines = opened.log.map(
    (line) =>
      JSON.parse(line) as {
        readonly reqId?: string;
        readonly level: number;
        readonly method?: string;
        readonly path?: string;
      },
  );
  expect(lines.filter(({ reqId }) => reqId === id)).toMatchObject([{ level: 50, method: "GET", path: "/it/" }]);
  expect(opened.log.join("")).not.toMatch(/in-the-header|in-the-cookie|in-the-query/);
});

test("the log's line of a failure has the stack", async () => {
  const get = () => {
    throw new Error("broken");
  };
  await using opened = await open(
    thesaurus({}, [path("it/", view({ name: "It", authentication: [], permissions: [], get }))]),
    { isSeeded: false },
  );
  await opened.client.get("/it/");
  const [line] = opened.log.map((text) => JSON.parse(text) as { readonly err?: { readonly stack?: string } });
  expect(line?.err?.stack).toMatch(/Error: broken\n\s+at .*dispatch\.test\.ts/);
});
