import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

import { afterAll, beforeAll, expect, test } from "vitest";

import { listen, ListenError } from "../../src/server/listen.ts";

const other = createServer();
let taken = 0;
beforeAll(async () => {
  await once(other.listen(0, "127.0.0.1"), "listening");
  taken = (other.address() as AddressInfo).port;
});
afterAll(() => void other.close());

test("a free port is opened and said", async () => {
  const server = createServer();
  const address = await listen(server, { host: "127.0.0.1", port: 0, backlog: 10 });
  expect(address).toEqual({ host: "127.0.0.1", port: (server.address() as AddressInfo).port });
  server.close();
});

test.each([
  [
    "a port in use",
    "127.0.0.1",
    () => taken,
    () => `Port ${taken} on 127.0.0.1 is already in use. Stop the other program or set PORT to another number.`,
  ],
  [
    "an address of another machine",
    "192.0.2.1",
    () => 0,
    () => "192.0.2.1 is not an address of this machine. Set HOST to 127.0.0.1, to 0.0.0.0 or to one of its own.",
  ],
  [
    "a name that does not exist",
    "nowhere.invalid",
    () => 0,
    () => "nowhere.invalid is not an address of this machine. Set HOST to 127.0.0.1, to 0.0.0.0 or to one of its own.",
  ],
  [
    "a number that is no port",
    "127.0.0.1",
    () => 65_536,
    () => "65536 is not a port. Set PORT to a number from 0 to 65535.",
  ],
])("%s is refused with what to change", async (_name, host, port, message) => {
  const failure = await listen(createServer(), { host, port: port(), backlog: 10 }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ListenError);
  expect((failure as ListenError).message).toBe(message());
});
