import { expect, test } from "vitest";
import {
  action,
  charField,
  ImproperlyConfigured,
  include,
  isAuthenticated,
  isAuthenticatedOrReadOnly,
  isOwnerOrReadOnly,
  modelSerializer,
  modelViewSet,
  type ModelViewSetOptions,
  pageNumber,
  router,
  serializer,
  ValidationError,
} from "../../../src/index.ts";
import { Word } from "../../conformance/application/words.ts";
import { open, query, thesaurus } from "../../fixtures/thesaurus.ts";

const WordSerializer = modelSerializer(Word, { fields: ["id", "text", "synonym"] });
const Count = serializer({ times: charField({ maxLength: 3 }) });

const options: ModelViewSetOptions<typeof Word> = {
  permissions: [isAuthenticatedOrReadOnly, isOwnerOrReadOnly("owner")],
  pagination: pageNumber({ pageSize: 2 }),
  actions: {
    mine: action({ detail: false, permissions: [isAuthenticated] }, ({ query: rows, user, represent }) =>
      represent(rows.filter({ owner: user.id })),
    ),
    pages: action({ detail: false, path: "by/pages" }, ({ query: rows, paginate }) => paginate(rows)),
    shout: action({ detail: true, methods: ["POST"], name: "Shout it" }, ({ object, save }) =>
      save({ text: object.text.toUpperCase() }),
    ),
    repeat: action(
      { detail: true, methods: ["GET", "POST"], input: Count },
      async ({ object, request, validatedData }) =>
        request.method === "GET" ? object.text : [object.text, validatedData.times],
    ),
    fail: action({ detail: true, methods: ["POST"] }, async ({ save }) => {
      await save({ synonym: "half" });
      throw new ValidationError({ text: ["Not today."] });
    }),
    look: action({ detail: true }, ({ represent }) => represent()),
  },
};
const app = (given = options) => thesaurus({}, [include("", router({ words: modelViewSet(WordSerializer, given) }))]);

test("an action of the list represents rows whole or a page at a time", async () => {
  await using opened = await open(app());
  await opened.client.login("ben", "ben-pass-123");
  const mine = await opened.client.get("/words/mine/");
  expect((mine.data as { readonly text: string }[]).map(({ text }) => text)).toEqual(["outfit", "guide"]);
  const paged = await opened.client.get("/words/by/pages/?page=2");
  expect(paged.data).toMatchObject({
    count: 25,
    next: `${opened.client.base}/words/by/pages/?page=3`,
    results: [{ text: "diligent" }, { text: "outfit" }],
  });
});

test.each([
  ["ada", "POST", "/words/1/shout/", 200, "FOND"],
  ["ada", "POST", "/words/4/shout/", 403, "You do not have permission"],
  ["nobody", "POST", "/words/1/shout/", 401, "Authentication credentials were not provided."],
  ["ada", "GET", "/words/1/shout/", 405, 'Method \\"GET\\" not allowed.'],
  ["ada", "POST", "/words/99/shout/", 404, "No Word matches the given query."],
  ["nobody", "GET", "/words/1/look/", 200, "fond"],
  ["nobody", "GET", "/words/mine/", 401, "Authentication credentials were not provided."],
  ["ada", "POST", "/words/1/repeat/", 400, '{"times":["This field is required."]}'],
])("%s: %s %s is %i", async (who, method, address, status, text) => {
  await using opened = await open(app());
  if (who !== "nobody") await opened.client.login(who, `${who}-pass-123`);
  const answer = await opened.client.send(address, { method, ...(method === "POST" && { json: {} }) });
  expect([answer.status, answer.text.includes(text), answer.text]).toEqual([status, true, answer.text]);
});

test("an action takes valid data, and the words of one that only reads need none", async () => {
  await using opened = await open(app());
  await opened.client.login("ada", "ada-pass-123");
  expect((await opened.client.post("/words/1/repeat/", { times: "3" })).data).toEqual(["fond", "3"]);
});

test("what an action changed before it failed is undone", async () => {
  await using opened = await open(app());
  await opened.client.login("ada", "ada-pass-123");
  expect((await opened.client.post("/words/1/fail/", {})).status).toBe(400);
  expect(await query(opened, "SELECT synonym FROM thesaurus_word WHERE id = 1")).toEqual([["enamored"]]);
});

test("OPTIONS names an action, and HEAD is answered where GET is", async () => {
  await using opened = await open(app());
  await opened.client.login("ada", "ada-pass-123");
  const described = await opened.client.send("/words/1/shout/", { method: "OPTIONS" });
  expect(described.data).toMatchObject({ name: "Shout it", description: "" });
  expect(described.headers.get("allow")).toBe("POST, OPTIONS");
  expect((await opened.client.send("/words/mine/", { method: "HEAD" })).status).toBe(200);
});

test("routes of actions are named as DRF's, and stand where a key cannot take their place", () => {
  const routes = router({ words: modelViewSet(WordSerializer, options) });
  expect(routes.map(({ path, name }) => `${path} ${name}`)).toEqual([
    " api-root",
    "words/ word-list",
    "words/mine/ word-mine",
    "words/by/pages/ word-pages",
    "words/:pk/ word-detail",
    "words/:pk/shout/ word-shout",
    "words/:pk/repeat/ word-repeat",
    "words/:pk/fail/ word-fail",
    "words/:pk/look/ word-look",
  ]);
});

test("an action may not take the name of one that is there, nor a path that is none", () => {
  const named = (name: string, path?: string) => () =>
    modelViewSet(WordSerializer, {
      actions: { [name]: action({ detail: false, ...(path !== undefined && { path }) }, () => []) },
    });
  expect(named("create")).toThrow(ImproperlyConfigured);
  expect(named("mine", "/mine/")).toThrow("such as");
  expect(() => modelViewSet(WordSerializer, { serializers: { lst: WordSerializer } })).toThrow('Did you mean "list"');
});

test("serializers and permissions may differ by action", async () => {
  const Short = modelSerializer(Word, { fields: ["text"] });
  const seen: (string | undefined)[] = [];
  await using opened = await open(
    app({
      serializers: { list: Short, look: Short },
      actions: { look: action({ detail: true }, ({ represent }) => represent()) },
      permissions: ({ action: name, user }) => {
        seen.push(name);
        return name === "destroy" && !user.is_staff ? [{ name: "Never", hasPermission: () => false }] : [];
      },
    }),
  );
  expect((await opened.client.get("/words/")).data).toContainEqual({ text: "fond" });
  expect((await opened.client.get("/words/1/")).data).toEqual({ id: 1, text: "fond", synonym: "enamored" });
  expect((await opened.client.get("/words/1/look/")).data).toEqual({ text: "fond" });
  expect((await opened.client.send("/words/1/", { method: "DELETE" })).status).toBe(401);
  await opened.client.login("admin", "admin-pass-123");
  expect((await opened.client.send("/words/1/", { method: "DELETE" })).status).toBe(204);
  await opened.client.send("/words/", { method: "OPTIONS" });
  expect(new Set(seen)).toEqual(new Set(["list", "retrieve", "look", "destroy", "metadata", "create"]));
});
