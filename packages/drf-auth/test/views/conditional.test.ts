import { expect, test } from "vitest";
import { allowAny, include, modelSerializer, modelViewSet, router } from "../../src/index.ts";
import type { Conditional } from "../../src/index.ts";
import { Tag } from "../conformance/application/tags.ts";
import { open, thesaurus } from "../fixtures/thesaurus.ts";

async function opened(conditional?: Conditional) {
  const tags = modelViewSet(modelSerializer(Tag, { fields: ["id", "name"] }), {
    permissions: [allowAny],
    ...(conditional !== undefined && { conditional }),
  });
  return open(thesaurus({}, [include("", router({ tags }))]));
}

test("what is read has an entity tag, and what the client has already is not sent again", async () => {
  await using all = await opened(true);
  const first = await all.client.get("/tags/1/");
  const tag = first.headers.get("etag") ?? "";
  expect(tag).toMatch(/^"[\w-]{22}"$/);
  for (const asked of [tag, `W/${tag}`, `"x", ${tag}`, "*"]) {
    const again = await all.client.send("/tags/1/", { headers: { "if-none-match": asked } });
    expect([again.status, again.headers.get("etag"), again.headers.get("content-type")]).toEqual([304, tag, null]);
  }
  expect((await all.client.send("/tags/1/", { headers: { "if-none-match": '"other"' } })).status).toBe(200);
  expect((await all.client.get("/tags/")).headers.get("etag")).not.toBe(tag);
  await all.client.send("/tags/1/", { method: "PATCH", json: { name: "pronoun" } });
  expect((await all.client.send("/tags/1/", { headers: { "if-none-match": tag } })).status).toBe(200);
});

test.each<[Conditional | undefined, "PATCH" | "PUT" | "DELETE", string | undefined, number]>([
  [true, "PATCH", "current", 200],
  [true, "PUT", "current", 200],
  [true, "DELETE", "current", 204],
  [true, "PATCH", "*", 200],
  [true, "PATCH", '"other"', 412],
  [true, "PATCH", "weak", 412],
  [true, "DELETE", '"other"', 412],
  [true, "PATCH", undefined, 200],
  ["required", "PATCH", "current", 200],
  ["required", "PATCH", undefined, 428],
  ["required", "DELETE", undefined, 428],
  [undefined, "PATCH", '"other"', 200],
])("where conditional is %j, %s with If-Match %j is %i", async (conditional, method, match, status) => {
  await using all = await opened(conditional);
  const tag = (await all.client.get("/tags/1/")).headers.get("etag") ?? "";
  const asked = match === "current" ? tag : match === "weak" ? `W/${tag}` : match;
  const { status: received } = await all.client.send("/tags/1/", {
    method,
    ...(method !== "DELETE" && { json: { name: "pronoun" } }),
    ...(asked !== undefined && { headers: { "if-match": asked } }),
  });
  expect(received).toBe(status);
  const { data } = await all.client.get("/tags/");
  expect((data as readonly { name: string }[]).some(({ name }) => name === "noun")).toBe(status >= 400);
});

test("of two who change what both have read, the second is told", async () => {
  await using all = await opened("required");
  const tag = (await all.client.get("/tags/1/")).headers.get("etag") ?? "";
  const change = (name: string) =>
    all.client.send("/tags/1/", { method: "PATCH", json: { name }, headers: { "if-match": tag } });
  const statuses = (await Promise.all([change("one"), change("two")])).map(({ status }) => status);
  expect(statuses.toSorted()).toEqual([200, 412]);
});
