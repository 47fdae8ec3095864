import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, describe, expect, test } from "vitest";

import { RawClient } from "../server/raw-client.ts";
import { isAlive, ServerProcess } from "./server-process.ts";
import type { FixtureOptions } from "./server-process.ts";
import { count, send, Traffic } from "./traffic.ts";
import type { Outcome } from "./traffic.ts";

/** Processes take their time on a machine that is busy. */
const slow = { timeout: 60_000 };

const started: ServerProcess[] = [];
afterAll(() => {
  // What failed tests left behind.
  for (const server of started) {
    server.child.kill("SIGKILL");
    for (const pid of server.workerPids()) if (isAlive(pid)) process.kill(pid, "SIGKILL");
  }
});

function supervised(options: FixtureOptions = {}): ServerProcess {
  const server = ServerProcess.supervised(options);
  started.push(server);
  return server;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

/** Halts a server, connects 20 clients, lets it go on with a TERM and returns how often each outcome was met. */
async function answersWhileHalted(server: ServerProcess, port: number): Promise<Record<Outcome, number>> {
  server.child.kill("SIGSTOP");
  const answers = Promise.all(Array.from({ length: 20 }, () => send({ port, path: "/echo", body: "some words" })));
  await sleep(200);
  server.child.kill("SIGTERM");
  server.child.kill("SIGCONT");
  return count((await answers).map(({ outcome }) => outcome));
}

describe.concurrent("a server that runs", slow, () => {
  test("answers requests from the moment it says that it is ready", async () => {
    const server = supervised({ workers: 2 });
    const port = await server.ready();
    expect(server.workerPids()).toHaveLength(2);
    expect(await send({ port })).toMatchObject({ outcome: 200, text: "hello" });
    expect(await server.stop()).toBe(0);
    expect(server.lines.filter(({ ready }) => ready !== undefined)).toHaveLength(1);
  });

  test("replaces a worker that is killed and goes on", async () => {
    const server = supervised();
    await server.ready();
    const [killed = 0] = server.workerPids();
    process.kill(killed, "SIGKILL");
    const port = await server.workersReady(2);
    const { outcome, text } = await send({ port, path: "/pid" });
    expect(outcome).toBe(200);
    expect(Number(text)).not.toBe(killed);
    expect(server.messages()).toContain("Worker 1 ended by SIGKILL; it is replaced.");
  });

  test("hands a connection that was on its way to a dying worker to another", async () => {
    const server = supervised({ workers: 2 });
    const port = await server.ready();
    const [halted = 0] = server.workerPids();
    process.kill(halted, "SIGSTOP");
    const answers = Promise.all(Array.from({ length: 10 }, () => send({ port, path: "/pid" })));
    await sleep(200);
    process.kill(halted, "SIGKILL");
    const outcomes = (await answers).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(outcomes.map(() => 200));
  });

  test("fails no request while a worker is replaced in an orderly way", async () => {
    const server = supervised({ workers: 2 });
    const port = await server.ready();
    const fresh = new Traffic({ port, clients: 3, keepAlive: false });
    const kept = new Traffic({ port, clients: 3, keepAlive: true });
    await until(() => fresh.answered() > 20);
    process.kill(server.workerPids()[0] ?? 0, "SIGTERM");
    await server.workersReady(3);
    await server.saysMessage("ended with exit code 0");
    expect(await fresh.stop()).toEqual({ 200: fresh.answered() });
    expect(await kept.stop()).toEqual({ 200: kept.answered() });
  });

  test.each([
    ["an error that is not caught", "/crash", "a bug in a handler"],
    ["a rejection that is not handled", "/reject", "a forgotten promise"],
  ])("survives %s, finishes the worker's other requests and says where it was", async (_name, path, message) => {
    const server = supervised();
    const port = await server.ready();
    const answer = send({ port, path: "/slow" });
    await server.saysMessage("slow request");
    void send({ port, path });
    const crash = await server.says(({ stack }) => stack !== undefined);
    expect(crash.stack).toContain(message);
    expect(crash.stack).toContain("fixtures/worker.ts");
    await server.workersReady(2);
    expect((await answer).outcome).toBe(200);
    await server.saysMessage("Worker 1 ended with exit code 1");
  });

  test("ends a request that is sent by half, though its workers never listened themselves", async () => {
    const limits = { headersTimeoutSeconds: 0.3, requestTimeoutSeconds: 0.3, connectionsCheckSeconds: 0.05 };
    const client = await RawClient.connect(await supervised({ limits }).ready());
    client.send("GET / HTTP/1.1\r\nHost: a\r\n");
    await client.closed();
    expect(client.received).toMatch(/^HTTP\/1\.1 408 /);
  });

  test("goes on when nobody reads its output any more", async () => {
    const server = supervised({ workers: 2 });
    const port = await server.ready();
    const first = server.workerPids();
    server.child.stdout?.destroy();
    process.kill(first[0] ?? 0, "SIGKILL");
    const isReplaced = async () => !first.includes(Number((await send({ port, path: "/pid" })).text));
    while (!(await isReplaced())) await sleep(10);
    expect(await server.stop()).toBe(0);
  });

  test("ignores signals that mean nothing to it", async () => {
    const server = supervised();
    const port = await server.ready();
    for (const pid of [server.child.pid ?? 0, ...server.workerPids()]) {
      for (const signal of ["SIGUSR1", "SIGUSR2", "SIGTTIN", "SIGTTOU"] as const) process.kill(pid, signal);
    }
    for (const signal of ["SIGINT", "SIGHUP"] as const) process.kill(server.workerPids()[0] ?? 0, signal);
    await server.saysMessage("is ignored", 4);
    expect((await send({ port })).text).toBe("hello");
    expect(await server.stop()).toBe(0);
    expect(server.workerPids()).toHaveLength(1);
  });
});

describe.concurrent("a server that is told to reload", slow, () => {
  test.each([1, 2])("replaces its workers, %i of them, and fails no request", async (workers) => {
    const server = supervised({ workers });
    const port = await server.ready();
    const fresh = new Traffic({ port, clients: 3, keepAlive: false });
    const kept = new Traffic({ port, clients: 3, keepAlive: true });
    await until(() => fresh.answered() > 20);
    const old = server.workerPids();
    server.child.kill("SIGHUP");
    await server.saysMessage("All workers are replaced.");
    const before = fresh.answered();
    await until(() => fresh.answered() > before + 20);
    expect(await fresh.stop()).toEqual({ 200: fresh.answered() });
    expect(await kept.stop()).toEqual({ 200: kept.answered() });
    expect(old.some(isAlive)).toBe(false);
    expect(server.workerPids()).toHaveLength(workers * 2);
  });

  test("goes on with its workers when the application cannot be loaded any more", async () => {
    const obstacle = join(tmpdir(), `drf-auth-reload-${process.pid}`);
    const server = supervised({ failsWhileExists: obstacle });
    const port = await server.ready();
    writeFileSync(obstacle, "");
    server.child.kill("SIGHUP");
    await server.saysMessage("the reload is given up");
    rmSync(obstacle);
    expect((await send({ port, path: "/pid" })).text).toBe(String(server.workerPids()[0]));
  });
});

test.concurrent("connections wait while the only worker is replaced", slow, async () => {
  const server = supervised();
  const port = await server.ready();
  process.kill(server.workerPids()[0] ?? 0, "SIGKILL");
  await server.saysMessage("Worker 1 ended by SIGKILL");
  expect((await send({ port })).outcome).toBe(200);
});

describe.concurrent("a server that is told to stop", slow, () => {
  test("finishes a request that takes a second and exits with 0", async () => {
    const server = supervised({ workers: 2 });
    const port = await server.ready();
    const answer = send({ port, path: "/slow" });
    await server.saysMessage("slow request");
    expect(await server.stop()).toBe(0);
    expect(await answer).toMatchObject({ outcome: 200, text: "slow" });
    expect(server.messages().filter((message) => message === "application closed")).toHaveLength(2);
    for (const pid of server.workerPids()) expect(isAlive(pid)).toBe(false);
  });

  test("fails no request of clients that keep their connections", async () => {
    const server = supervised({ workers: 2 });
    const port = await server.ready();
    const traffic = new Traffic({ port, clients: 12, keepAlive: true });
    await until(() => traffic.answered() > 100);
    expect(await server.stop()).toBe(0);
    expect(await traffic.stop()).toEqual({ 200: traffic.answered() });
  });

  test.each([1, 2])("answers connections that wait to be accepted, with %i workers", async (workers) => {
    const server = supervised({ workers });
    const port = await server.ready();
    expect(await answersWhileHalted(server, port)).toEqual({ 200: 20 });
    expect(await server.end()).toBe(0);
  });

  test("finishes what it accepted when the workers are told too, as systemd does", async () => {
    const server = supervised({ workers: 2 });
    const port = await server.ready();
    const traffic = new Traffic({ port, clients: 6, keepAlive: false });
    await until(() => traffic.answered() > 50);
    for (const pid of server.workerPids()) process.kill(pid, "SIGTERM");
    expect(await server.stop()).toBe(0);
    expect(await traffic.stop()).toEqual({ 200: traffic.answered() });
  });

  test("cuts off after its time what does not end", async () => {
    const server = supervised({ limits: { drainSeconds: 0.5 } });
    const port = await server.ready();
    const stuck = send({ port, path: "/stuck" });
    await server.saysMessage("stuck request");
    expect(await server.stop()).toBe(0);
    expect((await stuck).outcome).toBe("ECONNRESET undefined");
  });

  test("is quick on INT", async () => {
    const server = supervised({ limits: { quickTimeoutSeconds: 0.4 } });
    const port = await server.ready();
    const stuck = send({ port, path: "/stuck" });
    await server.saysMessage("stuck request");
    const start = performance.now();
    expect(await server.stop("SIGINT")).toBe(0);
    expect(performance.now() - start).toBeLessThan(10_000);
    expect((await stuck).outcome).toBe("ECONNRESET undefined");
  });

  test.each(["never", "blocks"] as const)("ends while an application %s to load", async (boot) => {
    const server = supervised({ workers: 2, boot, limits: { drainSeconds: 0.3 } });
    await server.saysMessage("loading", 2);
    expect(await server.stop()).toBe(0);
  });

  test("ends before its first worker runs", async () => {
    const server = supervised();
    await sleep(60);
    expect([0, "SIGTERM"]).toContain(await server.stop());
  });
});

describe.concurrent("a server that cannot start", slow, () => {
  test("ends with 3 when all tries failed, with the application's own stack", async () => {
    const server = supervised({ boot: "throws", limits: { maxBootAttempts: 3, backoffFirstSeconds: 0.02 } });
    expect(await server.end()).toBe(3);
    const failures = server.lines.filter(({ stack }) => stack?.includes("the application is broken"));
    expect(failures).toHaveLength(3);
    expect(server.messages().at(-1)).toBe("No worker became ready in 3 tries; the server ends.");
  });

  test("starts when the application can be loaded after all", async () => {
    const obstacle = join(tmpdir(), `drf-auth-obstacle-${process.pid}`);
    writeFileSync(obstacle, "");
    const server = supervised({ failsWhileExists: obstacle, limits: { backoffFirstSeconds: 0.05 } });
    await server.saysMessage("could not be loaded");
    rmSync(obstacle);
    expect((await send({ port: await server.ready() })).outcome).toBe(200);
  });

  test("ends at once with 78 when it is misconfigured", async () => {
    const server = supervised({ workers: 2, boot: "misconfigured" });
    expect(await server.end()).toBe(78);
    expect(server.messages().filter((message) => message === "loading").length).toBeLessThanOrEqual(2);
  });

  test("gives up a boot that takes too long", async () => {
    const server = supervised({ boot: "blocks", limits: { bootTimeoutSeconds: 0.5, maxBootAttempts: 1 } });
    expect(await server.end()).toBe(3);
    expect(server.messages()).toContain("Worker 1 was not ready in time and is killed.");
  });

  test.each(["supervised", "alone"] as const)(
    "ends with 1 and says so once when its port is in use: %s",
    async (mode) => {
      const other = createServer();
      await once(other.listen(0, "127.0.0.1"), "listening");
      const { port } = other.address() as AddressInfo;
      const server = ServerProcess[mode]({ port, workers: 2 });
      started.push(server);
      expect(await server.end()).toBe(1);
      other.close();
      const message = `Port ${port} on 127.0.0.1 is already in use. Stop the other program or set PORT to another number.`;
      expect(server.messages().filter((said) => said === message)).toHaveLength(1);
    },
  );
});

test.concurrent("workers whose arbiter is killed finish their requests and go away", slow, async () => {
  const server = supervised({ workers: 2 });
  const port = await server.ready();
  const answer = send({ port, path: "/slow" });
  await server.saysMessage("slow request");
  expect(await server.stop("SIGKILL")).toBe("SIGKILL");
  expect(server.workerPids().some(isAlive)).toBe(true);
  expect(await answer).toMatchObject({ outcome: 200, text: "slow" });
  await server.allGone();
});

describe.concurrent("a worker without an arbiter", slow, () => {
  async function alone(
    options: FixtureOptions = {},
  ): Promise<{ readonly server: ServerProcess; readonly port: number }> {
    const server = ServerProcess.alone(options);
    started.push(server);
    return { server, port: await server.ready() };
  }

  test("fails no request when it is told to stop", async () => {
    const { server, port } = await alone();
    const traffic = new Traffic({ port, clients: 8, keepAlive: true });
    await until(() => traffic.answered() > 50);
    expect(await server.stop()).toBe(0);
    expect(await traffic.stop()).toEqual({ 200: traffic.answered() });
  });

  test("answers connections that wait to be accepted when it is told to stop", async () => {
    const { server, port } = await alone();
    expect(await answersWhileHalted(server, port)).toEqual({ 200: 20 });
    expect(await server.end()).toBe(0);
  });

  test.each(["SIGINT", "SIGQUIT", "SIGHUP"] as const)("ends with 0 on %s", async (signal) => {
    const { server } = await alone();
    expect(await server.stop(signal)).toBe(0);
    expect(server.messages()).toContain("application closed");
  });

  test("becomes quick on a second TERM", async () => {
    const limits = { repeatedSignalSeconds: 0.05, quickTimeoutSeconds: 0.3 };
    const { server, port } = await alone({ limits });
    const stuck = send({ port, path: "/stuck" });
    await server.saysMessage("stuck request");
    // Signals that come while the process has no time for them are one signal.
    const impatience = setInterval(() => server.child.kill("SIGTERM"), 100);
    expect(await server.end()).toBe(0);
    clearInterval(impatience);
    expect((await stuck).outcome).toBe("ECONNRESET undefined");
  });

  test.each([
    ["/crash", 500],
    ["/crash-late", "ECONNRESET undefined"],
  ])("ends with 1 after a crash, and the client of %s meets %s", async (path, outcome) => {
    const { server, port } = await alone();
    expect((await send({ port, path })).outcome).toBe(outcome);
    expect(await server.end()).toBe(1);
  });

  test("ends with the code for what its application threw", async () => {
    const server = ServerProcess.alone({ boot: "misconfigured" });
    started.push(server);
    expect(await server.end()).toBe(78);
  });
});
