import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { ImproperlyConfigured } from "../../src/errors.ts";
import { type Client, clientOf, directClient } from "../../src/http/index.ts";

/** A message as far as the client is concerned. */
function message(remoteAddress: string, headers: IncomingHttpHeaders = {}, isEncrypted = false): IncomingMessage {
  const socket = { remoteAddress, ...(isEncrypted && { encrypted: true }) };
  return { socket, headers: { host: "inner:8000", ...headers } } as unknown as IncomingMessage;
}

const trusting = clientOf({ trustedProxies: ["loopback", "private", "203.0.113.7", "2001:db8:5::/48"] });
const addressBehind = (from: string, forwarded: string): string =>
  trusting(message(from, { "x-forwarded-for": forwarded })).address;

describe("the client of a request", () => {
  it("is whoever is connected where no proxy is trusted, whatever headers say", () => {
    const client = clientOf({ trustedProxies: [] });
    expect(client).toBe(directClient);
    const headers = { "x-forwarded-for": "1.2.3.4", "x-forwarded-proto": "https", "x-forwarded-host": "evil.example" };
    expect(client(message("127.0.0.1", headers))).toEqual({
      address: "127.0.0.1",
      host: "inner:8000",
      isSecure: false,
    } satisfies Client);
  });

  it("is whoever is connected where that is no trusted proxy", () => {
    const headers = { "x-forwarded-for": "1.2.3.4", "x-forwarded-proto": "https", "x-forwarded-host": "evil.example" };
    expect(trusting(message("198.51.100.1", headers))).toEqual(directClient(message("198.51.100.1")));
  });

  it("is what a trusted proxy says", () => {
    const headers = { "x-forwarded-for": "1.2.3.4", "x-forwarded-proto": "https", "x-forwarded-host": "a.example:444" };
    expect(trusting(message("::1", headers))).toEqual({ address: "1.2.3.4", host: "a.example:444", isSecure: true });
  });

  it.each([
    ["127.0.0.1", "1.2.3.4", "1.2.3.4"],
    ["::ffff:127.0.0.1", "::ffff:1.2.3.4", "1.2.3.4"],
    ["::1", "2001:db8::9", "2001:db8::9"],
    ["10.1.2.3", "9.9.9.9, 1.2.3.4", "1.2.3.4"],
    ["172.31.0.1", "9.9.9.9, 1.2.3.4, 192.168.1.1,  203.0.113.7", "1.2.3.4"],
    ["fd00::1", "1.2.3.4, 2001:db8:5:1::1", "1.2.3.4"],
    ["127.0.0.1", "10.0.0.9, 10.0.0.8", "10.0.0.9"],
    ["127.0.0.1", "1.2.3.4:5678", "1.2.3.4"],
    ["127.0.0.1", "[2001:db8::9]:5678", "2001:db8::9"],
    ["127.0.0.1", "", "127.0.0.1"],
    ["127.0.0.1", "unknown", "127.0.0.1"],
    ["127.0.0.1", "1.2.3.4, nonsense, 10.0.0.8", "10.0.0.8"],
    ["127.0.0.1", "1.2.3.4,", "127.0.0.1"],
    ["127.0.0.1", "1.2.3.4.5", "127.0.0.1"],
    ["172.32.0.1", "1.2.3.4", "172.32.0.1"],
    ["fe80::1%eth0", "1.2.3.4", "fe80::1%eth0"],
    ["", "1.2.3.4", ""],
  ])("connected from %s with X-Forwarded-For: %s has the address %s", (from, forwarded, expected) =>
    expect(addressBehind(from, forwarded)).toBe(expected),
  );

  it.each([
    ["https", false, true],
    ["HTTPS", false, true],
    ["http, https", false, true],
    ["https, http", false, false],
    ["http", true, false],
    ["", true, true],
    ["wss", false, false],
    ["wss", true, true],
  ])("with X-Forwarded-Proto %j over a connection that is encrypted: %s came by HTTPS: %s", (sent, isTls, expected) =>
    expect(trusting(message("127.0.0.1", { "x-forwarded-proto": sent }, isTls)).isSecure).toBe(expected),
  );

  it.each([
    ["a.example", "a.example"],
    ["evil.example, a.example", "a.example"],
    ["[::1]:8000", "[::1]:8000"],
    ["", "inner:8000"],
    ["a.example/path", "inner:8000"],
    ["user@a.example", "inner:8000"],
    ["a b", "inner:8000"],
    ["a".repeat(300), "inner:8000"],
  ])("with X-Forwarded-Host %j asked for %s", (sent, expected) =>
    expect(trusting(message("127.0.0.1", { "x-forwarded-host": sent })).host).toBe(expected),
  );

  it("of real requests is found by repeated headers too, in the time that a header of 16 KiB may take", async () => {
    const server = createServer((incoming, response) => response.end(JSON.stringify(trusting(incoming))));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const hops = `${"10.0.0.1,".repeat(1500)}10.0.0.2`;
    const sent = request({ port, headers: { "x-forwarded-for": ["9.9.9.9", "1.2.3.4", hops] } }).end();
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    expect(JSON.parse(String((await answer.toArray())[0]))).toMatchObject({ address: "1.2.3.4" });
    server.closeAllConnections();
    server.close();
  });
});

describe("a list of trusted proxies", () => {
  it.each(["", "localhost", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0/8", "all", "fd00::/8/8", "Loopback"])(
    "with %j is refused at start",
    (proxy) => {
      expect(() => clientOf({ trustedProxies: ["loopback", proxy] })).toThrow(ImproperlyConfigured);
      expect(() => clientOf({ trustedProxies: [proxy] })).toThrow(`settings.trustedProxies has "${proxy}"`);
    },
  );
});
