import { expect, test } from "vitest";
import { pages } from "../renderers/html/descriptions.ts";
import { notFoundAnswer } from "../../src/application/outside-answers.ts";
import { RouteTable } from "../../src/application/route-table.ts";
import { allowAny, application, ImproperlyConfigured, include, path, router, view } from "../../src/index.ts";
import { words } from "../conformance/application/words.ts";
import { open, thesaurus } from "../fixtures/thesaurus.ts";

const it = view({ name: "It", authentication: [], permissions: [allowAny], get: () => ({}) });

test("a router makes a root, a list and a detail of each view set, named as DRF's", () => {
  const routes = include("api/v1/", router({ words }));
  expect(routes.map((route) => [route.path, route.name])).toEqual([
    ["api/v1/", "api-root"],
    ["api/v1/words/", "word-list"],
    ["api/v1/words/mine/", "word-mine"],
    ["api/v1/words/:pk/", "word-detail"],
    ["api/v1/words/:pk/swap/", "word-swap"],
  ]);
});

test("the root links each list under the address by which it was asked", async () => {
  await using opened = await open(thesaurus({}, [include("api/v1/", router({ words }, { permissions: [allowAny] }))]));
  const { data } = await opened.client.get("/api/v1/");
  expect(data).toEqual({ words: `${opened.client.base}/api/v1/words/` });
});

test.each(["/it/", "it", "/", "/it"])("the path %j is refused, for it would not be found", (address) => {
  expect(() => path(address, it)).toThrow(ImproperlyConfigured);
  expect(() => include(address, [])).toThrow(ImproperlyConfigured);
});

test.each(["/words", "", "words/"])("the prefix %j of a view set is refused", (prefix) => {
  expect(() => router({ [prefix]: words })).toThrow(ImproperlyConfigured);
});

test("two routes of one address are refused", () => {
  const twice = () => application({ models: [], routes: [path("it/", it), include("", [path("it/", it)])] });
  expect(twice).toThrow('Two routes answer at "/it/"');
});

test.each([
  ["/api/v1/words", "/api/v1/words/"],
  ["/api/v1/words?page=2", "/api/v1/words/?page=2"],
  ["//evil.example", "/evil.example/"],
  ["/\\evil.example", "/%5Cevil.example/"],
])("%s is sent to its closing slash, never to another host", (url, location) => {
  const paths = ["/api/v1/words/", "/:name/", "//:name/"];
  const routes = paths.map((one) => ({ path: one, name: undefined, formatPath: undefined, view: undefined as never }));
  expect(notFoundAnswer({ url, headers: {} }, new RouteTable(routes), pages)).toMatchObject({
    status: 301,
    headers: { Location: location },
  });
});
