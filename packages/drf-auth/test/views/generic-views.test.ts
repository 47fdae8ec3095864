import { expect, test } from "vitest";
import {
  allowAny,
  createView,
  destroyView,
  field,
  ImproperlyConfigured,
  include,
  listCreateView,
  listView,
  model,
  modelSerializer,
  modelViewSet,
  path,
  readOnlyModelViewSet,
  retrieveDestroyView,
  retrieveUpdateDestroyView,
  retrieveUpdateView,
  retrieveView,
  router,
  simpleRouter,
  updateView,
  urlPathVersioning,
  view,
} from "../../src/index.ts";
import { Tag } from "../conformance/application/tags.ts";
import { open, thesaurus } from "../fixtures/thesaurus.ts";

const TagSerializer = modelSerializer(Tag, { fields: ["id", "name"] });
const open_ = { permissions: [allowAny] };

test.each([
  ["listView", listView(TagSerializer, open_), "GET, HEAD, OPTIONS"],
  ["createView", createView(TagSerializer, open_), "POST, OPTIONS"],
  ["listCreateView", listCreateView(TagSerializer, open_), "GET, POST, HEAD, OPTIONS"],
  ["retrieveView", retrieveView(TagSerializer, open_), "GET, HEAD, OPTIONS"],
  ["updateView", updateView(TagSerializer, open_), "PUT, PATCH, OPTIONS"],
  ["destroyView", destroyView(TagSerializer, open_), "DELETE, OPTIONS"],
  ["retrieveUpdateView", retrieveUpdateView(TagSerializer, open_), "GET, PUT, PATCH, HEAD, OPTIONS"],
  ["retrieveDestroyView", retrieveDestroyView(TagSerializer, open_), "GET, DELETE, HEAD, OPTIONS"],
  [
    "retrieveUpdateDestroyView",
    retrieveUpdateDestroyView(TagSerializer, open_),
    "GET, PUT, PATCH, DELETE, HEAD, OPTIONS",
  ],
])("a %s answers its own methods alone", async (_name, target, allow) => {
  await using opened = await open(thesaurus({}, [path("tags/:pk/", target)]));
  const { headers } = await opened.client.send("/tags/1/", { method: "OPTIONS" });
  expect(headers.get("allow")).toBe(allow);
  expect((await opened.client.send("/tags/1/", { method: "LOCK" })).status).toBe(405);
});

test("generic views make, read, change and delete rows", async () => {
  await using opened = await open(
    thesaurus({}, [
      path("tags/", listCreateView(TagSerializer, open_)),
      path("tags/:pk/", retrieveUpdateDestroyView(TagSerializer, open_)),
    ]),
  );
  const { client } = opened;
  expect((await client.post("/tags/", { name: "adverb" })).data).toEqual({ id: 4, name: "adverb" });
  expect((await client.send("/tags/4/", { method: "PATCH", json: { name: "particle" } })).data).toEqual({
    id: 4,
    name: "particle",
  });
  expect((await client.send("/tags/4/", { method: "DELETE" })).status).toBe(204);
  expect((await client.get("/tags/")).data).toHaveLength(3);
});

test("a read-only view set changes nothing; a simple router has no root", async () => {
  const tags = readOnlyModelViewSet(TagSerializer, open_);
  await using opened = await open(thesaurus({}, [include("simple/", simpleRouter({ tags }))]));
  const { client } = opened;
  expect((await client.get("/simple/tags/1/")).data).toEqual({ id: 1, name: "noun" });
  expect((await client.post("/simple/tags/", { name: "x" })).status).toBe(405);
  expect((await client.get("/simple/")).status).toBe(404);
});

test("the root lists view sets that have a list, and no others", async () => {
  const makers = modelViewSet(TagSerializer, { ...open_, operations: ["create"] });
  const readers = modelViewSet(TagSerializer, { ...open_, operations: ["retrieve"] });
  await using opened = await open(thesaurus({}, [include("", router({ makers, readers }, open_))]));
  expect(Object.keys((await opened.client.get("/")).data as object)).toEqual(["makers"]);
  expect((await opened.client.get("/readers/")).status).toBe(404);
  expect((await opened.client.get("/readers/1/")).status).toBe(200);
});

test.each([
  ["/tags/noun/", 200],
  ["/tags/verb/", 200],
  ["/tags/no-such/", 404],
  ["/tags/1/", 404],
  ["/tags/NOUN/", 404],
])("a view set that finds its rows by name, of lower case letters: %s is %i", async (address, status) => {
  const tags = modelViewSet(TagSerializer, { ...open_, lookupField: "name", lookupPattern: /[a-z-]+/ });
  await using opened = await open(thesaurus({}, [include("", router({ tags }, open_))]));
  expect((await opened.client.get(address)).status).toBe(status);
});

test("a lookup field that the model does not have is refused at start", async () => {
  const tags = modelViewSet(TagSerializer, { lookupField: "nam" as "name" });
  await expect(open(thesaurus({}, [include("", router({ tags }))]))).rejects.toThrow(ImproperlyConfigured);
});

test.each([
  ["/v1/tell/", 200, { version: "v1" }],
  ["/v2/tell/", 200, { version: "v2" }],
  ["/v3/tell/", 404, { detail: "Invalid version in URL path." }],
  ["/tell/", 200, { version: "v1" }],
])("the path says the version: %s is %i", async (address, status, data) => {
  const tell = view({ name: "Tell", permissions: [allowAny], get: ({ request }) => ({ version: request.version }) });
  const settings = { versioning: urlPathVersioning({ versions: ["v1", "v2"], default: "v1" }) };
  await using opened = await open(thesaurus(settings, [path(":version/tell/", tell), path("tell/", tell)]));
  const answer = await opened.client.get(address);
  expect([answer.status, answer.data]).toEqual([status, data]);
});

test("a row whose key is a UUID is found by it, with or without hyphens", async () => {
  const Note = model("notes.Note", {
    key: field.uuid({ primaryKey: true, default: () => "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11" }),
    text: field.text(),
  });
  const notes = modelViewSet(modelSerializer(Note, { fields: "__all__" }), open_);
  const app = thesaurus({}, [include("", router({ notes }, open_))]);
  await using opened = await open(Object.assign(Object.create(app), { models: [...app.models, Note] }));
  await opened.project.database.run(
    { sql: 'CREATE TABLE "notes_note" ("key" char(32) PRIMARY KEY, "text" text NOT NULL)', isWrite: true },
    [],
  );
  const made = await opened.client.post("/notes/", { text: "x" });
  expect([made.status, made.data]).toEqual([201, { key: "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", text: "x" }]);
  expect((await opened.client.get("/notes/a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11/")).status).toBe(200);
  expect((await opened.client.get("/notes/A0EEBC999C0B4EF8BB6D6BB9BD380A11/")).status).toBe(200);
  expect((await opened.client.get("/notes/1/")).status).toBe(404);
});
