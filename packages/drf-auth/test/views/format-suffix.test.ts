import { afterAll, beforeAll, expect, test } from "vitest";
import { allowAny, include, router } from "../../src/index.ts";
import { words } from "../conformance/application/words.ts";
import { type Opened, open, thesaurus } from "../fixtures/thesaurus.ts";

let opened: Opened & AsyncDisposable;

beforeAll(async () => {
  opened = await open(thesaurus({}, [include("api/v1/", router({ words }, { permissions: [allowAny] }))]));
});

afterAll(() => opened[Symbol.asyncDispose]());

test.each([
  ["/api/v1/words/1.json", 200, "application/json"],
  ["/api/v1/words/1.json/", 200, "application/json"],
  ["/api/v1/words.json", 200, "application/json"],
  ["/api/v1/words.json/", 200, "application/json"],
  ["/api/v1/words.api", 200, "text/html; charset=utf-8"],
  ["/api/v1/words/mine.json", 200, "application/json"],
  ["/api/v1/.json", 200, "application/json"],
  ["/api/v1/words.xml", 404, "application/json"],
  ["/api/v1/words/1.0", 404, "application/json"],
  ["/api/v1/words/1.0/", 404, "application/json"],
  ["/api/v1/words/.json", 404, "application/json"],
  ["/api/v1/words/1.JSON", 404, "application/json"],
  ["/api/v1/words/1.json?format=xml", 200, "application/json"],
  ["/api/token.json", 404, "application/json"],
  ["/api/v1.json", 404, "application/json"],
])("%s is %i", async (address, status, type) => {
  const answer = await fetch(opened.client.base + address, { headers: { accept: "*/*" } });
  expect([answer.status, answer.headers.get("content-type")]).toEqual([status, type]);
});

test("an ending of the address counts, whatever Accept says of others", async () => {
  const refused = await opened.client.send("/api/v1/words/1.json", { headers: { accept: "text/html" } });
  expect(refused.status).toBe(406);
});

test.each([
  ["/api/v1/", "/api/v1/words/"],
  ["/api/v1/?format=json", "/api/v1/words/?format=json"],
  ["/api/v1/.json", "/api/v1/words.json"],
])("the links of the root %s keep the format", async (address, link) => {
  expect((await opened.client.get(address)).data).toEqual({ words: opened.client.base + link });
});
