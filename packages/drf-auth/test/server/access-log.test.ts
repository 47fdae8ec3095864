import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, describe, expect, test } from "vitest";

import { AccessLog } from "../../src/server/access-log.ts";
import type { AccessLogFormat } from "../../src/server/access-log.ts";
import { RawClient } from "./raw-client.ts";

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close().closeAllConnections();
});

/** Serves with a log, and gives the client, what was written and what flushes. */
async function serve(format: AccessLogFormat) {
  const written: string[] = [];
  const log = new AccessLog({
    format,
    write: (lines) => void written.push(lines),
    clientAddressOf: (request) => String(request.headers["x-client"] ?? "192.0.2.7"),
  });
  const server = createServer(
    log.follow((request, response) => {
      if (request.url === "/stuck") return response.write("some of it");
      response.writeHead(request.url === "/lost" ? 404 : 200, { "Content-Length": 5 });
      return response.end("hello");
    }),
  );
  servers.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const client = await RawClient.connect((server.address() as AddressInfo).port);
  return { client, log, written };
}

describe("an access log in JSON", () => {
  test("has a line for each answer, with what was asked, answered and sent", async () => {
    const { client, log, written } = await serve("json");
    client.send(
      'GET /a%20b/"/?token=secret HTTP/1.1\r\nHost: a\r\nUser-Agent: t/1 "x"\r\nReferer: http://b/?k=1\r\n\r\n',
    );
    await client.until("hello");
    const first = client.received.length;
    client.send("POST /lost HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nX-Client: 2001:db8::1\r\n\r\n");
    await client.until("404");
    await sleep(20);
    log.flush();
    const [one, two] = written
      .join("")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    expect(one).toEqual({
      time: expect.any(Number),
      pid: process.pid,
      client: "192.0.2.7",
      method: "GET",
      path: '/a%20b/"/',
      status: 200,
      bytes: first,
      ms: expect.any(Number),
      referrer: "http://b/",
      agent: 't/1 "x"',
    });
    expect(two).toEqual({
      time: expect.any(Number),
      pid: process.pid,
      client: "2001:db8::1",
      method: "POST",
      path: "/lost",
      status: 404,
      bytes: client.received.length - first,
      ms: expect.any(Number),
    });
  });

  test("says when the connection was closed before the answer was complete", async () => {
    const { client, log, written } = await serve("json");
    client.get("/stuck");
    await client.until("some of it");
    client.socket.destroy();
    while (written.length === 0) {
      await sleep(5);
      log.flush();
    }
    expect(JSON.parse(written.join(""))).toMatchObject({ path: "/stuck", cutOff: true });
  });

  test("is written soon without anyone asking, and its texts are bounded", async () => {
    const { client, written } = await serve("json");
    client.send(`GET /${"x".repeat(3000)} HTTP/1.1\r\nHost: a\r\nUser-Agent: ${"y".repeat(3000)}\r\n\r\n`);
    await client.until("hello");
    while (written.length === 0) await sleep(5);
    const { path, agent } = JSON.parse(written.join("")) as { readonly path: string; readonly agent: string };
    expect([path.length, agent.length]).toEqual([512, 512]);
  });
});

test("the combined format is the one of web servers, and a client cannot forge a line of it", async () => {
  const { client, log, written } = await serve("combined");
  client.send('GET /x"y?z HTTP/1.1\r\nHost: a\r\nUser-Agent: a" 200 0 "\r\n\r\n');
  await client.until("hello");
  client.get("/lost");
  await client.until("404");
  await sleep(20);
  log.flush();
  const [one = "", two = ""] = written.join("").trimEnd().split("\n");
  expect(one).toMatch(
    /^192\.0\.2\.7 - - \[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000\] "GET \/x\\"y HTTP\/1\.1" 200 \d+ "-" "a\\" 200 0 \\""$/,
  );
  expect(two).toMatch(/"GET \/lost HTTP\/1\.1" 404 \d+ "-" "-"$/);
});

test("the short format is for a person", async () => {
  const { client, log, written } = await serve("short");
  client.get("/a?secret");
  await client.until("hello");
  await sleep(20);
  log.flush();
  expect(written.join("")).toMatch(/^GET \/a 200 in [\d.]+ ms\n$/);
});
