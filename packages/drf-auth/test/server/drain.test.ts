import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, expect, test } from "vitest";

import { Connections } from "../../src/server/connections.ts";
import { Drain } from "../../src/server/drain.ts";
import type { Handler } from "../../src/server/handler.ts";
import { stopListening } from "../../src/server/listen.ts";
import { RawClient } from "./raw-client.ts";

const handled: string[] = [];
const answer: Handler = (request, response) => {
  const path = request.url ?? "";
  handled.push(path);
  if (path === "/slow") setTimeout(() => response.end("slow answer"), 200);
  else if (path === "/stream") {
    response.write("first half");
    setTimeout(() => response.end("second half"), 150);
  } else if (path === "/stuck") response.flushHeaders();
  else response.end(`answer to ${path}`);
};

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close().closeAllConnections();
});

async function serve(options = {}): Promise<{ readonly drain: Drain; readonly port: number }> {
  const server = createServer({ keepAliveTimeout: 60_000, ...options });
  const drain = new Drain(server, new Connections(server, answer), () => stopListening(server));
  servers.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { drain, port: (server.address() as AddressInfo).port };
}

const timesOf = { lingerSeconds: 0.25, timeoutSeconds: 5 };

test.concurrent("a server without connections is drained at once", async () => {
  const { drain } = await serve();
  const start = performance.now();
  expect(await drain.run(timesOf)).toEqual({ unfinished: 0 });
  expect(performance.now() - start).toBeLessThan(200);
});

test.concurrent("a request in flight is finished and its answer says that the connection closes", async () => {
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

test.concurrent("a kept-alive connection may be used once more, and only then is closed", async () => {
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

test.concurrent("a kept-alive connection that is not used is closed after the linger time", async () => {
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

test.concurrent("an answer that promised to keep the connection before the drain keeps it for the linger time", async () => {
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

test.concurrent("of pipelined requests the last answered one closes, and those after it are not handled", async () => {
  const { drain, port } = await serve();
  const client = await RawClient.connect(port);
  client.get("/slow");
  await sleep(50);
  const drained = drain.run(timesOf);
  client.get("/second");
  client.get("/third");
  await drained;
  await client.closed();
  const [slow, second, ...more] = client.received.split(/(?=HTTP\/1\.1 )/);
  expect(slow).toMatch(/Connection: keep-alive.*slow answer$/s);
  expect(second).toMatch(/Connection: close.*answer to \/second$/s);
  expect(more).toEqual([]);
  expect(handled).not.toContain("/third");
});

test.concurrent("a connection that never sent anything does not hold the drain", async () => {
  const { drain, port } = await serve();
  const client = await RawClient.connect(port);
  await sleep(20);
  await drain.run({ ...timesOf, timeoutSeconds: 60 });
  await client.closed();
  expect(client.received).toBe("");
});

test.concurrent("a request that is sent by half is still ended by its time-out", async () => {
  const { drain, port } = await serve({ headersTimeout: 300, requestTimeout: 300, connectionsCheckingInterval: 50 });
  const client = await RawClient.connect(port);
  client.send("GET / HTTP/1.1\r\nHost: loc");
  await sleep(20);
  await drain.run(timesOf);
  await client.closed();
  expect(client.received).toMatch(/^HTTP\/1\.1 408 /);
});

test.concurrent("what is unfinished at the end of the time is cut off and counted", async () => {
  const { drain, port } = await serve();
  const client = await RawClient.connect(port);
  client.get("/stuck");
  await client.until("200 OK");
  expect(await drain.run({ ...timesOf, timeoutSeconds: 0.2 })).toEqual({ unfinished: 1 });
});

test.concurrent("a second call makes a drain shorter", async () => {
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
  expect(await drain.run({ lingerSeconds: 0, timeoutSeconds: 0.3 })).toEqual({ unfinished: 1 });
  expect(await first).toEqual({ unfinished: 1 });
  expect(performance.now() - start).toBeLessThan(1000);
});

test.concurrent("connections that wait while the process is busy are accepted and answered", async () => {
  const { drain, port } = await serve();
  const clients = await Promise.all(Array.from({ length: 30 }, () => RawClient.connect(port)));
  for (const client of clients) client.get("/");
  const drained = drain.run(timesOf);
  await Promise.all(clients.map((client) => client.until("answer to /")));
  await drained;
  expect(clients.map(({ error }) => error).filter((error) => error !== undefined)).toEqual([]);
});
