import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApiClient, throwaway, type Throwaway } from "../../src/testing/index.ts";
import application from "./application/app.ts";
import { seed } from "./application/seed.ts";
import { comparable, play, type Scenario } from "./scenario.ts";

const secret = "conformance-secret-key-that-is-long-enough-0123456789";

/** Steps about what this version does not do yet, by scenario; whoever makes one pass takes it out here. */
const notYet: Readonly<Record<string, readonly string[]>> = {};

let running: Throwaway;
let client: ApiClient;

beforeAll(async () => {
  const folder = fileURLToPath(new URL("application", import.meta.url));
  running = await throwaway(application, { folder, environment: { SECRET_KEY: secret } });
  await seed(running.project);
  client = await ApiClient.open(running);
});

afterAll(async () => {
  await client.close();
  await running.close();
});

/** In the order in which they were recorded: a word that a session makes in 04 is there in 05. */
const scenarios = [
  "01-tokens",
  "02-bearer",
  "03-basic",
  "04-session",
  "05-words-read",
  "06-words-write",
  "07-fields",
  "08-permissions",
  "09-cursor",
  "10-left-join",
  "11-throttle",
  "12-elsewhere",
];

describe("answers as Django, DRF and SimpleJWT were recorded to answer", () => {
  it.each(scenarios)("in %s", async (name) => {
    expect(await differences(name)).toEqual([]);
  });
});

async function differences(name: string): Promise<unknown[]> {
  const recorded = readFileSync(new URL(`expected/${name}.json`, import.meta.url), "utf8");
  const scenario = JSON.parse(recorded) as Scenario;
  const isLeftOut = (step: string) => (notYet[name] ?? []).includes(step);
  const different: unknown[] = [];
  let played = 0;
  for await (const { step, answer } of play(scenario, client.base, secret)) {
    played += 1;
    const received = comparable(answer, step.expect);
    const isSame = JSON.stringify(sorted(received)) === JSON.stringify(sorted(step.expect));
    if (isSame === isLeftOut(step.name))
      different.push({ step: step.name, isLeftOut: isLeftOut(step.name), received, expected: step.expect });
  }
  expect(played).toBe(scenario.steps.length);
  return different;
}

/** The order of headers does not count; the order of a body's keys does. */
function sorted({ headers, ...answer }: { readonly headers: object }): object {
  const { status, cookies, body, has } = answer as Record<string, unknown>;
  return { status, headers: Object.entries(headers).sort(), cookies, has, body };
}
