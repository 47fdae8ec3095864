import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ContentTooLarge, ParseError } from "../../src/errors.ts";
import { type Form, multipartParserOf, type UploadedFile } from "../../src/http/index.ts";
import { parseMediaType } from "../../src/http/media-type.ts";
import { ReceivedFiles } from "../../src/http/received-files.ts";

type Parser = ReturnType<typeof multipartParserOf>;

const multipartParser = multipartParserOf({ maxFieldsBytes: 2_621_440, maxUploadBytes: 10_485_760 });
const files = new ReceivedFiles();
let server: Server;
let asked: (message: IncomingMessage) => void;

beforeAll(async () => {
  server = createServer((message, response) => {
    message.on("end", () => response.end());
    asked(message);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(async () => {
  await files.discard();
  server.closeAllConnections();
  server.close();
});

/** Sends bytes as they stand, and gives what comes of the body at the other end. */
async function sent(text: string, parser: Parser, type: string): Promise<Form> {
  const mediaType = parseMediaType(type);
  if (!mediaType) throw new TypeError(`${type} is no media type.`);
  const arrived = new Promise<IncomingMessage>((resolve) => (asked = resolve));
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1").end(text);
  socket.resume().on("error", () => {});
  return parser.read(await arrived, mediaType, files);
}

const parse = (body: string, type = "multipart/form-data; boundary=XX", parser = multipartParser): Promise<Form> =>
  sent(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`, parser, type);
const part = (headers: string, value: string) => `--XX\r\n${headers}\r\n\r\n${value}\r\n`;
const named = (name: string, more = "") => `Content-Disposition: form-data; name="${name}"${more}`;
const end = "--XX--\r\n";

describe("a multipart form", () => {
  it.each([
    ["text", part(named("text"), " é "), " é "],
    ["an empty text", part(named("text"), ""), ""],
    ["the last of two", part(named("text"), "1") + part(named("text"), "2"), "2"],
    ["small letters in the header", part('content-disposition: form-data; name="text"', "x"), "x"],
    ["text of a type", part(`${named("text")}\r\nContent-Type: application/json`, "{}"), "{}"],
    ["bytes without a filename", part(`${named("text")}\r\nContent-Type: application/octet-stream`, "x"), "x"],
    ["a file that was not chosen", part(named("text", '; filename=""'), ""), ""],
    ["what stands before the first part", `before\r\n${part(named("text"), "x")}`, "x"],
  ])("holds %s", async (_what, body, value) => expect((await parse(body + end)).get("text")).toBe(value));

  it("holds files with their names, types and bytes", async () => {
    const form = await parse(part(`${named("f", '; filename="a.txt"')}\r\nContent-Type: text/plain`, "hello") + end);
    const file = form.get("f") as UploadedFile;
    expect(file).toMatchObject({ filename: "a.txt", mediaType: "text/plain", size: 5 });
    expect(await readFile(file.path, "utf8")).toBe("hello");
  });

  it("keeps files on the disk until they are discarded", async () => {
    const own = new ReceivedFiles();
    const arrived = new Promise<IncomingMessage>((resolve) => (asked = resolve));
    const body =
      part(named("f", '; filename="a"'), "x".repeat(1_000_000)) + part(named("g", '; filename="b"'), "") + end;
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    socket.resume().write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    const mediaType = parseMediaType("multipart/form-data; boundary=XX");
    const form = await multipartParser.read(await arrived, mediaType as NonNullable<typeof mediaType>, own);
    const paths = ["f", "g"].map((name) => (form.get(name) as UploadedFile).path);
    expect(paths.map(existsSync)).toEqual([true, true]);
    await own.discard();
    expect(paths.map(existsSync)).toEqual([false, false]);
  });

  it("takes only the last part of a filename that is a path", async () => {
    const form = await parse(part(named("f", '; filename="../../etc/passwd"'), "x") + end);
    expect((form.get("f") as UploadedFile).filename).toBe("passwd");
  });

  it("without a byte is an empty form", async () => {
    const text = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    expect((await sent(text, multipartParser, "multipart/form-data; boundary=XX")).names()).toEqual([]);
  });

  it("that ends with the connection is refused", async () => {
    const text = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n${part(named("f", '; filename="a"'), "x")}`;
    await expect(sent(text, multipartParser, "multipart/form-data; boundary=XX")).rejects.toThrow(
      "The request ended before its body did.",
    );
  });

  it.each(["multipart/form-data", "multipart/form-data; boundary="])(
    "without a boundary is refused: %s",
    async (type) => {
      await expect(async () => parse(end, type)).rejects.toThrow(
        "Multipart form parse error - Invalid boundary in multipart: None",
      );
    },
  );

  it.each([
    ["is cut off", part(named("text"), "x")],
    ["is no multipart at all", "rubbish"],
    ["has another boundary", `--YY\r\n${named("text")}\r\n\r\nx\r\n--YY--\r\n`],
    ["has 1001 fields", Array.from({ length: 1001 }, (_, index) => part(named(`f${index}`), "v")).join("") + end],
    [
      "has 101 files",
      Array.from({ length: 101 }, (_, index) => part(named(`f${index}`, '; filename="x"'), "v")).join("") + end,
    ],
  ])("that %s is refused", async (_what, body) => {
    await expect(async () => parse(body)).rejects.toThrow(/^Multipart form parse error - /);
    await expect(async () => parse(body)).rejects.toThrow(ParseError);
  });

  describe("with fields of 100 bytes and files of 1000", () => {
    const parser = multipartParserOf({ maxFieldsBytes: 100, maxUploadBytes: 1000 });
    const file = part(named("f", '; filename="x"'), "x".repeat(500));

    it.each([
      ["one field that is large enough for all", part(named("text"), "x".repeat(96)), true],
      ["one field too large by its name", part(named("texts"), "x".repeat(96)), false],
      ["fields too large together", part(named("a"), "x".repeat(50)) + part(named("b"), "x".repeat(49)), false],
      ["characters of two bytes", part(named("a"), "é".repeat(50)), false],
      ["a file larger than all fields may be", file + part(named("a"), "x".repeat(99)), true],
      ["such a file and too large fields", file + part(named("a"), "x".repeat(100)), false],
    ])("knows %s", async (_what, body, isTaken) => {
      const refusal = await parse(body + end, "multipart/form-data; boundary=XX", parser).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(refusal).toEqual(isTaken ? undefined : new ContentTooLarge(100));
    });

    const long = part(named("f", '; filename="x"'), "x".repeat(1000)) + end;
    const chunk = `${long.length.toString(16)}\r\n${long}\r\n0\r\n\r\n`;

    it.each([
      ["that says how long it is", `Content-Length: ${long.length}\r\n\r\n${long}`],
      ["that does not", `Transfer-Encoding: chunked\r\n\r\n${chunk}`],
    ])("refuses a body that is too large and %s", async (_what, text) => {
      const parsed = sent(`POST / HTTP/1.1\r\nHost: a\r\n${text}`, parser, "multipart/form-data; boundary=XX");
      await expect(parsed).rejects.toEqual(new ContentTooLarge(1000));
    });
  });
});
