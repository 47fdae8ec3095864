import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { APIException } from "../../src/errors.ts";
import { hasBody, readBody } from "../../src/http/body.ts";

const maxBytes = 1000;
let server: Server;
let last: Promise<unknown> | undefined;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const read = readBody(request, maxBytes);
    last = read.catch((error: unknown) => error);
    try {
      const body = await read;
      response.end(`${hasBody(request)} ${body.length}`);
    } catch (error) {
      response.statusCode = error instanceof APIException ? error.status : 500;
      response.end();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

async function opened(head: string): Promise<{ readonly socket: Socket; readonly answer: Promise<string> }> {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  await once(socket, "connect");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  const answer = once(socket, "close").then(() => Buffer.concat(chunks).toString("latin1"));
  socket.write(`POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${head}\r\n\r\n`);
  return { socket, answer };
}

describe("a body", () => {
  it.each([
    ["a length", "Content-Length: 5", "hello", "true 5"],
    ["no body", "X: y", "", "false 0"],
    ["a length of none", "Content-Length: 0", "", "false 0"],
    ["chunks", "Transfer-Encoding: chunked", "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "true 5"],
    ["exactly what is allowed", `Content-Length: ${maxBytes}`, "x".repeat(maxBytes), `true ${maxBytes}`],
  ])("with %s is read", async (_what, head, body, expected) => {
    const { socket, answer } = await opened(head);
    socket.write(body);
    expect((await answer).endsWith(expected)).toBe(true);
  });

  it("that says it is too large is refused before any of it is read", async () => {
    const { answer } = await opened(`Content-Length: ${maxBytes + 1}`);
    expect(await answer).toMatch(/^HTTP\/1.1 413 /);
  });

  it("that grows too large in chunks is refused while it is still sent", async () => {
    const { socket, answer } = await opened("Transfer-Encoding: chunked");
    const chunk = `1f4\r\n${"x".repeat(500)}\r\n`;
    socket.write(chunk.repeat(3));
    expect(await answer).toMatch(/^HTTP\/1.1 413 /);
  });

  it("that comes slowly is read whole", async () => {
    const { socket, answer } = await opened("Content-Length: 5");
    for (const character of "hello") {
      socket.write(character);
      await sleep(5);
    }
    expect((await answer).endsWith("true 5")).toBe(true);
  });

  it("that ends early is a parse error, not a wait", async () => {
    const { socket } = await opened("Content-Length: 5");
    last = undefined;
    socket.write("he");
    await expect.poll(() => last !== undefined, { interval: 1 }).toBe(true);
    socket.destroy();
    expect(await last).toMatchObject({ status: 400, detail: "The request ended before its body did." });
  });

  it.each([
    [{ "content-length": "1" }, true],
    [{ "content-length": "0" }, false],
    [{ "transfer-encoding": "chunked" }, true],
    [{}, false],
  ])("is there by the headers %j: %s", (headers, expected) => {
    expect(hasBody({ headers } as unknown as IncomingMessage)).toBe(expected);
  });
});
