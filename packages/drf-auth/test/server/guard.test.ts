import { describe, expect, test } from "vitest";

import { refuse } from "../../src/server/guard.ts";
import type { RefusableRequest } from "../../src/server/guard.ts";

const request = (changes: Partial<RefusableRequest>): RefusableRequest => ({
  httpVersionMinor: 1,
  method: "GET",
  rawHeaders: ["Host", "api.example", "Accept", "*/*"],
  url: "/words/?page=2",
  ...changes,
});
const host = ["Host", "api.example"];

describe("requests that go on to the application", () => {
  test.each<[string, Partial<RefusableRequest>]>([
    ["an ordinary one", {}],
    ["a chunked body", { rawHeaders: [...host, "Transfer-Encoding", "chunked"] }],
    ["a chunked body in other letters", { rawHeaders: [...host, "TRANSFER-ENCODING", " Chunked "] }],
    ...["localhost", "127.0.0.1:8000", "[::1]:8000", "my_service:80", "EXAMPLE.org."].map(
      (name): [string, Partial<RefusableRequest>] => [`the Host "${name}"`, { rawHeaders: ["Host", name] }],
    ),
    ["HTTP/1.0 without a Host", { httpVersionMinor: 0, rawHeaders: [] }],
    ["other headers as long as Host", { rawHeaders: [...host, "Date", "x", "From", "y"] }],
    ["a full URL of the host", { url: "http://api.example/words/" }],
    ["a full URL of the host with the default port", { url: "http://API.example:80/words/" }],
    [
      "a full URL while Host names the default port",
      { rawHeaders: ["Host", "api.example:443"], url: "HTTPS://api.example/" },
    ],
    ["a full URL in HTTP/1.0 without a Host", { httpVersionMinor: 0, rawHeaders: [], url: "http://api.example/" }],
    ["OPTIONS *", { method: "OPTIONS", url: "*" }],
    ["a path that starts with two slashes", { url: "//other.example/words/" }],
    ["as many headers as are allowed", { rawHeaders: [...host, ...Array<string>(198).fill("x")] }],
  ])("%s", (_name, changes) => {
    expect(refuse(request(changes))).toBeUndefined();
  });
});

describe("requests that are refused", () => {
  test.each<[string, number, Partial<RefusableRequest>]>([
    ...["", "a b", "user@a", "a/b", "ex<x>", "a:http", "a:123456", "[::1", "a,b"].map(
      (name): [string, number, Partial<RefusableRequest>] => [
        `the Host "${name}"`,
        400,
        { rawHeaders: ["Host", name] },
      ],
    ),
    ["two Host headers", 400, { rawHeaders: [...host, "host", "other.example"] }],
    ["the same Host twice", 400, { rawHeaders: [...host, "hOsT", "api.example"] }],
    ["chunked in HTTP/1.0", 400, { httpVersionMinor: 0, rawHeaders: [...host, "Transfer-Encoding", "chunked"] }],
    ["a list of encodings", 501, { rawHeaders: [...host, "Transfer-Encoding", "gzip, chunked"] }],
    [
      "encodings on two lines",
      501,
      { rawHeaders: [...host, "Transfer-Encoding", "gzip", "transfer-encoding", "chunked"] },
    ],
    ["a full URL of another host", 400, { url: "http://other.example/words/" }],
    ["a full URL of another port", 400, { url: "http://api.example:8080/words/" }],
    ["a full URL of a host that only begins alike", 400, { url: "http://api.example.other/" }],
    ["a full URL with a user name", 400, { url: "http://api.example@other.example/" }],
    ["a full URL without a host", 400, { url: "http:///words/" }],
    ["a full URL of another scheme", 400, { url: "ftp://api.example/" }],
    ["GET *", 400, { url: "*" }],
    ["no target", 400, { url: "" }],
    ["too many headers", 431, { rawHeaders: [...host, ...Array<string>(200).fill("x")] }],
  ])("%s: %i", (_name, status, changes) => {
    expect(refuse(request(changes))?.status).toBe(status);
  });
});
