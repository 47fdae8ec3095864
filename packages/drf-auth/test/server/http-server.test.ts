import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterAll, describe, expect, test } from "vitest";

import { createHttpServer } from "../../src/server/http-server.ts";
import { serverLimits } from "../../src/server/limits.ts";
import type { ServerLimits } from "../../src/server/limits.ts";
import { RawClient } from "./raw-client.ts";

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close().closeAllConnections();
});

async function serve(
  limits: Partial<ServerLimits> = {},
): Promise<{ readonly port: number; readonly handled: string[] }> {
  const handled: string[] = [];
  const { http } = createHttpServer({ ...serverLimits, ...limits }, (request, response) => {
    handled.push(request.url ?? "");
    if (request.url === "/begun") response.write("begun");
    else request.resume().on("end", () => response.end("handled"));
  });
  servers.push(http);
  await once(http.listen(0, "127.0.0.1"), "listening");
  return { port: (http.address() as AddressInfo).port, handled };
}

describe("requests that no handler sees", () => {
  test.each([
    ["two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400],
    ["HTTP/1.0 and chunked", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400],
    ["two encodings", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501],
    ["another host in the target", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", 400],
    ["GET *", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400],
    ["no Host", "GET / HTTP/1.1\r\n\r\n", 400],
    ["no HTTP", "hello\r\n\r\n", 400],
    ["both lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400],
    ["a line that is too long", `GET /${"x".repeat(17_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431],
    ["headers that are too long", `GET / HTTP/1.1\r\nHost: a\r\nCookie: ${"x".repeat(17_000)}\r\n\r\n`, 431],
    ["101 headers", `GET / HTTP/1.1\r\nHost: a\r\n${"X: y\r\n".repeat(100)}\r\n`, 431],
    [
      "a second Host behind 1500 headers",
      `GET / HTTP/1.1\r\nHost: a\r\n${"X: y\r\n".repeat(1500)}Host: b\r\n\r\n`,
      431,
    ],
  ])("%s", async (_name, text, status) => {
    const { port, handled } = await serve();
    const client = await RawClient.connect(port);
    client.send(text);
    await client.closed();
    expect(client.received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(client.received).toMatch(/\r\nConnection: close\r\n/i);
    expect(client.received.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(handled).toEqual([]);
  });

  test("what follows a refused request on the same connection is not handled either", async () => {
    const { port, handled } = await serve();
    const client = await RawClient.connect(port);
    client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n");
    client.send("0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
    await client.closed();
    expect(client.received.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(handled).toEqual([]);
  });

  test("garbage after garbage is answered once", async () => {
    const { port } = await serve();
    const client = await RawClient.connect(port);
    client.send("garbage\r\n\r\n");
    client.send("garbage\r\n\r\n");
    await client.closed();
    expect(client.received).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n.*\r\n\r\nBad Request\n$/s);
  });
});

test.concurrent("garbage during an answer ends the connection without a second answer", async () => {
  const { port } = await serve();
  const client = await RawClient.connect(port);
  client.get("/begun");
  await client.until("begun");
  client.send("garbage\r\n\r\n");
  await client.closed();
  expect(client.received.match(/HTTP\/1\.1/g)).toHaveLength(1);
});

describe("clients that are slow", () => {
  const limits = { connectionsCheckSeconds: 0.05, headersTimeoutSeconds: 0.2, requestTimeoutSeconds: 0.2 };

  test.concurrent.each([
    ["say nothing", ""],
    ["stop within the headers", "GET / HTTP/1.1\r\nHost: a\r\n"],
    ["stop within the body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf"],
  ])("and %s are answered 408", async (_name, text) => {
    const { port } = await serve(limits);
    const client = await RawClient.connect(port);
    client.send(text);
    await client.closed();
    expect(client.received).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  });
});

test.concurrent("an idle connection is closed after its time", async () => {
  const { port } = await serve({ keepAliveSeconds: 0.05 });
  const client = await RawClient.connect(port);
  client.get("/");
  await client.until("handled");
  await client.closed();
  expect(client.error).toBeUndefined();
}, 3000);

test.concurrent("a connection ends after its number of requests", async () => {
  const { port, handled } = await serve({ maxRequestsPerConnection: 2 });
  const client = await RawClient.connect(port);
  client.get("/1");
  await client.until("handled");
  expect(client.received).toContain("Connection: keep-alive");
  client.get("/2");
  await client.until("Connection: close");
  client.get("/3");
  await client.closed();
  expect(client.received).not.toContain("503");
  expect(handled).toEqual(["/1", "/2"]);
});
