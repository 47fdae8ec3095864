import { expect, test } from "vitest";
import {
  allowAny,
  apiView,
  charField,
  handler,
  ImproperlyConfigured,
  integerField,
  path,
  redirect,
  Response,
  serializer,
  view,
} from "../../src/index.ts";
import { open, thesaurus } from "../fixtures/thesaurus.ts";

const policy = { authentication: [], permissions: [allowAny] };

test("a view answers HEAD with its get; an apiView only if HEAD is named", async () => {
  const ok = () => ({ ok: true });
  const routes = [
    path("view/", view({ name: "View", ...policy, get: ok })),
    path("api-view/", apiView(["GET"], ok, { name: "Api view", ...policy })),
    path("named/", apiView(["get", "HEAD"], ok, { name: "Named", ...policy })),
    path("post/", view({ name: "Post", ...policy, post: ok })),
  ];
  await using opened = await open(thesaurus({}, routes), { isSeeded: false });
  for (const [address, status, allow] of [
    ["/view/", 200, "GET, HEAD, OPTIONS"],
    ["/api-view/", 405, "GET, OPTIONS"],
    ["/named/", 200, "GET, HEAD, OPTIONS"],
    ["/post/", 405, "POST, OPTIONS"],
  ] as const) {
    const answer = await opened.client.send(address, { method: "HEAD" });
    expect([answer.status, answer.headers.get("allow"), answer.text]).toEqual([status, allow, ""]);
  }
});

test("a handler is given valid data, and what is wrong is told a field", async () => {
  let calls = 0;
  const input = serializer({ text: charField({ maxLength: 3 }), count: integerField() });
  const post = handler(input, ({ validatedData }) => {
    calls += 1;
    return new Response(validatedData, { status: 202, headers: { "X-Own": "yes" } });
  });
  await using opened = await open(thesaurus({}, [path("it/", view({ name: "It", ...policy, post }))]), {
    isSeeded: false,
  });
  for (const json of [{}, { text: "long", count: "x" }, [], null, "text"]) {
    const { status, data } = await opened.client.post("/it/", json);
    expect(status).toBe(400);
    expect(Object.keys(data as object).join()).toMatch(/^(text,count|non_field_errors)$/);
  }
  expect(calls).toBe(0);
  const answer = await opened.client.post("/it/", { text: " a ", count: "7", more: 1 });
  expect([answer.status, answer.data, answer.headers.get("x-own")]).toEqual([202, { text: "a", count: 7 }, "yes"]);
});

test("redirect sends to another address of the site, whoever asks", async () => {
  await using opened = await open(thesaurus({}, [path("", redirect("/api/v1/"))]), { isSeeded: false });
  const answer = await opened.client.get("/");
  expect([answer.status, answer.headers.get("location"), answer.text]).toEqual([302, "/api/v1/", ""]);
  expect((await opened.client.post("/", {})).status).toBe(405);
});

test("a view that answers no method is refused where it is declared", () => {
  expect(() => view({ name: "Nothing" })).toThrow(ImproperlyConfigured);
  expect(() => view({ name: "Nothing" })).toThrow('view("Nothing") answers no method');
  expect(() => apiView([], () => ({}), { name: "Nothing" })).toThrow(ImproperlyConfigured);
});
