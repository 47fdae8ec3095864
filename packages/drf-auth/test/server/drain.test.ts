import { once } from "node:events";
import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, expect, test } from "vitest";

import { Drain } from "../../src/server/drain.ts";
import { RawClient } from "./raw-client.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

const answer: RequestListener = (request, response) => {
  const path = request.url ?? "";
  if (path === "/slow") setTimeout(() => response.end("slow answer"), 200);
  else if (path === "/stream") {
    response.write("first half");
    setTimeout(() => response.end("second half"), 150);
  } else if (path === "/stuck") response.flushHeaders();
  else response.end(`answer to ${path}`);
};

async function serve(options = {}): Promise<{ readonly drain: Drain; readonly port: number }> {
  const server = createServer({ keepAliveTimeout: 60_000, ...options }, answer);
  servers.push(server);
  const drain = new Drain(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { drain, port: (server.address() as AddressInfo).port };
}

const timesOf = { quietSeconds: 0.02, lingerSeconds: 0.25, timeoutSeconds: 5 };

test("a server without connections is drained at once", async () => {
  const { drain } = await serve();
  const start = performance.now();
  expect(await drain.run(timesOf)).toEqual({ unfinished: 0 });
  expect(performance.now() - start).toBeLessThan(200);
});

test("a request in flight is finished and its answer says that the connection closes", async () => {
  const { drain, port } = await serve();
  const client = await RawClient.connect(port);
  client.get("/slow");
  await sleep(50);
  expect(await drain.run(timesOf)).toEqual({ unfinished: 0 });
  await client.closed();
  expect(client.received).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(client.received).toMatch(/\r\nConnection: close\r\n/);
  expect(client.received).toContain("slow answer");
  expect(client.error).toBeUndefined();
});

test("a kept-alive connection may be used once more, and only then is closed", async () => {
  const { drain, port } = await serve();
  const client = await RawClient.connect(port);
  client.get("/before");
  await client.until("answer to /before");
  expect(client.received).toContain("Connection: keep-alive");
  const drained = drain.run(timesOf);
  await sleep(120);
  client.get("/after");
  await client.until("answer to /after");
  expect(client.received).toContain("Connection: close");
  await drained;
  expect(client.error).toBeUndefined();
});

test("a kept-alive connection that is not used is closed after the linger time", async () => {
  const { drain, port } = await serve();
  const client = await RawClient.connect(port);
  client.get("/");
  await client.until("answer to /");
  const start = performance.now();
  const drained = drain.run(timesOf);
  await sleep(150);
  expect(client.isClosed).toBe(false);
  await drained;
  expect(performance.now() - start).toBeLessThan(1000);
});

test("an answer that promised to keep the connection before the drain keeps it for the linger time", async () => {
  const { drain, port } = await serve();
  const client = await RawClient.connect(port);
  client.get("/stream");
  await client.until("first half");
  const drained = drain.run({ ...timesOf, lingerSeconds: 0.15 });
  await client.until("second half");
  await sleep(75);
  client.get("/after");
  await client.until("answer to /after");
  await drained;
  expect(client.error).toBeUndefined();
});

test("of pipelined requests all are answered and the last answer closes", async () => {
  const { drain, port } = await serve();
  const client = await RawClient.connect(port);
  client.get("/slow");
  await sleep(50);
  const drained = drain.run(timesOf);
  client.get("/second");
  client.get("/third");
  await drained;
  await client.closed();
  expect(client.received).toContain("slow answer");
  expect(client.received).toContain("answer to /second");
  expect(client.received).toContain("answer to /third");
  expect(client.received.indexOf("Connection: close")).toBeGreaterThan(client.received.indexOf("answer to /second"));
});

test("a connection that never sent anything does not hold the drain", async () => {
  const { drain, port } = await serve();
  const client = await RawClient.connect(port);
  await sleep(20);
  await drain.run(timesOf);
  await client.closed();
  expect(client.received).toBe("");
});

test("a request that is sent by half is still ended by its time-out", async () => {
  const { drain, port } = await serve({ headersTimeout: 300, requestTimeout: 300, connectionsCheckingInterval: 50 });
  const client = await RawClient.connect(port);
  client.send("GET / HTTP/1.1\r\nHost: loc");
  await sleep(20);
  await drain.run(timesOf);
  await client.closed();
  expect(client.received).toMatch(/^HTTP\/1\.1 408 /);
});

test("what is unfinished at the end of the time is cut off and counted", async () => {
  const { drain, port } = await serve();
  const client = await RawClient.connect(port);
  client.get("/stuck");
  await client.until("200 OK");
  expect(await drain.run({ ...timesOf, timeoutSeconds: 0.2 })).toEqual({ unfinished: 1 });
});

test("a second call makes a drain shorter", async () => {
  const { drain, port } = await serve();
  const idle = await RawClient.connect(port);
  idle.get("/");
  await idle.until("answer to /");
  const stuck = await RawClient.connect(port);
  stuck.get("/stuck");
  await stuck.until("200 OK");
  const start = performance.now();
  const first = drain.run({ ...timesOf, lingerSeconds: 30, timeoutSeconds: 60 });
  await sleep(50);
  expect(await drain.run({ quietSeconds: 0, lingerSeconds: 0, timeoutSeconds: 0.3 })).toEqual({ unfinished: 1 });
  expect(await first).toEqual({ unfinished: 1 });
  expect(performance.now() - start).toBeLessThan(1000);
});

test("connections that wait while the process is busy are accepted and answered", async () => {
  const { drain, port } = await serve();
  const clients = await Promise.all(Array.from({ length: 30 }, () => RawClient.connect(port)));
  for (const client of clients) client.get("/");
  const drained = drain.run({ ...timesOf, quietSeconds: 0.05 });
  await Promise.all(clients.map((client) => client.until("answer to /")));
  await drained;
  expect(clients.map(({ error }) => error).filter((error) => error !== undefined)).toEqual([]);
});
