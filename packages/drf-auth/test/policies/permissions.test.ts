import { expect, test } from "vitest";
import {
  allowAny,
  apiView,
  isAdminUser,
  isAuthenticated,
  isAuthenticatedOrReadOnly,
  modelSerializer,
  modelViewSet,
  path,
  type Permission,
  router,
  include,
  view,
} from "../../src/index.ts";
import { Word } from "../conformance/application/words.ts";
import { open, thesaurus } from "../fixtures/thesaurus.ts";

const asWho = {
  name: "As who",
  authenticate: (request: { header(name: string): string | undefined }) => userNamed(request.header("as")),
};

/** An authenticator of a test's own: the request says who calls. */
function userNamed(name: string | undefined) {
  if (name === undefined) return undefined;
  const user = {
    isAuthenticated: true,
    id: 2,
    username: name,
    email: "",
    is_active: true,
    is_staff: name === "staff",
    is_superuser: false,
  } as const;
  return { user, auth: null };
}

const ok = () => ({ ok: true });
const routeOf = (permissions: readonly Permission[]) =>
  path("it/", view({ name: "It", get: ok, post: ok, permissions, authentication: [{ ...asWho, challenge: "As" }] }));

test.each([
  [allowAny, { anonymous: [200, 200], user: [200, 200], staff: [200, 200] }],
  [isAuthenticated, { anonymous: [401, 401], user: [200, 200], staff: [200, 200] }],
  [isAuthenticatedOrReadOnly, { anonymous: [200, 401], user: [200, 200], staff: [200, 200] }],
  [isAdminUser, { anonymous: [401, 401], user: [403, 403], staff: [200, 200] }],
] as const)("$name lets read and write whom it should", async (permission, expected) => {
  await using opened = await open(thesaurus({}, [routeOf([permission])]), { isSeeded: false });
  for (const [who, statuses] of Object.entries(expected)) {
    const headers: Record<string, string> = who === "anonymous" ? {} : { as: who };
    const read = await opened.client.send("/it/", { headers });
    const written = await opened.client.send("/it/", { method: "POST", headers });
    expect([read.status, written.status]).toEqual(statuses);
  }
});

const answers: readonly (readonly [string, unknown, number])[] = [
  ["true", true, 200],
  ["false", false, 403],
  ["a promise of true", Promise.resolve(true), 200],
  ["a promise of false", Promise.resolve(false), 403],
  // oxlint-disable-next-line unicorn/no-thenable -- what another library's promise looks like
  ["a foreign promise of false", { then: (done: (value: boolean) => void) => done(false) }, 403],
  ["nothing, having forgotten to return", undefined, 403],
  ["a promise of nothing", Promise.resolve(undefined), 403],
  ["null", null, 403],
];

test.each(answers)("a permission that answers %s is understood", async (_name, answer, status) => {
  const permission = { name: "Own", hasPermission: () => answer } as Permission;
  for (const permissions of [[permission], [allowAny, permission], [permission, isAuthenticated]]) {
    await using opened = await open(thesaurus({}, [routeOf(permissions)]), { isSeeded: false });
    expect((await opened.client.send("/it/", { headers: { as: "ada" } })).status).toBe(status);
  }
});

test.each(answers)("so is a permission about one object that answers %s", async (_name, answer, status) => {
  const permission = { name: "Own", hasObjectPermission: () => answer } as Permission;
  const words = modelViewSet(modelSerializer(Word, { fields: ["id", "text"] }), {
    permissions: [permission],
    authentication: [asWho],
  });
  await using opened = await open(thesaurus({}, [include("", router({ words }))]));
  expect((await opened.client.send("/words/1/", { headers: { as: "ada" } })).status).toBe(status);
  expect((await opened.client.send("/words/", { headers: { as: "ada" } })).status).toBe(200);
});

test("every permission must allow, asked in order until one does not, which says why", async () => {
  const asked: string[] = [];
  const one = (name: string, isAllowed: boolean): Permission => ({
    name,
    message: `${name} says no.`,
    hasPermission: async () => asked.push(name) > 0 && isAllowed,
  });
  await using opened = await open(
    thesaurus({}, [routeOf([one("first", true), one("second", false), one("third", false)])]),
    { isSeeded: false },
  );
  const { status, data } = await opened.client.send("/it/", { headers: { as: "ada" } });
  expect([status, data, asked]).toEqual([403, { detail: "second says no." }, ["first", "second"]]);
});

test("without credentials 401 asks for the first authenticator's; without its challenge, or without any, it is 403", async () => {
  const bare = { ...asWho, name: "Bare" };
  const challenging = { ...asWho, challenge: "As" };
  const table = [
    [[challenging, bare], 401, "As", "Authentication credentials were not provided."],
    [[bare, challenging], 403, null, "Authentication credentials were not provided."],
    [[], 403, null, "You do not have permission to perform this action."],
  ] as const;
  for (const [authentication, status, challenge, detail] of table) {
    const target = apiView(["GET"], ok, { name: "It", authentication, permissions: [isAuthenticated] });
    await using opened = await open(thesaurus({}, [path("it/", target)]), { isSeeded: false });
    const answer = await opened.client.get("/it/");
    expect([answer.status, answer.headers.get("www-authenticate"), answer.data]).toEqual([
      status,
      challenge,
      { detail },
    ]);
  }
});

test("a word is changed by its owner alone; others read it", async () => {
  await using opened = await open();
  await opened.client.login("ada", "ada-pass-123");
  for (const [method, id, status] of [
    ["PATCH", 1, 200],
    ["PATCH", 4, 403],
    ["PUT", 4, 403],
    ["DELETE", 4, 403],
    ["DELETE", 1, 204],
  ] as const) {
    const { status: given } = await opened.client.send(`/api/v1/words/${id}/`, {
      method,
      json: { synonym: "changed" },
    });
    expect(given).toBe(status);
  }
  const { data } = await opened.client.get("/api/v1/words/4/");
  expect(data).toMatchObject({ synonym: "garb", owner: "ben" });
});
