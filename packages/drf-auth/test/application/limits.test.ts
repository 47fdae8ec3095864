import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { path, view } from "../../src/index.ts";
import { Form } from "../../src/http/index.ts";
import { createHttpServer } from "../../src/server/http-server.ts";
import { serverLimits } from "../../src/server/limits.ts";
import { open, type Opened, thesaurus } from "../fixtures/thesaurus.ts";
import { RawClient } from "../server/raw-client.ts";

const mebibyte = 1024 * 1024;
const maxBodyBytes = 2.5 * mebibyte;
/** Tells what reached the view. */
const echo = view({
  name: "Echo",
  authentication: [],
  permissions: [],
  get: () => "hello",
  post: async ({ request }) => {
    const data = await request.data();
    return data instanceof Form ? { names: data.names().length } : { isList: Array.isArray(data) };
  },
});

let opened: Opened;
let server: ReturnType<typeof createHttpServer>;
let port: number;

beforeAll(async () => {
  opened = await open(thesaurus({}, [path("echo/", echo)]), { isSeeded: false });
  server = createHttpServer(serverLimits, opened.assembled.handler);
  server.http.listen(0, "127.0.0.1");
  await once(server.http, "listening");
  port = (server.http.address() as AddressInfo).port;
});

afterAll(async () => {
  server.http.closeAllConnections();
  server.http.close();
  await opened.close();
});

interface Answered {
  readonly status: number;
  readonly type: string | null;
  readonly detail: string | undefined;
}

async function post(body: NonNullable<RequestInit["body"]>, type?: string): Promise<Answered> {
  const response = await fetch(`http://127.0.0.1:${port}/echo/`, {
    method: "POST",
    headers: { Accept: "application/json", ...(type !== undefined && { "Content-Type": type }) },
    body,
    ...(body instanceof ReadableStream && { duplex: "half" }),
  });
  const data = (await response.json()) as { readonly detail?: string };
  return { status: response.status, type: response.headers.get("content-type"), detail: data.detail };
}

/** Sends the head of a request as it is, and gives the status and text of the answer. */
async function sent(headers: string): Promise<string> {
  const client = await RawClient.connect(port);
  client.send(`GET /echo/ HTTP/1.1\r\nHost: localhost\r\n${headers}Connection: close\r\n\r\n`);
  await client.closed();
  return client.received.split("\r\n")[0] ?? "";
}

async function expectItGoesOn(): Promise<void> {
  expect(await post("[]", "application/json")).toEqual({ status: 200, type: "application/json", detail: undefined });
}

const json = (bytes: number): string => `["${"x".repeat(bytes - 4)}"]`;
const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
const chunked = (bytes: number): ReadableStream =>
  ReadableStream.from(
    (function* () {
      for (let left = bytes; left > 0; left -= 65_536) yield Buffer.alloc(Math.min(left, 65_536), "x");
    })(),
  );
const fields = (count: number): string => Array.from({ length: count }, (_, index) => `f${index}=v`).join("&");
function form(count: number, valueOf: (index: number) => string | Blob): FormData {
  const data = new FormData();
  for (let index = 0; index < count; index += 1) data.append(`f${index}`, valueOf(index));
  return data;
}
const file = (bytes: number): Blob => new Blob([new Uint8Array(bytes)]);

const tooLarge = `The request body is larger than ${maxBodyBytes} bytes.`;
const multipart = "multipart/form-data; boundary=XX";

describe("a request within the limits", () => {
  it.each([
    ["a body of 2.5 MiB", () => post(json(maxBodyBytes), "application/json")],
    ["a body of 2.5 MiB in chunks", () => post(chunked(maxBodyBytes), "application/x-www-form-urlencoded")],
    ["JSON 100 levels deep", () => post(nested(100), "application/json")],
    ["1000 fields", () => post(fields(1000), "application/x-www-form-urlencoded")],
    ["1000 fields of a multipart form", () => post(form(1000, () => "v"))],
    ["100 files", () => post(form(100, () => file(1)))],
    ["files larger than the fields may be", () => post(form(2, () => file(4 * mebibyte)))],
  ])("is answered: %s", async (_what, send) => {
    expect(await send()).toEqual({ status: 200, type: "application/json", detail: undefined });
  });

  it("may have as many headers as allowed", async () => {
    expect(await sent("X-A: b\r\n".repeat(serverLimits.maxHeaders - 2))).toBe("HTTP/1.1 200 OK");
  });
});

describe("a request beyond a limit is refused, and the next is answered:", () => {
  it.each([
    ["a larger body", 413, tooLarge, () => post(json(maxBodyBytes + 1), "application/json")],
    ["a larger body in chunks", 413, tooLarge, () => post(chunked(maxBodyBytes + 1), "application/json")],
    ["a form that never seems to end", 413, tooLarge, () => post(chunked(8 * maxBodyBytes), "application/json")],
    [
      "deeper JSON",
      400,
      "JSON parse error - nested deeper than 100 levels",
      () => post(nested(101), "application/json"),
    ],
    [
      "a million levels",
      400,
      "JSON parse error - nested deeper than 100 levels",
      () => post(nested(1e6), "application/json"),
    ],
    [
      "more fields",
      400,
      "Form parse error - more than 1000 fields",
      () => post(fields(1001), "application/x-www-form-urlencoded"),
    ],
    [
      "more fields of a multipart form",
      400,
      "Multipart form parse error - more than 1000 fields",
      () => post(form(1001, () => "v")),
    ],
    ["more files", 400, "Multipart form parse error - more than 100 files", () => post(form(101, () => file(1)))],
    [
      "larger fields beside files",
      413,
      tooLarge,
      () => post(form(3, (index) => (index === 0 ? file(1) : "x".repeat(maxBodyBytes / 2)))),
    ],
    [
      "larger files",
      413,
      "The request body is larger than 10485760 bytes.",
      () => post(form(2, () => file(5 * mebibyte))),
    ],
    [
      "a multipart form without its end",
      400,
      expect.stringMatching(/^Multipart form parse error - /),
      () => post('--XX\r\nContent-Disposition: form-data; name="a"\r\n\r\nv', multipart),
    ],
  ])("%s, with %i", async (_what, status, detail, send) => {
    expect(await send()).toEqual({ status, type: "application/json", detail });
    await expectItGoesOn();
  });

  it.each([
    ["more headers", "X-A: b\r\n".repeat(serverLimits.maxHeaders - 1)],
    ["many more headers", "X-A: b\r\n".repeat(1500)],
    ["larger headers", `X-A: ${"b".repeat(serverLimits.maxHeaderBytes)}\r\n`],
    ["larger headers together", `X-A: ${"b".repeat(1000)}\r\n`.repeat(17)],
  ])("%s, with 431", async (_what, headers) => {
    expect(await sent(headers)).toBe("HTTP/1.1 431 Request Header Fields Too Large");
    await expectItGoesOn();
  });
});
