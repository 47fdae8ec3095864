import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterAll, beforeEach, describe, expect, test } from "vitest";

import type { LogEntry } from "../../src/server/log.ts";
import { Probes } from "../../src/server/probes.ts";

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close().closeAllConnections();
});

const said: LogEntry[] = [];
beforeEach(() => void said.splice(0));

async function serve(check?: () => Promise<void>) {
  const probes = new Probes({ check, log: (entry) => void said.push(entry), timeoutSeconds: 0.1 });
  const server = createServer(probes.before((_request, response) => response.end("the application")));
  servers.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = async (path: string, method = "GET") => {
    const response = await fetch(base + path, { method });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
  return { ask, probes };
}

test.each([
  ["GET", "/healthz", 200, '{"status":"ok"}'],
  ["HEAD", "/healthz", 200, ""],
  ["GET", "/readyz", 200, '{"status":"ready"}'],
  ["HEAD", "/readyz", 200, ""],
  ["POST", "/readyz", 405, '{"detail":"Method \\"POST\\" not allowed."}'],
  ["GET", "/healthz/", 200, "the application"],
  ["GET", "/", 200, "the application"],
])("%s %s answers %i %s", async (method, path, status, text) => {
  const { ask } = await serve(async () => {});
  expect(await ask(path, method)).toMatchObject({ status, text });
});

test("no cache may keep what a probe is told", async () => {
  const { ask } = await serve();
  expect((await ask("/readyz")).headers.get("cache-control")).toBe("no-store");
});

describe("a worker is not ready", () => {
  test("while it drains, though it lives", async () => {
    const { ask, probes } = await serve();
    probes.startDraining();
    expect(await ask("/readyz")).toMatchObject({ status: 503, text: '{"status":"draining"}' });
    expect(await ask("/healthz")).toMatchObject({ status: 200 });
  });

  test.each([
    ["fails", () => Promise.reject(new Error("the database is away")), "the database is away"],
    ["takes too long", () => new Promise<void>(() => {}), "longer than 0.1 s"],
  ])("while its check %s: the log says why, the answer does not", async (_name, check, reason) => {
    const { ask } = await serve(check);
    expect(await ask("/readyz")).toMatchObject({ status: 503, text: '{"status":"failing"}' });
    expect(said).toHaveLength(1);
    expect(said[0]?.["stack"]).toContain(reason);
  });
});

test("the check is made once for all who ask within a second, and again after it", async () => {
  let checks = 0;
  let fails = true;
  const { ask } = await serve(async () => {
    checks += 1;
    if (fails) throw new Error("not yet");
  });
  const answers = await Promise.all(Array.from({ length: 10 }, () => ask("/readyz")));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
  expect(checks).toBe(1);
  fails = false;
  while ((await ask("/readyz")).status !== 200) continue;
  expect(checks).toBe(2);
  expect(said.map(({ message }) => message)).toEqual(["Not ready.", "Ready again."]);
});
