import { expect, test } from "vitest";
import { type ExceptionHandler, NotFound, path, Response, view } from "../../src/index.ts";
import { open, thesaurus } from "../fixtures/thesaurus.ts";

const failing = view({
  name: "Failing",
  authentication: [],
  permissions: [],
  get: ({ request }) => {
    if (request.query.has("fault")) throw new RangeError("a mistake of the program");
    throw new NotFound();
  },
});
const opened = (exceptionHandler: ExceptionHandler) =>
  open(thesaurus({ exceptionHandler }, [path("failing/", failing)]), { isSeeded: false });

test("an exception handler sees the error and its answer, and may replace it", async () => {
  await using application = await opened((error, { request, response }) =>
    error instanceof NotFound
      ? new Response({ code: error.code, path: request.path }, { status: response.status, headers: { "X-Own": "1" } })
      : undefined,
  );
  const replaced = await application.client.get("/failing/");
  expect([replaced.status, replaced.data]).toEqual([404, { code: "not_found", path: "/failing/" }]);
  expect(replaced.headers.get("x-own")).toBe("1");
  const kept = await application.client.get("/failing/?fault=1");
  expect([kept.status, kept.data]).toEqual([500, { detail: "A server error occurred." }]);
});

test("an exception handler that fails is a fault of its own: 500, and the log has both", async () => {
  await using application = await opened(() => {
    throw new Error("the handler failed");
  });
  const { status, data } = await application.client.get("/failing/?fault=1");
  expect([status, data]).toEqual([500, { detail: "A server error occurred." }]);
  const log = application.log.join("");
  expect([log.includes("a mistake of the program"), log.includes("the handler failed")]).toEqual([true, true]);
});
