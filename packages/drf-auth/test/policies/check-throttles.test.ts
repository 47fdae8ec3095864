import { expect, test } from "vitest";
import { allowAny, path, type Throttle, view } from "../../src/index.ts";
import { open, thesaurus } from "../fixtures/thesaurus.ts";

const waiting = (seconds: number | undefined): Throttle => ({ name: "Waiting", wait: () => seconds });
const later = (seconds: number | undefined): Throttle => ({ name: "Later", wait: async () => seconds });

test.each([
  [[], 200, null, undefined],
  [[waiting(undefined), later(undefined)], 200, null, undefined],
  [[waiting(3), later(61), waiting(7)], 429, "61", "Request was throttled. Expected available in 61 seconds."],
  [[waiting(undefined), later(0.2)], 429, "1", "Request was throttled. Expected available in 1 second."],
])("of %o the longest wait is told, in whole seconds", async (throttles, status, retryAfter, detail) => {
  let isReached = false;
  const target = view({
    name: "It",
    permissions: [allowAny],
    throttles,
    get: () => ({ isReached: (isReached = true) }),
  });
  await using opened = await open(thesaurus({}, [path("it/", target)]), { isSeeded: false });
  const answer = await opened.client.get("/it/");
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([status, retryAfter]);
  expect((answer.data as { readonly detail?: string }).detail).toBe(detail);
  expect(isReached).toBe(status === 200);
});

test("every throttle is asked, so that each counts the request", async () => {
  const asked: string[] = [];
  const noting = (name: string, seconds: number): Throttle => ({ name, wait: () => asked.push(name) * seconds });
  const target = view({
    name: "It",
    permissions: [allowAny],
    throttles: [noting("first", 5), noting("second", 1)],
    get: () => ({}),
  });
  await using opened = await open(thesaurus({}, [path("it/", target)]), { isSeeded: false });
  expect((await opened.client.get("/it/")).status).toBe(429);
  expect(asked).toEqual(["first", "second"]);
});
