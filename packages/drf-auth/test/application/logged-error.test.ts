import { expect, test } from "vitest";
import { path, view } from "../../src/index.ts";
import { open, thesaurus } from "../fixtures/thesaurus.ts";

test("an error is logged with its trace, its causes and its code, and without what else it carries", async () => {
  const carried = { detail: "Key (email)=(ada@example.com) already exists.", values: ["ada@example.com"] };
  const failing = view({
    name: "Failing",
    permissions: [],
    get: () => {
      const cause = Object.assign(new Error("the driver said no"), carried, { code: "23505" });
      throw Object.assign(new TypeError("it cannot be stored", { cause }), carried, { code: "E_STORED" });
    },
  });
  await using opened = await open(thesaurus({}, [path("failing/", failing)]));
  expect((await opened.client.get("/failing/")).status).toBe(500);
  const line = opened.log.find((one) => one.includes("A request failed")) ?? "";
  const { err } = JSON.parse(line) as { readonly err: Readonly<Record<string, unknown>> };
  expect(err).toEqual({
    type: "TypeError",
    message: "it cannot be stored",
    code: "E_STORED",
    stack: expect.stringMatching(/TypeError: it cannot be stored[^]*Caused by: Error: the driver said no/),
  });
  expect(opened.log.join()).not.toContain("ada@example.com");
});
